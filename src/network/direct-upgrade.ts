/**
 * Follows each relayed connection that this browser opened with a WebRTC dial, until there is a direct one.
 *
 *   outbound, relayed ──▶ dial …/p2p-circuit/webrtc/p2p/X ──▶ direct (RelayedContent lets go of the relayed one)
 *                            └─ no way ──▶ UpgradeMemory (content goes through the relay) ──(pause)──▶ dial again
 *
 * Only the side that dialled does it: both at once would make two WebRTC connections. A failed dial leaves the relayed
 * connection as it is (js-libp2p#3015: one that drops it makes the other side dial again, for ever); it is tried again a
 * few times only, since each try takes one of the tab’s 500 peer connections. Circuits are used up and made anew meanwhile:
 * the pauses belong to the peer.
 */
import type { Connection, Libp2p } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { overWebRtc } from './addresses.ts'
import type { NetworkLog } from './network-log.ts'
import { peerKeyOf } from './peer-identity.ts'
import type { PeerTable } from './peer-table.ts'
import type { UpgradeMemory } from './upgrade-memory.ts'
import { pause, within } from './waiting.ts'

/** What a peer speaks that can be dialled by WebRTC through a relay. */
export const WEBRTC_SIGNALING_PROTOCOL = '/webrtc-signaling/0.0.1'

export interface DirectUpgradeComponents {
  readonly libp2p: Pick<Libp2p, 'dial'>
  readonly table: Pick<PeerTable, 'directConnection' | 'protocolsOf'>
  readonly memory: UpgradeMemory
  readonly log: NetworkLog
}

export interface DirectUpgradeInit {
  /** Pauses before each try. */
  readonly pausesMs?: readonly number[]
}

const DEFAULT_PAUSES_MS = [0, 5_000, 20_000, 60_000, 300_000]
const DIAL_TIMEOUT_MS = 20_000
// A peer that has not said by then what it speaks is dialled all the same.
const PROTOCOLS_TIMEOUT_MS = 1_000

export class DirectUpgrade {
  readonly #components: DirectUpgradeComponents
  readonly #pausesMs: readonly number[]
  readonly #stopped = new AbortController()
  readonly #running = new Map<PeerKey, Connection>()

  constructor(components: DirectUpgradeComponents, init: DirectUpgradeInit = {}) {
    this.#components = components
    this.#pausesMs = init.pausesMs ?? DEFAULT_PAUSES_MS
  }

  /** To be called with every connection that opens. */
  opened(connection: Connection): void {
    const peer = peerKeyOf(connection.remotePeer)
    if (connection.direct || connection.direction !== 'outbound') return
    // One that takes the place of another goes on where that one was.
    if (this.#running.has(peer)) return void this.#running.set(peer, connection)
    this.#running.set(peer, connection)
    void this.#upgrade(peer)
  }

  stop(): void {
    this.#stopped.abort()
  }

  async #upgrade(peer: PeerKey): Promise<void> {
    for (;;) {
      const relayed = this.#running.get(peer)
      if (relayed === undefined) return
      await this.#follow(peer, relayed)
      if (this.#running.get(peer) !== relayed) continue
      this.#running.delete(peer)
      return
    }
  }

  /** Until there is a direct connection, the relayed one is closed, or it was tried often enough. */
  async #follow(peer: PeerKey, relayed: Connection): Promise<void> {
    const { memory } = this.#components
    const closed = new AbortController()
    relayed.addEventListener('close', () => closed.abort(), { once: true })
    const signal = AbortSignal.any([closed.signal, this.#stopped.signal])
    if (relayed.status !== 'open' || !(await this.#speaksWebRtc(peer, signal))) return
    while (!this.#isDirect(peer)) {
      const pauseMs = this.#pausesMs[memory.failuresOf(peer)]
      if (pauseMs === undefined) return
      await this.#pause(pauseMs - memory.msSinceFailure(peer), signal)
      if (signal.aborted) return
      if (!this.#isDirect(peer)) await this.#dial(peer, relayed, signal)
      if (signal.aborted && !this.#isDirect(peer)) return
    }
    memory.succeeded(peer)
  }

  #isDirect(peer: PeerKey): boolean {
    return this.#components.table.directConnection(peer) !== undefined
  }

  async #speaksWebRtc(peer: PeerKey, signal: AbortSignal): Promise<boolean> {
    try {
      const protocols = await this.#components.table.protocolsOf(peer, within(PROTOCOLS_TIMEOUT_MS, signal))
      return protocols.includes(WEBRTC_SIGNALING_PROTOCOL)
    } catch {
      // It is slow to say what it speaks: the dial tells.
      return !signal.aborted
    }
  }

  /** Cut short where the device came into another network; circuits that come and go meanwhile do not begin it anew. */
  async #pause(pauseMs: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController()
    const unsubscribe = this.#components.memory.onReset(() => woken.abort())
    await pause(pauseMs, AbortSignal.any([signal, woken.signal]))
    unsubscribe()
  }

  // Joins the dial that opened the relayed connection, where that was one for WebRTC.
  async #dial(peer: PeerKey, relayed: Connection, signal: AbortSignal): Promise<void> {
    const { libp2p, memory, log } = this.#components
    try {
      await libp2p.dial(overWebRtc(relayed.remoteAddr), { signal: within(DIAL_TIMEOUT_MS, signal) })
    } catch (error) {
      // A circuit that was cut meanwhile says nothing about the peer.
      if (!signal.aborted) memory.failed(peer)
      log('info', 'a relayed peer could not be reached directly', { peer, error })
    }
  }
}
