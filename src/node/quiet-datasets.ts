import { cidText, type ManifestCid } from '../codec/cid.ts'
import type { DatasetEntry } from '../store/block-store.ts'
import { readCidList, writeCidList } from './cid-list.ts'
import type { NodeParts } from './node-parts.ts'

const KEY = 'quiet-datasets'

/**
 * Datasets that this node holds for itself and not for a person who asked for them: archives of communities. They are
 * served and announced like all others, and not listed. Kept over restarts where the node has settings.
 */
export class QuietDatasets {
  readonly #parts: Pick<NodeParts, 'settings' | 'log'>
  readonly #quiet = new Set<string>()
  #writing: Promise<void> = Promise.resolve()
  #isDirty = false

  constructor(parts: Pick<NodeParts, 'settings' | 'log'>) {
    this.#parts = parts
  }

  has(cid: ManifestCid): boolean {
    return this.#quiet.has(cidText(cid))
  }

  /**
   * Takes what was kept, of those that are `stored`: a run may have ended after one was noted and before the first of it was
   * stored, or after it was removed. What cannot be read counts as nothing kept.
   */
  async restore(stored: readonly Pick<DatasetEntry, 'manifestCid'>[]): Promise<void> {
    const { settings, log } = this.#parts
    try {
      const kept = await readCidList(settings, KEY)
      const isStored = new Set(stored.map(({ manifestCid }) => cidText(manifestCid)))
      for (const cid of kept) if (isStored.has(cid)) this.#quiet.add(cid)
      if (this.#quiet.size < kept.length) await this.#write()
    } catch (error) {
      log('warn', 'it could not be read which datasets are held for communities', { error })
    }
  }

  /** Resolves when it is kept: to be awaited before the dataset is entered in the store. Errors: those of `SettingsStore.set`. */
  async add(cid: ManifestCid): Promise<void> {
    if (this.has(cid)) return
    this.#quiet.add(cidText(cid))
    await this.#write()
  }

  /** It was removed, or a person asked for it. */
  async delete(cid: ManifestCid): Promise<void> {
    if (this.#quiet.delete(cidText(cid))) await this.#write()
  }

  /** Changes that come while one is written are written together. */
  #write(): Promise<void> {
    this.#isDirty = true
    const writing = this.#writing.then(async () => {
      if (!this.#isDirty) return
      this.#isDirty = false
      await writeCidList(this.#parts.settings, KEY, this.#quiet)
    })
    this.#writing = writing.catch(() => undefined)
    return writing
  }
}
