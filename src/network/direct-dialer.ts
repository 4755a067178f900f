/**
 * Reaches a peer directly, whatever the addresses say.
 *
 *   sockets: dialled as they are · behind a relay: dialled by WebRTC (browser), or relayed and then hole-punched (Node)
 */
import type { Connection, Libp2p } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerKey } from '../codec/peer-key.ts'
import { QuireError } from '../errors.ts'
import { addressedTo, overWebRtc, relayOf } from './addresses.ts'
import type { PeerTable } from './peer-table.ts'
import { within } from './waiting.ts'

export interface DirectDialerComponents {
  readonly libp2p: Pick<Libp2p, 'dial' | 'getConnections'>
  readonly table: Pick<PeerTable, 'directConnection' | 'onChange'>
  readonly usesWebRtc: boolean
}

export interface DirectDialerInit {
  /** How long one peer may take in all. */
  readonly timeoutMs?: number
  /** How long a peer that was reached through a relay alone may take to come nearer. */
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
   * A direct connection to a peer: the one that is there, or a new one.
   *
   * Rejects with libp2p’s error, or `ERR_DIAL_FAILED` where only a relay leads there; aborts with the signal’s reason.
   */
  async reach(peer: PeerKey, addresses: readonly Multiaddr[], signal?: AbortSignal): Promise<Connection> {
    const { libp2p, table } = this.#components
    const present = table.directConnection(peer)
    if (present !== undefined) return present
    const whole = within(this.#timeoutMs, signal)
    try {
      const connection = await this.#dial(peer, addresses, whole)
      if (connection.direct) return connection
      return await this.#upgraded(peer, within(this.#upgradeTimeoutMs, whole))
    } catch (error) {
      signal?.throwIfAborted()
      // They dialled us meanwhile.
      const direct = table.directConnection(peer)
      if (direct !== undefined) return direct
      if (libp2p.getConnections(peerIdFromString(peer)).length === 0) throw error
      throw new QuireError('ERR_DIAL_FAILED', 'The peer can only be reached through a relay.', { cause: error })
    }
  }

  async #dial(peer: PeerKey, addresses: readonly Multiaddr[], signal: AbortSignal): Promise<Connection> {
    const { libp2p, usesWebRtc } = this.#components
    const known = addresses.map((address) => addressedTo(peer, address)).filter((address) => address !== undefined)
    const wanted = unique(usesWebRtc ? known.map(overWebRtc) : known)
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

  #upgraded(peer: PeerKey, signal: AbortSignal): Promise<Connection> {
    const { table } = this.#components
    return new Promise((resolve, reject) => {
      const unsubscribe = table.onChange(() => check())
      const onAbort = (): void => {
        unsubscribe()
        reject(signal.reason)
      }
      const check = (): void => {
        const connection = table.directConnection(peer)
        if (connection === undefined) return
        unsubscribe()
        signal.removeEventListener('abort', onAbort)
        resolve(connection)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      check()
    })
  }
}

function unique(addresses: readonly Multiaddr[]): Multiaddr[] {
  return [...new Map(addresses.map((address) => [address.toString(), address])).values()]
}
