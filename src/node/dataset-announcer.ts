import { cidText, type ManifestCid } from '../codec/cid.ts'
import type { NodeParts } from './node-parts.ts'

/** Tells the network which complete datasets are here; it passes that on to keepers as they come. */
export class DatasetAnnouncer {
  readonly #parts: Pick<NodeParts, 'store' | 'network' | 'log'>
  readonly #stopping = new AbortController()

  constructor(components: Pick<NodeParts, 'store' | 'network' | 'log'>) {
    this.#parts = components
  }

  /** Tells of every complete dataset; a failure is only logged. */
  async announceAll(): Promise<void> {
    try {
      const complete = (await this.#parts.store.listDatasets()).filter((entry) => entry.haveCount === entry.blockCount)
      for (const { manifestCid } of complete) await this.announce(manifestCid)
    } catch (error) {
      this.#parts.log('warn', 'datasets could not be announced', { error })
    }
  }

  /** Tells of one dataset; a failure is only logged. */
  async announce(cid: ManifestCid): Promise<void> {
    const { signal } = this.#stopping
    if (signal.aborted) return
    try {
      await this.#parts.network.provide(cid, { signal })
    } catch (error) {
      if (!signal.aborted) this.#parts.log('info', 'a dataset could not be announced', { cid: cidText(cid), error })
    }
  }

  stop(): void {
    this.#stopping.abort()
  }
}
