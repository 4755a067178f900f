/** What this node holds, and tells keepers about: once when it is new, and all of it to a keeper that is (again) there. */
import type { Connection } from '@libp2p/interface'
import type { ManifestCid } from '../codec/cid.ts'
import type { Discovery } from './discovery.ts'
import type { NetworkLog } from './network-log.ts'

export interface ProvidedComponents {
  readonly discovery: Pick<Discovery, 'provide' | 'cancel'>
  /** Connections to peers that speak Kademlia. */
  readonly servers: () => readonly Connection[]
  /** Whether others could dial this node: a record without addresses is thrown away by whoever gets it. */
  readonly isDialable: () => boolean
  readonly log: NetworkLog
}

// Each takes two round trips with every keeper; more at a time would delay the lookups of whoever reads now.
const MAX_PARALLEL_PROVIDES = 4

export class Provided {
  readonly #components: ProvidedComponents
  readonly #cids = new Map<string, ManifestCid>()
  #round = 0

  constructor(components: ProvidedComponents) {
    this.#components = components
  }

  /** Tells it now where anybody listens, and again whenever a keeper comes. Aborts with the signal’s reason; the rest stays. */
  async add(cid: ManifestCid, signal?: AbortSignal): Promise<void> {
    this.#cids.set(cid.toString(), cid)
    await this.#tell(cid, signal)
  }

  /** Tells it no more; what keepers know ends by itself within half an hour. */
  async remove(cid: ManifestCid): Promise<void> {
    this.#cids.delete(cid.toString())
    await this.#components.discovery.cancel(cid)
  }

  /** Tells everything again; a round that is still under way ends. */
  async tellAll(): Promise<void> {
    const round = ++this.#round
    const left = [...this.#cids.values()]
    const tellSome = async (): Promise<void> => {
      for (let cid = left.shift(); cid !== undefined && round === this.#round; cid = left.shift()) await this.#tell(cid)
    }
    await Promise.all(Array.from({ length: MAX_PARALLEL_PROVIDES }, tellSome))
  }

  /** Ends the round that is under way. */
  stop(): void {
    this.#round++
  }

  async #tell(cid: ManifestCid, signal?: AbortSignal): Promise<void> {
    const { discovery, servers, isDialable, log } = this.#components
    if (!isDialable()) return
    try {
      const told = await discovery.provide(cid, servers(), signal)
      log('debug', 'told that we hold a dataset', { cid: cid.toString(), told })
    } catch (error) {
      signal?.throwIfAborted()
      log('warn', 'nobody could be told that we hold a dataset', { cid: cid.toString(), error })
    }
  }
}
