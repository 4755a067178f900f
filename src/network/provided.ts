/**
 * What this node holds, and tells keepers about: once when it is new, and all of it to a keeper that is (again) there.
 *
 *   add ──▶ newest first ──▶ the first `maxCount` are told and told again (Discovery); the rest wait until one of them goes
 */
import type { Connection } from '@libp2p/interface'
import type { DhtKey } from './dht-key.ts'
import { type Discovery, MAX_PARALLEL_PROVIDES } from './discovery.ts'
import type { NetworkLog } from './network-log.ts'

/**
 * Datasets that a client of the DHT, as browsers are, announces at most. Among 1,000 keepers each costs 50 bytes a second
 * of the line up, so these take 15 KB/s, an eighth of a line of 1 Mbit/s; among 10,000 they take 57 KB/s, about what the
 * network’s own research still found bearable. See docs/SWARM-LIMITS.md.
 */
export const MAX_ANNOUNCED_BY_CLIENT = 300
/** A keeper has a server’s line, and announces what people rely on. */
export const MAX_ANNOUNCED_BY_SERVER = 10_000

export interface ProvidedComponents {
  readonly discovery: Pick<Discovery, 'mode' | 'provide' | 'cancel'>
  /** Connections to peers that speak Kademlia. */
  readonly servers: () => readonly Connection[]
  /** Whether others could dial this node: a record without addresses is thrown away by whoever gets it. */
  readonly isDialable: () => boolean
  readonly log: NetworkLog
}

export interface ProvidedInit {
  /** Datasets that are announced at most; by default what suits the mode of the DHT. */
  readonly maxCount?: number
}

const MAX_ANNOUNCED = { client: MAX_ANNOUNCED_BY_CLIENT, server: MAX_ANNOUNCED_BY_SERVER } as const

/** How much of what a node holds it announces. */
export interface AnnouncingStatus {
  /** Datasets that it was asked to announce. */
  readonly wantedCount: number
  /** The newest of them, at most `maxCount`. */
  readonly announcedCount: number
  readonly maxCount: number
}

export interface AddOptions {
  readonly signal?: AbortSignal | undefined
  /** Since when it is here, in milliseconds since 1970; now unless told, `Infinity` for what goes before all else. */
  readonly sinceMs?: number | undefined
}

interface Entry {
  readonly cid: DhtKey
  readonly text: string
  readonly sinceMs: number
}

export class Provided {
  readonly #components: ProvidedComponents
  readonly #maxCount: number
  /** Newest first. */
  readonly #entries: Entry[] = []
  #round = 0

  constructor(components: ProvidedComponents, init: ProvidedInit = {}) {
    this.#components = components
    this.#maxCount = init.maxCount ?? MAX_ANNOUNCED[components.discovery.mode]
  }

  status(): AnnouncingStatus {
    const wantedCount = this.#entries.length
    return { wantedCount, announcedCount: Math.min(wantedCount, this.#maxCount), maxCount: this.#maxCount }
  }

  /**
   * Tells it now where anybody listens, and again whenever a keeper comes; one that is too old to be among those that are
   * announced waits. Aborts with the signal’s reason; the rest stays.
   */
  async add(cid: DhtKey, { signal, sinceMs = Date.now() }: AddOptions = {}): Promise<void> {
    const before = this.#placeOf(cid)
    if (before !== -1) this.#entries.splice(before, 1)
    const place = this.#entries.findIndex((entry) => entry.sinceMs <= sinceMs)
    this.#entries.splice(place === -1 ? this.#entries.length : place, 0, { cid, text: cid.toString(), sinceMs })
    const beyond = this.#entries[this.#maxCount]
    if (beyond !== undefined) await this.#components.discovery.cancel(beyond.cid)
    if (this.#isAnnounced(cid)) await this.#tell(cid, signal)
  }

  /** Tells it no more; what keepers know ends by itself within about an hour. The newest that waits takes its turn. */
  async remove(cid: DhtKey): Promise<void> {
    const place = this.#placeOf(cid)
    const next = place !== -1 && place < this.#maxCount ? this.#entries[this.#maxCount] : undefined
    if (place !== -1) this.#entries.splice(place, 1)
    await this.#components.discovery.cancel(cid)
    // Whoever takes one away does not wait for keepers to hear of another.
    if (next !== undefined) void this.#tell(next.cid)
  }

  /** Tells everything again, the newest first; a round that is still under way ends. */
  async tellAll(): Promise<void> {
    const round = ++this.#round
    const left = this.#entries.slice(0, this.#maxCount)
    const tellSome = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined && round === this.#round; next = left.shift()) {
        if (this.#isAnnounced(next.cid)) await this.#tell(next.cid)
      }
    }
    await Promise.all(Array.from({ length: MAX_PARALLEL_PROVIDES }, tellSome))
  }

  /** Ends the round that is under way. */
  stop(): void {
    this.#round++
  }

  #placeOf(cid: DhtKey): number {
    const text = cid.toString()
    return this.#entries.findIndex((entry) => entry.text === text)
  }

  #isAnnounced(cid: DhtKey): boolean {
    const place = this.#placeOf(cid)
    return place !== -1 && place < this.#maxCount
  }

  async #tell(cid: DhtKey, signal?: AbortSignal): Promise<void> {
    const { discovery, servers, isDialable, log } = this.#components
    if (!isDialable()) return
    try {
      const told = await discovery.provide(cid, servers(), signal)
      // Taken off the list, or pushed beyond its end, while it was being told: kad-dht would tell it again and again.
      if (!this.#isAnnounced(cid)) await discovery.cancel(cid)
      log('debug', 'told that we hold a dataset', { cid: cid.toString(), told })
    } catch (error) {
      signal?.throwIfAborted()
      log('warn', 'nobody could be told that we hold a dataset', { cid: cid.toString(), error })
    }
  }
}
