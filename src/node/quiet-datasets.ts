import { cidText, type ManifestCid } from '../codec/cid.ts'
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

  /** Takes what was kept; what cannot be read counts as nothing kept. */
  async restore(): Promise<void> {
    const { settings, log } = this.#parts
    try {
      const bytes = await settings?.get(KEY)
      const kept: unknown = bytes === undefined ? [] : JSON.parse(new TextDecoder().decode(bytes))
      if (!Array.isArray(kept)) throw new SyntaxError('The list of datasets held for communities is no list.')
      for (const entry of kept) if (typeof entry === 'string') this.#quiet.add(entry)
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
      await this.#parts.settings?.set(KEY, new TextEncoder().encode(JSON.stringify([...this.#quiet])))
    })
    this.#writing = writing.catch(() => undefined)
    return writing
  }
}
