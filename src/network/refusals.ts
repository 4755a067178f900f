/** Peers that broke the rules: refused in both directions for a while, and why. */
import type { ConnectionGater, PeerId } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { peerKeyOf } from './peer-identity.ts'
import { isStillborn } from './stillborn.ts'
import { mendAbort } from './socket-abort.ts'

export interface Refusal {
  readonly peer: PeerKey
  readonly reason: string
  /** When it began, in milliseconds since 1970. */
  readonly atMs: number
  /** When it ends, in milliseconds since 1970. */
  readonly untilMs: number
  /** Connections are let be: this node is reached through it. */
  readonly isRelay?: boolean | undefined
}

/** A peer that was dropped, for people. */
export type RefusedPeer = Pick<Refusal, 'peer' | 'reason' | 'atMs'>

export interface RefusalsInit {
  readonly refuseMs?: number
  readonly now?: () => number
}

// Long enough that a broken peer costs nothing; short enough that one which was updated meanwhile may come back.
const DEFAULT_REFUSE_MS = 10 * 60 * 1000
// Peer ids are free to make: the list must not grow with them. The oldest goes first.
const MAX_REFUSALS = 1_000
/** Of those that are told to people. */
const MAX_TOLD = 20

export class Refusals {
  readonly #refuseMs: number
  readonly #now: () => number
  readonly #refusals = new Map<PeerKey, Refusal>()

  constructor(init: RefusalsInit = {}) {
    this.#refuseMs = init.refuseMs ?? DEFAULT_REFUSE_MS
    this.#now = init.now ?? Date.now
  }

  /** `isRelay`: nothing is wanted of the peer any more but the connection. */
  refuse(peer: PeerKey, reason: string, { isRelay }: Pick<Refusal, 'isRelay'> = {}): void {
    // Removed first, so that the map’s order stays the order of age.
    this.#refusals.delete(peer)
    const atMs = this.#now()
    this.#refusals.set(peer, { peer, reason, atMs, untilMs: atMs + this.#refuseMs, isRelay })
    for (const oldest of this.#refusals.keys()) {
      if (this.#refusals.size <= MAX_REFUSALS) break
      this.#refusals.delete(oldest)
    }
  }

  has(peer: PeerKey): boolean {
    const refusal = this.#refusals.get(peer)
    return refusal !== undefined && refusal.untilMs > this.#now()
  }

  /** Who was refused last, newest first; also where the refusal is over. */
  latest(): RefusedPeer[] {
    const latest = [...this.#refusals.values()].slice(-MAX_TOLD).toReversed()
    return latest.map(({ peer, reason, atMs }) => ({ peer, reason, atMs }))
  }

  /** Who is refused now, oldest first. */
  list(): Refusal[] {
    return [...this.#refusals.values()].filter(({ untilMs }) => untilMs > this.#now())
  }

  /**
   * What libp2p asks before it connects.
   *
   * Every address may be dialled: libp2p’s own gater for browsers denies private addresses and plain WebSockets, which
   * are what a keeper on this machine or in this house has.
   */
  gater(): ConnectionGater {
    const denies = (peer: PeerId): boolean => {
      const key = peerKeyOf(peer)
      return this.has(key) && this.#refusals.get(key)?.isRelay !== true
    }
    return {
      denyDialMultiaddr: () => false,
      denyDialPeer: denies,
      denyInboundRelayedConnection: (_relay, peer) => denies(peer),
      denyInboundEncryptedConnection: denies,
      denyOutboundEncryptedConnection: (peer, connection) => {
        mendAbort(connection)
        return denies(peer)
      },
      // Denies no peer: it is not known yet. It is where each inbound connection passes first.
      denyInboundConnection: (connection) => {
        mendAbort(connection)
        return isStillborn(connection)
      },
    }
  }
}
