import { cidText, type ManifestCid } from '../codec/cid.ts'
import { readCidList, writeCidList } from './cid-list.ts'
import type { NodeParts } from './node-parts.ts'

const KEY = 'not-announced'
/** A list of what is not here any more would only grow; nobody switches so many off by hand. */
const MAX_KEPT = 10_000

/** The datasets that a person does not want the network to be told about; kept over restarts where the node has settings. */
export class AnnounceSetting {
  readonly #parts: Pick<NodeParts, 'settings' | 'log'>
  readonly #quiet = new Set<string>()

  constructor(parts: Pick<NodeParts, 'settings' | 'log'>) {
    this.#parts = parts
  }

  isAnnounced(cid: ManifestCid): boolean {
    return !this.#quiet.has(cidText(cid))
  }

  /** Takes what was kept; what cannot be read counts as nothing kept. */
  async restore(): Promise<void> {
    const { settings, log } = this.#parts
    try {
      for (const cid of await readCidList(settings, KEY)) this.#quiet.add(cid)
    } catch (error) {
      log('warn', 'it could not be read which datasets are not to be announced', { error })
    }
  }

  /** Holds at once; resolves when it is kept. Errors: those of `SettingsStore.set`. */
  async set(cid: ManifestCid, isAnnounced: boolean): Promise<void> {
    if (isAnnounced === this.isAnnounced(cid)) return
    const key = cidText(cid)
    if (isAnnounced) this.#quiet.delete(key)
    else this.#quiet.add(key)
    await writeCidList(this.#parts.settings, KEY, [...this.#quiet].slice(-MAX_KEPT))
  }
}
