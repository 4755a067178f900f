import { parseManifestCid } from '../../codec/cid.ts'
import type { ArchiveEntry } from '../archive/archive-entry.ts'
import { type EntryRecord, entryOfRecord, recordOfEntry } from '../archive/entry-record.ts'
import type { AcceptedLink } from '../follow/accept-link.ts'
import { isFarAhead } from '../clock.ts'
import type { CommunityId } from '../ids.ts'
import { Mutex } from '../../store/mutex.ts'
import type { HistorySettings } from '../ports.ts'

/** An archive that a run has made, before an index names it. */
export interface MadeArchive {
  readonly entry: ArchiveEntry
  /** Hex of SHA-256 over the archive before it was sealed: whether the same one would be made again. */
  readonly digest: string
}

/** What an owner’s device remembers of publishing a community. */
export interface PublishRecord {
  /** Live messages before this moment have been archived. */
  readonly lastEndSeconds?: number | undefined
  /** Live messages before this moment were archived by another device of the owner’s. */
  readonly adoptedEndSeconds: number
  /** The newest link that this device has signed. */
  readonly link?: AcceptedLink | undefined
  /** The greatest clock that this device has signed while it was far ahead: it will not be outbid until that time comes. */
  readonly aheadClockMs?: number | undefined
  /** Base64 of its envelope, so that it can be announced while the key is locked. */
  readonly envelope?: string | undefined
  readonly publishedAtMs?: number | undefined
  /** When somebody took it last; undefined until then. */
  readonly announcedAtMs?: number | undefined
  /** Texts of CIDs that nobody needs once `link` is announced. */
  readonly obsolete: readonly string[]
  /** Texts of the CIDs of published archives whose messages still wait in the log. */
  readonly unmarked: readonly string[]
  /** Made and in no index yet, by the run’s name. */
  readonly made: Readonly<Record<string, readonly MadeArchive[]>>
}

const EMPTY: PublishRecord = { adoptedEndSeconds: 0, obsolete: [], unmarked: [], made: {} }

/** The publish record of one community, written whole after each change. */
export class PublishJournal {
  readonly #settings: HistorySettings
  readonly #key: string
  readonly #turns = new Mutex()
  #record: PublishRecord = EMPTY

  constructor(settings: HistorySettings, community: CommunityId) {
    this.#settings = settings
    this.#key = `publish/${community}`
  }

  get record(): PublishRecord {
    return this.#record
  }

  /**
   * One that cannot be read counts as none: the newest link then says what was published. Moments that are far ahead were noted
   * while this device’s clock was wrong, and would keep it from publishing until then.
   */
  async load(nowMs: number): Promise<void> {
    const bytes = await this.#settings.get(this.#key)
    if (bytes !== undefined) this.#record = withoutWrongTimes(recordOf(bytes) ?? EMPTY, nowMs)
  }

  /** Resolves when the change survives a power cut; where that fails, nothing has changed. */
  async update(change: Partial<PublishRecord>): Promise<void> {
    await this.#turns.run(async () => {
      const record = { ...this.#record, ...change }
      await this.#settings.set(this.#key, new TextEncoder().encode(JSON.stringify(plain(record))))
      this.#record = record
    })
  }
}

function withoutWrongTimes(record: PublishRecord, nowMs: number): PublishRecord {
  const believed = (ms = 0): boolean => !isFarAhead(ms, nowMs)
  const { lastEndSeconds = 0, adoptedEndSeconds, publishedAtMs, announcedAtMs } = record
  return {
    ...record,
    ...(believed(lastEndSeconds * 1000) ? {} : { lastEndSeconds: undefined }),
    ...(believed(adoptedEndSeconds * 1000) ? {} : { adoptedEndSeconds: 0 }),
    ...(believed(publishedAtMs) ? {} : { publishedAtMs: undefined }),
    ...(believed(announcedAtMs) ? {} : { announcedAtMs: undefined }),
  }
}

function plain({ link, made, ...rest }: PublishRecord): unknown {
  return {
    ...rest,
    ...(link === undefined ? {} : { link: { clockMs: link.clockMs, indexCid: link.indexCid.toString() } }),
    made: Object.entries(made).map(([run, archives]) => ({ run, archives: archives.map(plainArchive) })),
  }
}

function plainArchive({ entry, digest }: MadeArchive): { digest: string; entry: EntryRecord } {
  return { digest, entry: recordOfEntry(entry) }
}

function recordOf(bytes: Uint8Array): PublishRecord | undefined {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, unknown>>
    return {
      lastEndSeconds: numberOr(value['lastEndSeconds'], undefined),
      adoptedEndSeconds: numberOr(value['adoptedEndSeconds'], 0),
      link: linkOf(value['link']),
      aheadClockMs: numberOr(value['aheadClockMs'], undefined),
      envelope: typeof value['envelope'] === 'string' ? value['envelope'] : undefined,
      publishedAtMs: numberOr(value['publishedAtMs'], undefined),
      announcedAtMs: numberOr(value['announcedAtMs'], undefined),
      obsolete: listOf(value['obsolete']).filter((cid) => typeof cid === 'string'),
      unmarked: listOf(value['unmarked']).filter((cid) => typeof cid === 'string'),
      made: Object.fromEntries(listOf(value['made']).flatMap(runOf)),
    }
  } catch {
    return undefined
  }
}

function numberOr<T>(value: unknown, otherwise: T): number | T {
  return typeof value === 'number' ? value : otherwise
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function linkOf(value: unknown): AcceptedLink | undefined {
  if (typeof value !== 'object' || value === null || !('clockMs' in value && 'indexCid' in value)) return undefined
  if (typeof value.clockMs !== 'number' || typeof value.indexCid !== 'string') return undefined
  return { clockMs: value.clockMs, indexCid: parseManifestCid(value.indexCid) }
}

function runOf(value: unknown): [string, MadeArchive[]][] {
  if (typeof value !== 'object' || value === null || !('run' in value && 'archives' in value)) return []
  return typeof value.run === 'string' ? [[value.run, listOf(value.archives).flatMap(madeOf)]] : []
}

function madeOf(value: unknown): MadeArchive[] {
  if (typeof value !== 'object' || value === null || !('entry' in value && 'digest' in value)) return []
  const entry = entryOfRecord(value.entry)
  return entry === undefined || typeof value.digest !== 'string' ? [] : [{ entry, digest: value.digest }]
}
