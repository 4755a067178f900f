import { parseManifestCid } from '../../codec/cid.ts'
import { entryOfRecord, recordOfEntry } from '../archive/entry-record.ts'
import type { CommunityId } from '../ids.ts'
import type { HistorySettings } from '../ports.ts'
import type { AcceptedLink } from './accept-link.ts'
import { type ArchiveRow, newRow } from './archive-table.ts'
import type { KeepChoice } from './keep-choice.ts'

/** What a member’s device remembers of following a community. */
export interface CommunityRecord {
  readonly link?: AcceptedLink | undefined
  /** The highest clock that a description of the community has named. */
  readonly floorClockMs: number
  /** Text of the CID of the index that the rows are from; it is held. */
  readonly indexCid?: string | undefined
  readonly rows: readonly ArchiveRow[]
  readonly keep: KeepChoice
  readonly quotaBytes: number
  readonly isPaused: boolean
}

const DEFAULT_QUOTA_BYTES = 2_147_483_648

export const EMPTY_RECORD: CommunityRecord = {
  floorClockMs: 0,
  rows: [],
  keep: { kind: 'all' },
  quotaBytes: DEFAULT_QUOTA_BYTES,
  isPaused: false,
}

/** The follow record of one community: written as a whole, and what changes meanwhile is written after it. */
export class CommunityRecords {
  readonly #settings: HistorySettings
  readonly #key: string
  readonly #current: () => CommunityRecord
  #writing: Promise<void> | undefined
  #isDirty = false

  constructor(settings: HistorySettings, init: { community: CommunityId; current: () => CommunityRecord }) {
    this.#settings = settings
    this.#key = `follow/${init.community}`
    this.#current = init.current
  }

  /** One that cannot be read counts as none: all of it is found again in the index. */
  async load(): Promise<CommunityRecord> {
    const bytes = await this.#settings.get(this.#key)
    return (bytes === undefined ? undefined : recordOf(bytes)) ?? EMPTY_RECORD
  }

  /** A failure is left to the next change: what is not noted is found again, at the cost of a look. */
  save(): void {
    this.#isDirty = true
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined))
  }

  /** Resolves when every change so far is written, or has failed to be. */
  async settled(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
  }

  async delete(): Promise<void> {
    await this.settled()
    await this.#settings.delete(this.#key)
  }

  async #write(): Promise<void> {
    // Changes of the same task are written together.
    await Promise.resolve()
    while (this.#isDirty) {
      this.#isDirty = false
      const bytes = new TextEncoder().encode(JSON.stringify(plain(this.#current())))
      await this.#settings.set(this.#key, bytes).catch(() => undefined)
    }
  }
}

function plain({ link, rows, ...rest }: CommunityRecord): unknown {
  return {
    ...rest,
    ...(link === undefined ? {} : { link: { clockMs: link.clockMs, indexCid: link.indexCid.toString() } }),
    rows: rows.map(plainRow),
  }
}

function plainRow(row: ArchiveRow): PlainRow {
  const { state, isListed, isRead, sizeBytes, messageCount, missingKeyIds, isCrowdedOut } = row
  const entry = recordOfEntry(row.entry)
  return { entry, state, isListed, isRead, sizeBytes, messageCount, missingKeyIds, isCrowdedOut }
}

function recordOf(bytes: Uint8Array): CommunityRecord | undefined {
  try {
    // Written by this class: what is missing or damaged makes the whole record count as none.
    const { link, rows, ...rest } = JSON.parse(new TextDecoder().decode(bytes)) as PlainRecord
    const { floorClockMs, indexCid, keep, quotaBytes, isPaused } = { ...EMPTY_RECORD, ...rest }
    return {
      floorClockMs,
      indexCid,
      keep,
      quotaBytes,
      isPaused,
      link: link === undefined ? undefined : { clockMs: link.clockMs, indexCid: parseManifestCid(link.indexCid) },
      rows: rows.flatMap(rowOf),
    }
  } catch {
    return undefined
  }
}

interface PlainRecord extends Partial<Omit<CommunityRecord, 'link' | 'rows'>> {
  readonly link?: { readonly clockMs: number; readonly indexCid: string }
  readonly rows: readonly PlainRow[]
}

type PlainRow = Partial<Omit<ArchiveRow, 'entry'>> & { readonly entry: unknown }

function rowOf({ entry: record, ...rest }: PlainRow): ArchiveRow[] {
  const entry = entryOfRecord(record)
  if (entry === undefined) return []
  const row = { ...newRow(entry), ...rest }
  const isOnItsWay = row.state === 'fetching' || row.state === 'nobody-has-it'
  if (isOnItsWay) return [{ ...row, state: 'known' }]
  return [{ ...row, doneBytes: row.state === 'known' ? 0 : (row.sizeBytes ?? 0) }]
}
