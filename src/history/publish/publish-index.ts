/** The second half of a run: the index of all archives, those made before and those made now. */
import type { ManifestCid } from '../../codec/cid.ts'
import { MAX_INDEX_BYTES } from '../../codec/history/archive-index.ts'
import { QuireError } from '../../errors.ts'
import type { ArchiveEntry } from '../archive/archive-entry.ts'
import { mergeIndex } from '../archive/merge-index.ts'
import { encodeIndex, readIndex } from '../archive/read-index.ts'
import type { AcceptedLink } from '../follow/accept-link.ts'
import type { AbortOptions, HistoryDatasets } from '../ports.ts'
import type { MadeArchive, PublishJournal } from './publish-journal.ts'

interface PublishIndexComponents {
  readonly datasets: HistoryDatasets
  readonly journal: PublishJournal
  readonly newestLink: () => AcceptedLink | undefined
  readonly seal?: ((bytes: Uint8Array) => Promise<Uint8Array>) | undefined
  readonly unseal: (bytes: Uint8Array) => Promise<Uint8Array>
}

export interface IndexChange {
  /** Undefined where no archive is new: the index before still holds. */
  readonly indexCid?: ManifestCid | undefined
  /** The indexes before, which nobody needs once the new one is announced. */
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

  /** Errors: those of `entriesBefore`, `ERR_STORE_FULL`, and `ERR_INDEX_INVALID` where it would be too large for members. */
  async publish(init: { archives: readonly MadeArchive[]; signal: AbortSignal }): Promise<IndexChange> {
    const { datasets, seal } = this.#components
    const { signal } = init
    if (init.archives.length === 0) return { obsolete: [] }
    const before = await this.entriesBefore({ signal })
    const known = new Set(before.map(({ id }) => id))
    const added = init.archives.map(({ entry }) => entry)
    if (added.every(({ id }) => known.has(id))) return { obsolete: [] }
    const plain = encodeIndex(mergeIndex(before, added))
    const bytes = seal === undefined ? plain : await seal(plain)
    if (bytes.byteLength > MAX_INDEX_BYTES) {
      const details = { sizeBytes: bytes.byteLength, maxBytes: MAX_INDEX_BYTES }
      throw new QuireError('ERR_INDEX_INVALID', 'The index would be too large to be read.', { details })
    }
    const indexCid = await datasets.publish(bytes, { signal })
    const obsolete = this.#cidsBefore().map(String)
    return { indexCid, obsolete: obsolete.filter((cid) => cid !== indexCid.toString()) }
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
