/**
 * Who is connected, how, and since when directly.
 *
 *   libp2p: connection opened / closed, peer identified ──▶ PeerTable ──▶ joined / left, views
 *
 * A peer has joined while it has at least one direct connection; one that is reached through a relay alone has not.
 */
import type { Connection, IdentifyResult } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { type TransportKind, transportOf } from './addresses.ts'
import { Heartbeat, type HeartbeatInit } from './heartbeat.ts'
import { Listeners } from './listeners.ts'
import type { NetworkLog } from './network-log.ts'
import { peerKeyOf } from './peer-identity.ts'
import { Traffic } from './traffic.ts'

export const RELAY_HOP_PROTOCOL = '/libp2p/circuit/relay/0.2.0/hop'

export type PeerChange = { readonly type: 'joined' | 'left'; readonly peer: PeerKey }

/** A connected peer, as a list shows it. */
export interface PeerInfo {
  readonly peer: PeerKey
  readonly agent?: string | undefined
  /** It relays for others. */
  readonly isKeeper: boolean
  readonly isDirect: boolean
  readonly transport: TransportKind
  /** Smoothed round trip. */
  readonly rttMs?: number | undefined
  /** Bytes of our own protocols, from this peer, since it connected. */
  readonly receivedBytes: number
  readonly sentBytes: number
}

interface Link {
  readonly connection: Connection
  readonly traffic: Traffic
  readonly heartbeat: Heartbeat | undefined
}

interface Peer {
  readonly key: PeerKey
  readonly links: Map<Connection, Link>
  hasJoined: boolean
  agent: string | undefined
  protocols: readonly string[] | undefined
  /** Of connections that are closed. */
  pastReceivedBytes: number
  pastSentBytes: number
}

export interface PeerTableComponents {
  readonly log: NetworkLog
  /** Called when a connection opened or closed, or a peer said what it is. */
  readonly onUpdate: () => void
}

export interface PeerTableInit {
  readonly webRtcHeartbeat: HeartbeatInit
  readonly socketHeartbeat: HeartbeatInit
}

export class PeerTable {
  readonly #log: NetworkLog
  readonly #onUpdate: () => void
  readonly #init: PeerTableInit
  readonly #peers = new Map<PeerKey, Peer>()
  readonly #changes: Listeners<PeerChange>
  readonly #identified: Listeners<PeerKey>

  constructor({ log, onUpdate }: PeerTableComponents, init: PeerTableInit) {
    this.#log = log
    this.#onUpdate = onUpdate
    this.#init = init
    this.#changes = new Listeners(log)
    this.#identified = new Listeners(log)
  }

  /** Calls back when a peer gains its first direct connection, or loses its last. */
  onChange(listener: (change: PeerChange) => void): () => void {
    return this.#changes.add(listener)
  }

  opened(connection: Connection): void {
    const key = peerKeyOf(connection.remotePeer)
    const peer = this.#peers.get(key) ?? newPeer(key)
    this.#peers.set(key, peer)
    peer.links.set(connection, this.#link(connection))
    this.#settle(peer)
  }

  closed(connection: Connection): void {
    const key = peerKeyOf(connection.remotePeer)
    const peer = this.#peers.get(key)
    const link = peer?.links.get(connection)
    if (peer === undefined || link === undefined) return
    link.heartbeat?.stop()
    peer.links.delete(connection)
    peer.pastReceivedBytes += link.traffic.receivedBytes
    peer.pastSentBytes += link.traffic.sentBytes
    if (peer.links.size === 0) this.#peers.delete(key)
    this.#settle(peer)
  }

  identified({ peerId, agentVersion, protocols }: IdentifyResult): void {
    const peer = this.#peers.get(peerKeyOf(peerId))
    if (peer === undefined) return
    peer.agent = agentVersion
    peer.protocols = protocols
    this.#identified.emit(peer.key)
    this.#onUpdate()
  }

  /** What a peer speaks, once it has said so; rejects with the signal’s reason. */
  protocolsOf(key: PeerKey, signal: AbortSignal): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      const check = (): boolean => {
        const protocols = this.#peers.get(key)?.protocols
        if (protocols !== undefined) resolve(protocols)
        return protocols !== undefined
      }
      if (check()) return
      if (signal.aborted) return reject(signal.reason)
      const unsubscribe = this.#identified.add(() => check() && end())
      const onAbort = (): void => {
        unsubscribe()
        reject(signal.reason)
      }
      const end = (): void => {
        unsubscribe()
        signal.removeEventListener('abort', onAbort)
      }
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** Connections over which a protocol is spoken, one for each peer, direct ones only. */
  speakersOf(protocol: string): Connection[] {
    return [...this.#peers.values()]
      .filter(({ protocols }) => protocols?.includes(protocol) === true)
      .map((peer) => directLink(peer)?.connection)
      .filter((connection) => connection !== undefined)
  }

  /** A direct connection that is open now. */
  directConnection(key: PeerKey): Connection | undefined {
    const peer = this.#peers.get(key)
    return peer === undefined ? undefined : directLink(peer)?.connection
  }

  leastRoundTripMs(key: PeerKey): number | undefined {
    const peer = this.#peers.get(key)
    return peer === undefined ? undefined : directLink(peer)?.heartbeat?.leastRttMs
  }

  directPeers(): PeerKey[] {
    return [...this.#peers.values()].filter((peer) => directLink(peer) !== undefined).map(({ key }) => key)
  }

  trafficOf(connection: Connection): Traffic | undefined {
    return this.#peers.get(peerKeyOf(connection.remotePeer))?.links.get(connection)?.traffic
  }

  infos(): PeerInfo[] {
    return [...this.#peers.values()].map(infoOf)
  }

  /** Ends every heartbeat. */
  stop(): void {
    for (const { links } of this.#peers.values()) for (const { heartbeat } of links.values()) heartbeat?.stop()
  }

  #settle(peer: Peer): void {
    const hasJoined = directLink(peer) !== undefined
    if (hasJoined !== peer.hasJoined) {
      peer.hasJoined = hasJoined
      this.#changes.emit({ type: hasJoined ? 'joined' : 'left', peer: peer.key })
    }
    this.#onUpdate()
  }

  #link(connection: Connection): Link {
    const traffic = new Traffic()
    if (!connection.direct) return { connection, traffic, heartbeat: undefined }
    const isWebRtc = transportOf(connection.remoteAddr) === 'webrtc'
    const init = isWebRtc ? this.#init.webRtcHeartbeat : this.#init.socketHeartbeat
    const heartbeat = new Heartbeat({ connection, traffic, log: this.#log }, init)
    heartbeat.start()
    return { connection, traffic, heartbeat }
  }
}

function newPeer(key: PeerKey): Peer {
  return {
    key,
    links: new Map(),
    hasJoined: false,
    agent: undefined,
    protocols: undefined,
    pastReceivedBytes: 0,
    pastSentBytes: 0,
  }
}

function directLink({ links }: Peer): Link | undefined {
  return [...links.values()].find(({ connection }) => connection.direct && connection.status === 'open')
}

function infoOf(peer: Peer): PeerInfo {
  const links = [...peer.links.values()]
  const best = directLink(peer) ?? links[0]
  return {
    peer: peer.key,
    agent: peer.agent,
    isKeeper: peer.protocols?.includes(RELAY_HOP_PROTOCOL) === true,
    isDirect: best?.connection.direct === true,
    transport: best === undefined ? 'other' : transportOf(best.connection.remoteAddr),
    rttMs: best?.heartbeat?.rttMs,
    receivedBytes: links.reduce((sum, { traffic }) => sum + traffic.receivedBytes, peer.pastReceivedBytes),
    sentBytes: links.reduce((sum, { traffic }) => sum + traffic.sentBytes, peer.pastSentBytes),
  }
}
