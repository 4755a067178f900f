/** The second half of a run: the index of all archives, those made before and those made now. */
import type { ManifestCid } from '../../codec/cid.ts'
import { MAX_INDEX_BYTES, MAX_INDEX_ENTRIES } from '../../codec/history/archive-index.ts'
import { QuireError } from '../../errors.ts'
import type { ArchiveEntry, SpanSeconds } from '../archive/archive-entry.ts'
import { mergeIndex } from '../archive/merge-index.ts'
import { encodeIndex, readIndex } from '../archive/read-index.ts'
import type { AcceptedLink } from '../follow/accept-link.ts'
import type { AbortOptions, HistoryDatasets } from '../ports.ts'
import type { MessageSource } from './message-source.ts'
import type { MadeArchive, PublishJournal } from './publish-journal.ts'
import type { SearchDatasets } from './search-datasets.ts'

/** So many archives are made before it is found out that an index has no room for them. */
const FEW_SPANS = 500

interface PublishIndexComponents {
  readonly datasets: HistoryDatasets
  readonly journal: PublishJournal
  readonly newestLink: () => AcceptedLink | undefined
  readonly seal?: ((bytes: Uint8Array) => Promise<Uint8Array>) | undefined
  readonly unseal: (bytes: Uint8Array) => Promise<Uint8Array>
  readonly search: Pick<SearchDatasets, 'apply' | 'unused'>
}

interface PublishIndexInit {
  readonly archives: readonly MadeArchive[]
  /** Search indexes came or went, also where no archive is new. */
  readonly isForSearch?: boolean | undefined
  readonly signal: AbortSignal
}

export interface IndexChange {
  /** Undefined where nothing is new: the index before still holds. */
  readonly indexCid?: ManifestCid | undefined
  /** Of the new index. */
  readonly entries: readonly ArchiveEntry[]
  /** The indexes before, and search indexes: nobody needs them once the new index is announced. */
  readonly obsolete: readonly string[]
}

export class PublishIndex {
  readonly #components: PublishIndexComponents

  constructor(components: PublishIndexComponents) {
    this.#components = components
  }

  /**
   * What this device and the newest link’s maker have published so far.
   *
   * An index that is not here is fetched: without it, everything older would be lost from the next one. Errors: those of
   * `HistoryDatasets.fetch`, `ERR_INDEX_INVALID`, `ERR_GROUP_KEY_MISSING`.
   */
  async entriesBefore({ signal }: AbortOptions): Promise<ArchiveEntry[]> {
    let entries: ArchiveEntry[] = []
    for (const cid of this.#cidsBefore()) entries = mergeIndex(entries, await this.#read(cid, signal))
    return entries
  }

  /**
   * Whether the archives of a run that may have very many will find room, before the first is made.
   *
   * Errors: `ERR_INDEX_FULL`, those of `entriesBefore`.
   */
  async checkRoom(
    { source, spans }: { readonly source: MessageSource; readonly spans: readonly SpanSeconds[] },
    { signal }: AbortOptions,
  ): Promise<void> {
    if (spans.length <= FEW_SPANS) return
    let count = (await this.entriesBefore({ signal })).length
    if (count + spans.length <= MAX_INDEX_ENTRIES) return
    for (const span of spans) {
      if (await hasMessages(source, span, { signal })) count++
      if (count > MAX_INDEX_ENTRIES) throw indexFull()
    }
  }

  /** Errors: those of `entriesBefore`, `ERR_STORE_FULL`, `ERR_INDEX_FULL`, and `ERR_INDEX_INVALID` where it would be too large for members. */
  async publish(init: PublishIndexInit): Promise<IndexChange> {
    const { datasets, seal, search } = this.#components
    const { signal } = init
    if (init.archives.length === 0 && init.isForSearch !== true) return { entries: [], obsolete: [] }
    const before = await this.entriesBefore({ signal })
    const added = init.archives.map(({ entry }) => entry)
    // Those of before have their search indexes.
    const entries = search.apply(mergeIndex(added, before))
    const unused = search.unused(entries)
    if (isSame(before, entries)) return { entries, obsolete: unused }
    if (entries.length > MAX_INDEX_ENTRIES) throw indexFull()
    const plain = encodeIndex(entries)
    const bytes = seal === undefined ? plain : await seal(plain)
    if (bytes.byteLength > MAX_INDEX_BYTES) {
      const details = { sizeBytes: bytes.byteLength, maxBytes: MAX_INDEX_BYTES }
      throw new QuireError('ERR_INDEX_INVALID', 'The index would be too large to be read.', { details })
    }
    const indexCid = await datasets.publish(bytes, { signal })
    const named = new Set([indexCid.toString(), ...searchCidsOf(entries)])
    const obsolete = [...this.#cidsBefore().map(String), ...searchCidsOf(before), ...unused]
    return { indexCid, entries, obsolete: obsolete.filter((cid) => !named.has(cid)) }
  }

  #cidsBefore(): ManifestCid[] {
    const { journal, newestLink } = this.#components
    const cids = [journal.record.link?.indexCid, newestLink()?.indexCid].filter((cid) => cid !== undefined)
    return [...new Map(cids.map((cid) => [cid.toString(), cid])).values()]
  }

  async #read(cid: ManifestCid, signal: AbortSignal | undefined): Promise<readonly ArchiveEntry[]> {
    const { datasets, unseal } = this.#components
    if (!(await datasets.isHeld(cid))) await datasets.fetch(cid, { maxBytes: MAX_INDEX_BYTES, signal })
    return readIndex(await unseal(await datasets.read(cid, { signal }))).entries
  }
}

async function hasMessages(source: MessageSource, span: SpanSeconds, options: AbortOptions): Promise<boolean> {
  for await (const _ of source.messages(span, options)) return true
  return false
}

function indexFull(): QuireError {
  const message = 'The index would name more archives than members read.'
  return new QuireError('ERR_INDEX_FULL', message, { details: { maxArchives: MAX_INDEX_ENTRIES } })
}

function isSame(before: readonly ArchiveEntry[], entries: readonly ArchiveEntry[]): boolean {
  const searchOf = new Map(before.map(({ id, searchCid }) => [id, searchCid?.toString()]))
  return entries.every(({ id, searchCid }) => searchOf.has(id) && searchOf.get(id) === searchCid?.toString())
}

function searchCidsOf(entries: readonly ArchiveEntry[]): string[] {
  return entries.flatMap(({ searchCid }) => (searchCid === undefined ? [] : [searchCid.toString()]))
}
