/**
 * Follows each relayed connection that this browser opened with a WebRTC dial, and lets go of the relay afterwards.
 *
 *   outbound, relayed ──▶ dial …/p2p-circuit/webrtc/p2p/X ──▶ direct ──(linger)──▶ relayed one closed
 *
 * Only the side that dialled does it: both at once would make two WebRTC connections. A failed dial leaves the relayed
 * connection as it is (js-libp2p#3015: one that drops it makes the other side dial again, for ever); it is tried again a
 * few times only, since each try takes one of the tab’s 500 peer connections.
 */
import type { Connection, Libp2p } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { overWebRtc } from './addresses.ts'
import { asError } from './failure.ts'
import type { NetworkLog } from './network-log.ts'
import { peerKeyOf } from './peer-identity.ts'
import type { PeerTable } from './peer-table.ts'
import { pause, within } from './waiting.ts'

export interface DirectUpgradeComponents {
  readonly libp2p: Pick<Libp2p, 'dial'>
  readonly table: Pick<PeerTable, 'directConnection'>
  readonly log: NetworkLog
}

export interface DirectUpgradeInit {
  /** Pauses before each try. */
  readonly pausesMs?: readonly number[]
  /** How long the relayed connection stays once there is a direct one. */
  readonly lingerMs?: number
}

const DEFAULT_PAUSES_MS = [0, 5_000, 20_000]
// The last messages of the signalling still go over it.
const DEFAULT_LINGER_MS = 5_000
const DIAL_TIMEOUT_MS = 20_000

export class DirectUpgrade {
  readonly #components: DirectUpgradeComponents
  readonly #pausesMs: readonly number[]
  readonly #lingerMs: number
  readonly #stopped = new AbortController()
  readonly #running = new Set<PeerKey>()

  constructor(components: DirectUpgradeComponents, init: DirectUpgradeInit = {}) {
    this.#components = components
    this.#pausesMs = init.pausesMs ?? DEFAULT_PAUSES_MS
    this.#lingerMs = init.lingerMs ?? DEFAULT_LINGER_MS
  }

  /** To be called with every connection that opens. */
  opened(connection: Connection): void {
    const peer = peerKeyOf(connection.remotePeer)
    if (connection.direct || connection.direction !== 'outbound' || this.#running.has(peer)) return
    this.#running.add(peer)
    void this.#upgrade(peer, connection).finally(() => this.#running.delete(peer))
  }

  stop(): void {
    this.#stopped.abort()
  }

  async #upgrade(peer: PeerKey, relayed: Connection): Promise<void> {
    const closed = new AbortController()
    relayed.addEventListener('close', () => closed.abort(), { once: true })
    const signal = AbortSignal.any([closed.signal, this.#stopped.signal])
    const isDirect = (): boolean => this.#components.table.directConnection(peer) !== undefined
    for (const pauseMs of this.#pausesMs) {
      await pause(pauseMs, signal)
      if (signal.aborted || isDirect()) break
      await this.#dial(peer, relayed, signal)
    }
    if (!isDirect()) return
    await pause(this.#lingerMs, signal)
    if (relayed.status !== 'open' || !isDirect()) return
    await relayed.close().catch((error: unknown) => relayed.abort(asError(error)))
  }

  // Joins the dial that opened the relayed connection, where that was one for WebRTC.
  async #dial(peer: PeerKey, relayed: Connection, signal: AbortSignal): Promise<void> {
    try {
      await this.#components.libp2p.dial(overWebRtc(relayed.remoteAddr), { signal: within(DIAL_TIMEOUT_MS, signal) })
    } catch (error) {
      this.#components.log('info', 'a relayed peer could not be reached directly', { peer, error })
    }
  }
}
