/**
 * What can be found in archives that are known and not held.
 *
 *   search ─▶ the search indexes that are here ─▶ hits without messages, the newest first
 *      └────▶ those that are not are fetched, the newest first, three at once ─▶ `onChange`: the next search finds more
 *
 * They come from strangers: one that is too large, or says something else than it should, counts as none. They take a
 * sixteenth of the community’s quota at most, and go when the archive itself is here.
 */
import type { ManifestCid } from '../../codec/cid.ts'
import { type HistoryClock, systemClock } from '../clock.ts'
import type { ArchiveId, CommunityId } from '../ids.ts'
import type { AbortOptions, HistoryDatasets, HistorySettings } from '../ports.ts'
import { compareHits } from '../search/hit-order.ts'
import {
  decodeSearchIndex,
  maxSearchIndexBytes,
  type PublishedSearchIndex,
  searchPublished,
} from '../search/published-search-index.ts'
import { ByteCache } from '../timeline/byte-cache.ts'
import type { SearchHit, SearchQuery } from '../timeline/types.ts'
import type { FollowedArchive } from './follow-state.ts'
import type { SpanMs } from './archive-table.ts'
import { SearchRecords } from './search-records.ts'

const FETCHED_AT_ONCE = 3
const PATIENCE = { patienceMs: 8_000, stallMs: 8_000 }
const RETRY_MS = 600_000
const QUOTA_SHARE = 1 / 16
/** Sealed ones are a header larger. */
const SEAL_BYTES = 4096
const CACHE_BYTES = 12 << 20
/** What somebody’s clock says and the archive’s span may differ by so much. */
const SKEW_MS = 86_400_000

interface PublishedSearchesComponents {
  readonly datasets: HistoryDatasets
  readonly settings: HistorySettings
  readonly unseal: (bytes: Uint8Array) => Promise<Uint8Array>
  readonly clock?: HistoryClock | undefined
}

interface PublishedSearchesInit {
  readonly community: CommunityId
  /** Newest first. */
  readonly archives: () => readonly FollowedArchive[]
  readonly isPaused: () => boolean
  readonly quotaBytes: () => number
  /** A search over this span may find more now. */
  readonly onChange: (span: SpanMs) => void
}

interface PublishedSearchResult {
  /** Newest first. */
  readonly hits: readonly SearchHit[]
  readonly isMore: boolean
  readonly searchedArchives: number
}

export class PublishedSearches {
  readonly #components: PublishedSearchesComponents
  readonly #init: PublishedSearchesInit
  readonly #clock: HistoryClock
  readonly #records: SearchRecords
  readonly #decoded = new ByteCache<PublishedSearchIndex>(CACHE_BYTES)
  readonly #fetching = new Map<ArchiveId, Promise<void>>()
  /** By CID: when it is asked for again. */
  readonly #retryAtMs = new Map<string, number>()
  #stopping = new AbortController()
  #isWanted = false

  constructor(components: PublishedSearchesComponents, init: PublishedSearchesInit) {
    this.#components = components
    this.#init = init
    this.#clock = components.clock ?? systemClock
    this.#records = new SearchRecords(components.settings, init.community)
  }

  get heldBytes(): number {
    return this.#records.heldBytes
  }

  async start(): Promise<void> {
    this.#stopping = new AbortController()
    await this.#records.load()
  }

  /** Ends what is on its way; what has arrived is kept. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#isWanted = false
    await Promise.all(this.#fetching.values())
  }

  /** Stops for good. */
  async leave({ isDataRemoved }: { readonly isDataRemoved: boolean }): Promise<void> {
    await this.stop()
    if (!isDataRemoved) return
    for (const id of this.#records.ids) await this.#free(id)
    await this.#records.delete()
  }

  /** Archives, their state or the quota have changed: frees what is not needed any more. */
  async reconcile(): Promise<void> {
    const archives = new Map(this.#init.archives().map((archive) => [archive.entry.id, archive]))
    for (const id of this.#records.ids) {
      const archive = archives.get(id)
      const isNamed = archive?.entry.searchCid?.toString() === this.#records.get(id)?.cid.toString()
      if (archive === undefined || !isNamed || archive.isRead) await this.#free(id)
    }
    // The oldest go first.
    for (const { entry } of [...archives.values()].reverse()) {
      if (this.#records.heldBytes <= this.#shareBytes) break
      await this.#free(entry.id)
    }
  }

  /** A key was added: what did not open may open. */
  retry(): void {
    this.#retryAtMs.clear()
  }

  /** What is here, at once; the rest begins to be fetched. Errors: the signal’s reason. */
  async search(query: SearchQuery, { signal }: AbortOptions = {}): Promise<PublishedSearchResult> {
    let found: SearchHit[] = []
    let searchedArchives = 0
    for (const archive of this.#init.archives()) {
      signal?.throwIfAborted()
      const record = this.#records.get(archive.entry.id)
      if (archive.isRead || record === undefined) continue
      searchedArchives++
      const { fromMs, toMs } = spanOf(archive)
      if (isEnough(found, query.limit, toMs)) continue
      const index = await this.#open(archive, record.cid, signal)
      if (index === undefined) continue
      for (const hit of searchPublished(index, query)) if (hit.atMs >= fromMs && hit.atMs < toMs) found.push(hit)
      found = newest(found, query.limit + 1)
    }
    this.#isWanted = true
    this.#run()
    return { hits: found.slice(0, query.limit), isMore: found.length > query.limit, searchedArchives }
  }

  get #shareBytes(): number {
    return Math.floor(this.#init.quotaBytes() * QUOTA_SHARE)
  }

  #run(): void {
    if (!this.#isWanted || this.#stopping.signal.aborted || this.#init.isPaused()) return
    for (const archive of this.#init.archives()) {
      if (this.#fetching.size >= FETCHED_AT_ONCE) return
      const { entry } = archive
      if (!this.#isMissing(archive) || entry.searchCid === undefined) continue
      const work = this.#fetch(archive, entry.searchCid).finally(() => {
        this.#fetching.delete(entry.id)
        this.#run()
      })
      this.#fetching.set(entry.id, work)
    }
    this.#isWanted = this.#fetching.size > 0
  }

  #isMissing({ entry, isRead }: FollowedArchive): boolean {
    if (isRead || entry.searchCid === undefined) return false
    if (this.#records.get(entry.id) !== undefined || this.#fetching.has(entry.id)) return false
    return (this.#retryAtMs.get(entry.searchCid.toString()) ?? 0) <= this.#clock.nowMs()
  }

  /** Never rejects. */
  async #fetch(archive: FollowedArchive, cid: ManifestCid): Promise<void> {
    const { datasets } = this.#components
    const { signal } = this.#stopping
    const { entry, sizeBytes } = archive
    const roomBytes = this.#shareBytes - this.#records.heldBytes
    const maxBytes = Math.min(roomBytes, maxSearchIndexBytes(sizeBytes) + SEAL_BYTES)
    this.#retryAtMs.set(cid.toString(), this.#clock.nowMs() + RETRY_MS)
    if (maxBytes <= 0) return
    let isOurs = false
    try {
      // What is here for another reason is not ours to remove.
      isOurs = !(await datasets.isHeld(cid))
      if (isOurs) await datasets.fetch(cid, { ...PATIENCE, maxBytes, signal })
      const read = await this.#read(archive, cid, signal)
      await this.#records.put(entry.id, { cid, sizeBytes: read.sizeBytes, isOurs })
      this.#init.onChange({ fromMs: entry.fromSeconds * 1000, toMs: entry.toSeconds * 1000 })
    } catch {
      // Nobody has it, it is wrong or its key is missing: search does without it, and asks again later.
      if (isOurs && !signal.aborted) await datasets.remove(cid).catch(() => false)
    }
  }

  /** Of one that is wrong there is nothing to be found. */
  async #open(
    archive: FollowedArchive,
    cid: ManifestCid,
    signal: AbortSignal | undefined,
  ): Promise<PublishedSearchIndex | undefined> {
    const decoded = this.#decoded.get(archive.entry.id)
    if (decoded !== undefined) return decoded
    try {
      return (await this.#read(archive, cid, signal)).index
    } catch {
      signal?.throwIfAborted()
      // Somebody removed it, or its key: it is fetched again.
      await this.#free(archive.entry.id)
      return undefined
    }
  }

  /** Into the cache, and with how many bytes the dataset has. Errors: `ERR_INDEX_INVALID`, those of reading and unsealing. */
  async #read(
    { entry }: FollowedArchive,
    cid: ManifestCid,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly index: PublishedSearchIndex; readonly sizeBytes: number }> {
    const { datasets, unseal } = this.#components
    const bytes = await datasets.read(cid, { signal })
    const index = decodeSearchIndex(await unseal(bytes), entry.id)
    // Refuses words that do not decode before anybody searches in them.
    searchPublished(index, { text: 'a' })
    this.#decoded.set(entry.id, index)
    return { index, sizeBytes: bytes.byteLength }
  }

  async #free(id: ArchiveId): Promise<void> {
    const record = this.#records.get(id)
    if (record === undefined) return
    this.#decoded.delete(id)
    await this.#records.remove(id)
    if (record.isOurs) await this.#components.datasets.remove(record.cid).catch(() => false)
  }
}

function spanOf({ entry }: FollowedArchive): SpanMs {
  return { fromMs: entry.fromSeconds * 1000 - SKEW_MS, toMs: entry.toSeconds * 1000 + SKEW_MS }
}

/** Whether what is older than `toMs` changes nothing any more. */
function isEnough(found: readonly SearchHit[], limit: number, toMs: number): boolean {
  const last = found[limit]
  return last !== undefined && last.atMs >= toMs
}

/** The newest, each once: two archives may have the same message. */
function newest(hits: SearchHit[], count: number): SearchHit[] {
  hits.sort(compareHits)
  const some: SearchHit[] = []
  for (const hit of hits) {
    const last = some.at(-1)
    if (last === undefined || compareHits(last, hit) !== 0) some.push(hit)
    if (some.length === count) break
  }
  return some
}
