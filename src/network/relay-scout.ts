/**
 * Finds relays to wait behind where keepers do not suffice: peers that this node dialled, and that relay for others.
 *
 *   a peer says that it relays ─╮
 *   a keeper’s state changes ───┴──▶ fewer than `MAX_RELAYS` held or asked? ──▶ `Keepers` takes it, as one that was found
 *
 * One that refuses or goes is let go, and not asked again for a while; a keeper is asked for ever.
 */
import type { Connection } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { relayOf, targetOf } from './addresses.ts'
import type { Keepers } from './keepers.ts'
import { peerKeyOf } from './peer-identity.ts'
import { type PeerTable, RELAY_HOP_PROTOCOL } from './peer-table.ts'

export interface RelayScoutComponents {
  readonly keepers: Pick<Keepers, 'statuses' | 'takeFound' | 'maxRelays'>
  readonly table: Pick<PeerTable, 'speakersOf'>
  /** Peers of whom nothing is wanted. */
  readonly isExcluded: (peer: PeerKey) => boolean
  /** Whether this node is reached through relays at all. */
  readonly isNeeded: () => boolean
}

const DEFAULT_REST_MS = 10 * 60 * 1000
// Peer ids are free to make. The oldest goes first.
const MAX_REMEMBERED = 256

export class RelayScout {
  readonly #components: RelayScoutComponents
  readonly #restMs: number
  /** Peers that were taken, and when. */
  readonly #taken = new Map<PeerKey, number>()

  constructor(components: RelayScoutComponents, init: { readonly restMs?: number } = {}) {
    this.#components = components
    this.#restMs = init.restMs ?? DEFAULT_REST_MS
  }

  /** Takes relays that are connected while there are too few. */
  look(): void {
    const { keepers, table, isNeeded } = this.#components
    if (!isNeeded()) return
    for (const connection of table.speakersOf(RELAY_HOP_PROTOCOL)) {
      const statuses = keepers.statuses()
      // Keepers that are being tried come first.
      const hopeful = statuses.filter(({ state }) => state !== 'down' && state !== 'refused')
      if (hopeful.length >= keepers.maxRelays) return
      const isKnown = statuses.some(({ peer }) => peer === peerKeyOf(connection.remotePeer))
      if (!isKnown) this.#take(connection)
    }
  }

  #take({ remotePeer, remoteAddr, direction }: Connection): void {
    const peer = peerKeyOf(remotePeer)
    const nowMs = performance.now()
    const takenAtMs = this.#taken.get(peer)
    const isResting = takenAtMs !== undefined && nowMs - takenAtMs < this.#restMs
    // Of a connection that came in the address is of no use, and a relay behind a relay is none.
    const isUsable = direction === 'outbound' && relayOf(remoteAddr) === undefined && targetOf(remoteAddr) === peer
    if (isResting || !isUsable || this.#components.isExcluded(peer)) return
    this.#taken.delete(peer)
    this.#taken.set(peer, nowMs)
    for (const oldest of this.#taken.keys()) {
      if (this.#taken.size <= MAX_REMEMBERED) break
      this.#taken.delete(oldest)
    }
    this.#components.keepers.takeFound(remoteAddr.toString())
  }
}
