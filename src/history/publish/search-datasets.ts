/** The search indexes that an owner publishes, a dataset for each archive; made once, and noted until an index names them. */
import { type ManifestCid, parseManifestCid } from '../../codec/cid.ts'
import type { ArchiveEntry } from '../archive/archive-entry.ts'
import { readSeal } from '../crypto/archive-seal.ts'
import type { GroupKeys } from '../crypto/hash-ratchet.ts'
import type { AuthorKey, CommunityId } from '../ids.ts'
import { openArchive } from '../message/open-archive.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import type { AbortOptions, HistoryDatasets, HistorySettings } from '../ports.ts'
import { encodeSearchIndex, maxSearchIndexBytes } from '../search/published-search-index.ts'

interface SearchDatasetsComponents {
  readonly datasets: HistoryDatasets
  readonly settings: HistorySettings
  readonly groupKeys: GroupKeys
  readonly privileged?: (() => ReadonlySet<AuthorKey>) | undefined
  readonly seal?: ((bytes: Uint8Array) => Promise<Uint8Array>) | undefined
}

export class SearchDatasets {
  readonly #components: SearchDatasetsComponents
  readonly #community: CommunityId
  /** By archive id; in no index yet. */
  readonly #noted = new Map<string, ManifestCid>()
  /** Archives of which none could be made in this run of the page. */
  readonly #impossible = new Set<string>()
  #isPublished: boolean

  constructor(components: SearchDatasetsComponents, init: { community: CommunityId; isPublished: boolean }) {
    this.#components = components
    this.#community = init.community
    this.#isPublished = init.isPublished
  }

  set isPublished(isPublished: boolean) {
    this.#isPublished = isPublished
  }

  /** What the last run noted. */
  async load(): Promise<void> {
    const bytes = await this.#components.settings.get(this.#key)
    if (bytes === undefined) return
    try {
      const noted = JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, string>>
      for (const [id, cid] of Object.entries(noted)) this.#noted.set(id, parseManifestCid(cid))
    } catch {
      // They are made again: the same messages give the same bytes.
    }
  }

  /**
   * Makes what is missing, an archive at a time. An archive of which none can be made (not here, its key missing, too many
   * words, no room) is left without, until the page is opened again. Errors: the signal’s reason.
   */
  async prepare(entries: readonly ArchiveEntry[], { signal }: AbortOptions): Promise<void> {
    for (const entry of entries) {
      if (!this.#isPublished) return
      if (entry.searchCid !== undefined || this.#noted.has(entry.id) || this.#impossible.has(entry.id)) continue
      try {
        const cid = await this.#make(entry, signal)
        if (cid === undefined) this.#impossible.add(entry.id)
        else await this.#note(entry.id, cid)
      } catch {
        signal?.throwIfAborted()
        // Search is worth less than the archives: they are published all the same.
        this.#impossible.add(entry.id)
      }
    }
  }

  /** The entries as the next index is to have them: with what was prepared, or with none where none are published. */
  apply(entries: readonly ArchiveEntry[]): ArchiveEntry[] {
    return entries.map(({ searchCid, ...entry }) => {
      const cid = this.#isPublished ? (searchCid ?? this.#noted.get(entry.id)) : undefined
      return cid === undefined ? entry : { ...entry, searchCid: cid }
    })
  }

  /** Those that were prepared for these archives and are not named: nobody needs them. */
  unused(entries: readonly ArchiveEntry[]): string[] {
    return entries.flatMap(({ id, searchCid }) => {
      const cid = this.#noted.get(id)?.toString()
      return cid === undefined || cid === searchCid?.toString() ? [] : [cid]
    })
  }

  /** A link to an index with these entries is signed. */
  async settle(entries: readonly ArchiveEntry[]): Promise<void> {
    const settled = entries.filter(({ id }) => this.#noted.delete(id))
    if (settled.length > 0) await this.#write()
  }

  async #make(entry: ArchiveEntry, signal: AbortSignal | undefined): Promise<ManifestCid | undefined> {
    const { datasets, seal, groupKeys, privileged } = this.#components
    if (!(await datasets.isHeld(entry.cid))) return undefined
    const archive = await datasets.read(entry.cid, { signal })
    const messages: OpenedMessage[] = []
    for await (const batch of openArchive(archive, { community: this.#community, keys: groupKeys, signal })) {
      messages.push(...batch.messages)
    }
    const plain = encodeSearchIndex(entry.id, messages, { community: this.#community, privileged: privileged?.() })
    if (plain.byteLength > maxSearchIndexBytes(archive.byteLength)) return undefined
    const bytes = seal === undefined ? plain : await seal(plain)
    // Words of a sealed archive do not go out unsealed.
    if (readSeal(archive) !== undefined && readSeal(bytes) === undefined) return undefined
    return datasets.publish(bytes, { signal })
  }

  async #note(id: string, cid: ManifestCid): Promise<void> {
    this.#noted.set(id, cid)
    await this.#write()
  }

  async #write(): Promise<void> {
    const noted = Object.fromEntries([...this.#noted].map(([id, cid]) => [id, cid.toString()]))
    await this.#components.settings.set(this.#key, new TextEncoder().encode(JSON.stringify(noted)))
  }

  get #key(): string {
    return `publish-search/${this.#community}`
  }
}
