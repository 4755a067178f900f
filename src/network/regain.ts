/**
 * Dials peers again that went while somebody still wants something of them: where they were last, then less and less often.
 *
 *   regain(peer) ──▶ dial ──no──▶ pause ──▶ dial … ──▶ joined, or given up
 *
 * A circuit that was cut and a network that changed are over in a second or two; a page that was closed is dialled in vain a
 * few times.
 */
import type { Connection, Libp2p } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerKey } from '../codec/peer-key.ts'
import { relayOf } from './addresses.ts'
import type { DirectDialer } from './direct-dialer.ts'
import type { NetworkLog } from './network-log.ts'
import { peerKeyOf } from './peer-identity.ts'
import type { PeerTable } from './peer-table.ts'
import { pause } from './waiting.ts'

export interface RegainComponents {
  readonly libp2p: Pick<Libp2p, 'peerStore'>
  readonly dialer: Pick<DirectDialer, 'reach'>
  readonly table: Pick<PeerTable, 'contentConnection'>
  readonly isExcluded: (peer: PeerKey) => boolean
  readonly log: NetworkLog
}

export interface RegainInit {
  /** Pauses before each try. */
  readonly pausesMs?: readonly number[]
}

// Two minutes in all: a keeper that restarts and a laptop that changes networks are back by then.
const DEFAULT_PAUSES_MS = [0, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000]
// At the same time; each dial of a browser takes one of the tab’s peer connections.
const MAX_RUNNING = 16
const MAX_REMEMBERED = 256

export class Regain {
  readonly #components: RegainComponents
  readonly #pausesMs: readonly number[]
  readonly #stopped = new AbortController()
  readonly #lastAddresses = new Map<PeerKey, Multiaddr>()
  readonly #running = new Set<PeerKey>()
  #wake = new AbortController()

  constructor(components: RegainComponents, init: RegainInit = {}) {
    this.#components = components
    this.#pausesMs = init.pausesMs ?? DEFAULT_PAUSES_MS
  }

  /** To be called with every connection that closes: where its peer was is where it is looked for first. */
  closed({ remotePeer, remoteAddr, direction }: Connection): void {
    // Of a socket that was dialled to us the port is of no use.
    if (direction === 'inbound' && relayOf(remoteAddr) === undefined) return
    const peer = peerKeyOf(remotePeer)
    this.#lastAddresses.delete(peer)
    this.#lastAddresses.set(peer, remoteAddr)
    for (const oldest of this.#lastAddresses.keys()) {
      if (this.#lastAddresses.size <= MAX_REMEMBERED) break
      this.#lastAddresses.delete(oldest)
    }
  }

  /** Begins to dial a peer that left; nothing where that is under way. */
  regain(peer: PeerKey): void {
    if (this.#running.has(peer) || this.#running.size >= MAX_RUNNING || this.#stopped.signal.aborted) return
    this.#running.add(peer)
    void this.#run(peer).finally(() => this.#running.delete(peer))
  }

  /** Ends every pause: the device is back on a network. */
  retryNow(): void {
    this.#wake.abort()
    this.#wake = new AbortController()
  }

  stop(): void {
    this.#stopped.abort()
  }

  async #run(peer: PeerKey): Promise<void> {
    const { dialer, table, isExcluded, log } = this.#components
    const { signal } = this.#stopped
    for (const pauseMs of this.#pausesMs) {
      await pause(pauseMs, AbortSignal.any([signal, this.#wake.signal]))
      if (signal.aborted || isExcluded(peer) || table.contentConnection(peer) !== undefined) return
      try {
        return await dialer.reach(peer, await this.#addressesOf(peer), signal)
      } catch (error) {
        log('debug', 'a peer that is wanted could not be dialled again', { peer, error })
      }
    }
  }

  async #addressesOf(peer: PeerKey): Promise<Multiaddr[]> {
    const last = this.#lastAddresses.get(peer)
    // A peer that libp2p has forgotten has no addresses there.
    const known = await this.#components.libp2p.peerStore.get(peerIdFromString(peer)).catch(() => undefined)
    const others = known?.addresses.map(({ multiaddr }) => multiaddr) ?? []
    return last === undefined ? others : [last, ...others]
  }
}
