/**
 * Who is connected, how, and what content goes over.
 *
 *   libp2p: connection opened / closed, peer identified ──▶ PeerTable ──▶ joined / left, views
 *   RelayedContent: content may go through a relay ──────────╯
 *
 * A peer has joined while content can go to it: over a direct connection, or over a relayed one once that was opened for
 * content. When content moves from an open connection to another, the peer has left and joined: what was asked for over the
 * old one does not come over the new. It moves from a relayed one to any that is better, and to a peer’s newest beginning.
 */
import type { Connection, IdentifyResult } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { relayOf, type TransportKind, transportOf } from './addresses.ts'
import { Heartbeat, type HeartbeatInit } from './heartbeat.ts'
import { Listeners } from './listeners.ts'
import type { NetworkLog } from './network-log.ts'
import { leftBytesOf, type Link, PeerEntry, roomOf } from './peer-entry.ts'
import { peerKeyOf } from './peer-identity.ts'
import type { PathRoom, PeerPath, WhyRelayed } from './peer-path.ts'
import { Traffic } from './traffic.ts'
import { WayWatch } from './way-watch.ts'

export const RELAY_HOP_PROTOCOL = '/libp2p/circuit/relay/0.2.0/hop'

export type PeerChange = { readonly type: 'joined' | 'left'; readonly peer: PeerKey }

/** A connected peer, as a list shows it. */
export interface PeerInfo {
  readonly peer: PeerKey
  readonly agent?: string | undefined
  /** It relays for others. */
  readonly isKeeper: boolean
  readonly isDirect: boolean
  readonly path: PeerPath
  readonly transport: TransportKind
  /** Smoothed round trip. */
  readonly rttMs?: number | undefined
  /** Bytes of our own protocols, from this peer, since it connected. */
  readonly receivedBytes: number
  readonly sentBytes: number
}

export interface PeerTableComponents {
  readonly log: NetworkLog
  /** Called when a connection opened or closed, or a peer said what it is. */
  readonly onUpdate: () => void
}

export interface PeerTableInit {
  readonly webRtcHeartbeat: HeartbeatInit
  readonly socketHeartbeat: HeartbeatInit
  readonly relayedHeartbeat: HeartbeatInit
}

export class PeerTable {
  readonly #log: NetworkLog
  readonly #onUpdate: () => void
  readonly #init: PeerTableInit
  readonly #peers = new Map<PeerKey, PeerEntry>()
  readonly #changes: Listeners<PeerChange>
  readonly #identified: Listeners<PeerKey>

  constructor({ log, onUpdate }: PeerTableComponents, init: PeerTableInit) {
    this.#log = log
    this.#onUpdate = onUpdate
    this.#init = init
    this.#changes = new Listeners(log)
    this.#identified = new Listeners(log)
  }

  /** Calls back when content can go to a peer, and when it no longer can. */
  onChange(listener: (change: PeerChange) => void): () => void {
    return this.#changes.add(listener)
  }

  opened(connection: Connection): void {
    const key = peerKeyOf(connection.remotePeer)
    const peer = this.#peers.get(key) ?? new PeerEntry(key)
    this.#peers.set(key, peer)
    const limitBytes = leftBytesOf(connection)
    const link: Link = {
      connection,
      traffic: new Traffic(),
      limitBytes,
      heartbeat: undefined,
      way: this.#wayWatchOf(connection),
      isRetired: false,
    }
    peer.links.set(connection, link)
    link.way?.start()
    if (connection.direct || peer.isRelayOpen) this.#watch(link)
    if (connection.direct && peer.beginsAnew(link)) retireOlder(peer, link)
    this.#settle(peer)
  }

  closed(connection: Connection): void {
    const peer = this.#peers.get(peerKeyOf(connection.remotePeer))
    const link = peer?.links.get(connection)
    if (peer === undefined || link === undefined) return
    peer.remove(link)
    if (peer.links.size === 0) this.#peers.delete(peer.key)
    this.#settle(peer)
  }

  /** From now on content may go to a peer through relays, for as long as it is connected. */
  openRelay(key: PeerKey): void {
    const peer = this.#peers.get(key)
    if (peer === undefined || peer.isRelayOpen) return
    peer.isRelayOpen = true
    for (const link of peer.links.values()) this.#watch(link)
    this.#settle(peer)
  }

  /** Nothing new goes over a connection any more, where there is another. */
  retire(connection: Connection): void {
    const peer = this.#peers.get(peerKeyOf(connection.remotePeer))
    const link = peer?.links.get(connection)
    if (peer === undefined || link === undefined) return
    link.isRetired = true
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

  /** Whether a peer speaks a protocol; undefined while it has not said. */
  speaks(key: PeerKey, protocol: string): boolean | undefined {
    return this.#peers.get(key)?.protocols?.includes(protocol)
  }

  /** Connections over which a protocol is spoken, one for each peer, direct ones only. */
  speakersOf(protocol: string): Connection[] {
    return [...this.#peers.values()]
      .filter(({ protocols }) => protocols?.includes(protocol) === true)
      .map(({ direct }) => direct?.connection)
      .filter((connection) => connection !== undefined)
  }

  /** A direct connection that is open now. */
  directConnection(key: PeerKey): Connection | undefined {
    return this.#peers.get(key)?.direct?.connection
  }

  /** A relayed connection that is open now, whatever goes over it. */
  relayedConnection(key: PeerKey): Connection | undefined {
    return this.#peers.get(key)?.relayed?.connection
  }

  relayedConnections(key: PeerKey): Connection[] {
    return [...(this.#peers.get(key)?.links.keys() ?? [])].filter(({ direct }) => !direct)
  }

  /** What content goes over now. */
  contentConnection(key: PeerKey): Connection | undefined {
    return this.#peers.get(key)?.best?.connection
  }

  pathTo(key: PeerKey): PathRoom | undefined {
    const best = this.#peers.get(key)?.best
    return best === undefined ? undefined : roomOf(best)
  }

  leastRoundTripMs(key: PeerKey): number | undefined {
    return this.#peers.get(key)?.best?.heartbeat?.leastRttMs
  }

  joinedPeers(): PeerKey[] {
    return [...this.#peers.values()].filter(({ best }) => best !== undefined).map(({ key }) => key)
  }

  trafficOf(connection: Connection): Traffic | undefined {
    return this.#peers.get(peerKeyOf(connection.remotePeer))?.links.get(connection)?.traffic
  }

  /** `whyRelayed` is asked of peers without a direct connection. */
  infos(whyRelayed: (peer: PeerKey) => WhyRelayed): PeerInfo[] {
    return Array.from(this.#peers.values(), (peer) => infoOf(peer, whyRelayed))
  }

  /** The network may be another: every connection has a few seconds to show that it lives. */
  hurry(): void {
    for (const { links } of this.#peers.values()) for (const { heartbeat } of links.values()) heartbeat?.hurry()
  }

  /** Ends every heartbeat and every watch. */
  stop(): void {
    for (const { links } of this.#peers.values()) {
      for (const { heartbeat, way } of links.values()) {
        heartbeat?.stop()
        way?.stop()
      }
    }
  }

  #settle(peer: PeerEntry): void {
    const { path: last, best } = peer
    peer.path = best
    // A direct connection that ended ends its streams itself, and others go on over the next.
    const isSame =
      last === best || (last?.connection.direct === true && !last.isRetired && best?.connection.direct === true)
    if (!isSame && last !== undefined) this.#changes.emit({ type: 'left', peer: peer.key })
    // Whoever heard that it left may have changed something.
    if (!isSame && best !== undefined && peer.path === best) this.#changes.emit({ type: 'joined', peer: peer.key })
    this.#onUpdate()
  }

  #wayWatchOf(connection: Connection): WayWatch | undefined {
    if (!connection.direct || transportOf(connection.remoteAddr) !== 'webrtc') return undefined
    return new WayWatch({ connection, log: this.#log, onChange: this.#onUpdate })
  }

  #watch(link: Link): void {
    if (link.heartbeat !== undefined) return
    const { connection, traffic } = link
    link.heartbeat = new Heartbeat({ connection, traffic, log: this.#log }, this.#heartbeatOf(connection))
    link.heartbeat.start()
  }

  #heartbeatOf(connection: Connection): HeartbeatInit {
    if (!connection.direct) return this.#init.relayedHeartbeat
    return transportOf(connection.remoteAddr) === 'webrtc' ? this.#init.webRtcHeartbeat : this.#init.socketHeartbeat
  }
}

// Whatever went over them would reach nobody; one that is alive all the same shows it, and stays.
function retireOlder(peer: PeerEntry, latest: Link): void {
  for (const link of peer.links.values()) {
    if (link === latest || !link.connection.direct) continue
    link.isRetired = true
    link.heartbeat?.hurry()
  }
}

function infoOf(peer: PeerEntry, whyRelayed: (peer: PeerKey) => WhyRelayed): PeerInfo {
  const shown = peer.best ?? peer.relayed ?? [...peer.links.values()][0]
  const isDirect = shown?.connection.direct === true
  const address = shown?.connection.remoteAddr
  const relay = address === undefined ? '' : (relayOf(address) ?? '')
  return {
    peer: peer.key,
    agent: peer.agent,
    isKeeper: peer.protocols?.includes(RELAY_HOP_PROTOCOL) === true,
    isDirect,
    path: isDirect ? { kind: shown.way?.way ?? 'direct' } : { kind: 'relayed', relay, why: whyRelayed(peer.key) },
    transport: address === undefined ? 'other' : transportOf(address),
    rttMs: shown?.heartbeat?.rttMs,
    receivedBytes: peer.receivedBytes,
    sentBytes: peer.sentBytes,
  }
}
