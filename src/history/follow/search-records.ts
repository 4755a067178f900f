import { type ManifestCid, parseManifestCid } from '../../codec/cid.ts'
import type { ArchiveId, CommunityId } from '../ids.ts'
import type { HistorySettings } from '../ports.ts'

interface SearchRecord {
  readonly cid: ManifestCid
  readonly sizeBytes: number
  /** False where the dataset was here before, for another reason. */
  readonly isOurs: boolean
}

/** Which search indexes this device holds of a community it follows; kept over restarts. */
export class SearchRecords {
  readonly #settings: HistorySettings
  readonly #key: string
  readonly #records = new Map<ArchiveId, SearchRecord>()

  constructor(settings: HistorySettings, community: CommunityId) {
    this.#settings = settings
    this.#key = `follow-search/${community}`
  }

  get ids(): readonly ArchiveId[] {
    return [...this.#records.keys()]
  }

  get heldBytes(): number {
    return [...this.#records.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  }

  get(id: ArchiveId): SearchRecord | undefined {
    return this.#records.get(id)
  }

  /** What cannot be read counts as none. */
  async load(): Promise<void> {
    const bytes = await this.#settings.get(this.#key)
    if (bytes === undefined) return
    try {
      // Written by this class.
      for (const { id, cid, sizeBytes, isOurs } of JSON.parse(new TextDecoder().decode(bytes)) as PlainRecord[]) {
        this.#records.set(id, { cid: parseManifestCid(cid), sizeBytes, isOurs })
      }
    } catch {
      this.#records.clear()
    }
  }

  async put(id: ArchiveId, record: SearchRecord): Promise<void> {
    this.#records.set(id, record)
    await this.#write()
  }

  async remove(id: ArchiveId): Promise<void> {
    if (this.#records.delete(id)) await this.#write()
  }

  async delete(): Promise<void> {
    this.#records.clear()
    await this.#settings.delete(this.#key)
  }

  async #write(): Promise<void> {
    const plain = [...this.#records].map(([id, { cid, ...record }]): PlainRecord => ({
      id,
      cid: cid.toString(),
      ...record,
    }))
    await this.#settings.set(this.#key, new TextEncoder().encode(JSON.stringify(plain)))
  }
}

interface PlainRecord {
  readonly id: ArchiveId
  readonly cid: string
  readonly sizeBytes: number
  readonly isOurs: boolean
}
