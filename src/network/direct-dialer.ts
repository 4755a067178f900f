/**
 * Reaches a peer, directly where that is possible, whatever the addresses say.
 *
 *   sockets: dialled as they are · behind a relay: dialled by WebRTC (browser), or relayed and then hole-punched (Node)
 *   no direct way ──▶ RelayedContent opens the relayed connection for content ──▶ reached, through the relay
 */
import type { Connection, Libp2p } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerKey } from '../codec/peer-key.ts'
import { QuireError } from '../errors.ts'
import { addressedTo, overCircuit, overWebRtc, relayOf, transportOf } from './addresses.ts'
import type { PeerTable } from './peer-table.ts'
import type { Unreached } from './unreached.ts'
import type { UpgradeMemory } from './upgrade-memory.ts'
import { within } from './waiting.ts'

export interface DirectDialerComponents {
  readonly libp2p: Pick<Libp2p, 'dial' | 'getConnections'>
  readonly table: Pick<PeerTable, 'contentConnection' | 'relayedConnection' | 'onChange'>
  readonly memory: Pick<UpgradeMemory, 'isRelayed'>
  /** Told of peers that are not reached. */
  readonly unreached: Pick<Unreached, 'note' | 'forget'>
  readonly usesWebRtc: boolean
}

export interface DirectDialerInit {
  /** How long one peer may take in all. */
  readonly timeoutMs?: number
  /** How long a peer that was reached through a relay alone may take to come nearer, or be opened for content. */
  readonly upgradeTimeoutMs?: number
}

// A WebRTC dial through a relay takes a quarter of a second here, some seconds on a slow line; two dead addresses before
// it cost twelve seconds each.
const DEFAULT_TIMEOUT_MS = 30_000
// DCUtR tries three times, with pauses.
const DEFAULT_UPGRADE_TIMEOUT_MS = 10_000
// A peer that names a hundred addresses is not meant well.
const MAX_ADDRESSES = 12

export class DirectDialer {
  readonly #components: DirectDialerComponents
  readonly #timeoutMs: number
  readonly #upgradeTimeoutMs: number

  constructor(components: DirectDialerComponents, init: DirectDialerInit = {}) {
    this.#components = components
    this.#timeoutMs = init.timeoutMs ?? DEFAULT_TIMEOUT_MS
    this.#upgradeTimeoutMs = init.upgradeTimeoutMs ?? DEFAULT_UPGRADE_TIMEOUT_MS
  }

  /**
   * Resolves once content can go to a peer, over a connection that is there or a new one.
   *
   * Rejects with libp2p’s error, or `ERR_DIAL_FAILED` where there is a relayed connection that carries no content; aborts with
   * the signal’s reason.
   */
  async reach(peer: PeerKey, addresses: readonly Multiaddr[], signal?: AbortSignal): Promise<void> {
    if (this.#isJoined(peer)) return
    const whole = within(this.#timeoutMs, signal)
    const ended = new AbortController()
    try {
      // Who is joined first is reached: a relay may be opened for content while WebRTC is still tried, or they dialled us.
      const joined = this.#joined(peer, AbortSignal.any([whole, ended.signal]))
      await Promise.race([joined, this.#reach(peer, addresses, whole)])
    } catch (error) {
      signal?.throwIfAborted()
      if (!this.#isJoined(peer)) {
        this.#components.unreached.note(peer, error, { isBehindDeadRelays: this.#isBehindDeadRelays(addresses) })
        throw error
      }
    } finally {
      ended.abort()
    }
    this.#components.unreached.forget(peer)
  }

  async #reach(peer: PeerKey, addresses: readonly Multiaddr[], whole: AbortSignal): Promise<void> {
    let cause: unknown
    try {
      const connection = await this.#dial(peer, addresses, whole)
      if (connection.direct) return
    } catch (error) {
      if (this.#components.table.relayedConnection(peer) === undefined) throw error
      cause = error
    }
    try {
      await this.#joined(peer, within(this.#upgradeTimeoutMs, whole))
    } catch (error) {
      throw new QuireError('ERR_DIAL_FAILED', 'The peer can only be reached through a relay.', {
        cause: cause ?? error,
      })
    }
  }

  async #dial(peer: PeerKey, addresses: readonly Multiaddr[], signal: AbortSignal): Promise<Connection> {
    const { libp2p } = this.#components
    const known = addresses.map((address) => addressedTo(peer, address)).filter((address) => address !== undefined)
    const wanted = unique(this.#wanted(peer, known))
    const [near, far] = this.#byNearness(wanted.slice(0, MAX_ADDRESSES))
    if (near.length > 0 && far.length > 0) {
      try {
        return await libp2p.dial(near, { signal })
      } catch (error) {
        if (signal.aborted) throw error
        // The relay that we share does not know them any more: the other addresses are left.
      }
      return libp2p.dial(far, { signal })
    }
    const all = [...near, ...far]
    // Without addresses libp2p looks into what it remembers of the peer.
    return libp2p.dial(all.length > 0 ? all : peerIdFromString(peer), { signal })
  }

  // Relays by WebRTC where the peer has it: one that has says so in one of its addresses. Where the relay was the
  // way of late the circuit comes first, and `DirectUpgrade` goes on trying.
  #wanted(peer: PeerKey, addresses: readonly Multiaddr[]): Multiaddr[] {
    const { usesWebRtc, memory } = this.#components
    const speaksWebRtc = addresses.some((address) => transportOf(address) === 'webrtc')
    if (!usesWebRtc || !speaksWebRtc) return [...addresses]
    return addresses.map(memory.isRelayed(peer) ? overCircuit : overWebRtc)
  }

  // Relays that we are not connected to come last: libp2p dials one address of a peer after the other, and would spend
  // its time on a relay that is down.
  #byNearness(addresses: readonly Multiaddr[]): [near: Multiaddr[], far: Multiaddr[]] {
    const connected = new Set(this.#components.libp2p.getConnections().map(({ remotePeer }) => remotePeer.toString()))
    const isNear = (address: Multiaddr): boolean => {
      const relay = relayOf(address)
      return relay === undefined || connected.has(relay)
    }
    return [addresses.filter(isNear), addresses.filter((address) => !isNear(address))]
  }

  #isBehindDeadRelays(addresses: readonly Multiaddr[]): boolean {
    const [near] = this.#byNearness(addresses)
    return addresses.length > 0 && near.length === 0
  }

  #isJoined(peer: PeerKey): boolean {
    return this.#components.table.contentConnection(peer) !== undefined
  }

  #joined(peer: PeerKey, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const unsubscribe = this.#components.table.onChange(() => check())
      const end = (): void => {
        unsubscribe()
        signal.removeEventListener('abort', onAbort)
      }
      const onAbort = (): void => {
        end()
        reject(signal.reason)
      }
      const check = (): void => {
        if (!this.#isJoined(peer)) return
        end()
        resolve()
      }
      signal.addEventListener('abort', onAbort, { once: true })
      if (signal.aborted) return onAbort()
      check()
    })
  }
}

function unique(addresses: readonly Multiaddr[]): Multiaddr[] {
  return [...new Map(addresses.map((address) => [address.toString(), address])).values()]
}
