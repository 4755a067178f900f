/**
 * The node’s connection to others: libp2p, held to the rules of Quire.
 *
 *   libp2p events ──▶ PeerTable (joined / left, heartbeats) ──▶ exchange
 *                ├──▶ DirectUpgrade (relayed → WebRTC)
 *                ╰──▶ RelayedContent (no direct way → content through the relay, within its limits)
 *   keepers’ addresses ──▶ Keepers ──▶ reservations ──▶ Reachability, addresses to share
 *   findProviders / provide ──▶ Discovery (Kademlia) ──▶ DirectDialer ──▶ connected peers
 *
 * A relay carries signalling, and content only where two peers cannot come together: somebody else pays for it. Which is
 * which says `connection.direct`; whether a connection has limits says nothing about that.
 */
import type { Libp2p, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { PeerKey } from '../codec/peer-key.ts'
import { QuireError } from '../errors.ts'
import { shareableAddresses } from './addresses.ts'
import type { Assembly, QuireServices } from './assembly.ts'
import type { DhtKey } from './dht-key.ts'
import { RELAYED_HEARTBEAT, SOCKET_HEARTBEAT, WEBRTC_HEARTBEAT } from './heartbeat.ts'
import { followHints } from './link-hints.ts'
import { Listeners } from './listeners.ts'
import { type NetworkLog, silentLog } from './network-log.ts'
import type { NetworkStatus, QuireNetworkComponents, QuireNetworkInit } from './network-init.ts'
import { networkChanged, type NetworkParts, startParts, stopParts } from './network-parts.ts'
import { alwaysOnline, type OnlineSource } from './online.ts'
import { peerKeyOfPrivateKey } from './peer-identity.ts'
import type { NatStatus } from './nat-kind.ts'
import { peersOf, statusOf, type StatusSources } from './network-status.ts'
import type { PathRoom } from './peer-path.ts'
import { type PeerChange, type PeerInfo, PeerTable } from './peer-table.ts'
import type { AddOptions } from './provided.ts'
import { connectProviders } from './provider-search.ts'
import { type Refusal, Refusals } from './refusals.ts'
import { type OpenStreamOptions, type StreamHandler, Streams } from './streams.ts'
import { unsentBytesOf } from './unsent-bytes.ts'
import { within } from './waiting.ts'

interface AbortOptions {
  readonly signal?: AbortSignal | undefined
}

// A QR code with more is hard to read with a telephone.
const MAX_SHARED_ADDRESSES = 3
// One dial, one identify, one reservation.
const KEEPER_TIMEOUT_MS = 15_000

/** Implements what the exchange needs of a network (`ExchangeNetwork`); runs once, from `start` to `stop`. */
export class QuireNetwork {
  readonly #assemble: Assembly
  readonly #log: NetworkLog
  readonly #online: OnlineSource
  readonly #init: QuireNetworkInit
  readonly #refusals: Refusals
  readonly #table: PeerTable
  readonly #statusChanges: Listeners<void>
  readonly #streams: Streams
  readonly #stopped = new AbortController()
  #parts: NetworkParts | undefined
  #unsubscribe: (() => void) | undefined

  /** This node’s own id. */
  readonly peerId: PeerKey

  /** Errors: `ERR_PEER_KEY_INVALID`. */
  constructor(components: QuireNetworkComponents, init: QuireNetworkInit) {
    this.#assemble = components.assemble
    this.#log = components.log ?? silentLog
    this.#online = components.online ?? alwaysOnline
    this.#init = init
    this.peerId = peerKeyOfPrivateKey(init.privateKey)
    this.#refusals = new Refusals(init.refusals)
    this.#statusChanges = new Listeners(this.#log)
    this.#table = new PeerTable(
      { log: this.#log, onUpdate: () => this.#statusChanges.emit() },
      {
        webRtcHeartbeat: init.webRtcHeartbeat ?? WEBRTC_HEARTBEAT,
        socketHeartbeat: init.socketHeartbeat ?? SOCKET_HEARTBEAT,
        relayedHeartbeat: init.relayedHeartbeat ?? RELAYED_HEARTBEAT,
      },
    )
    this.#streams = new Streams({
      table: this.#table,
      stopped: this.#stopped.signal,
      onRelayed: (connection) => this.#parts?.relayed.sent(connection),
    })
  }

  /**
   * Starts libp2p and begins to look for keepers; resolves before any was reached.
   *
   * Errors: `ERR_OPTION_INVALID` (an address of a keeper that is none), `ERR_NODE_STOPPED`, libp2p’s own where it cannot
   * listen.
   */
  async start(): Promise<void> {
    if (this.#parts !== undefined) return
    this.#throwIfStopped()
    const parts = await startParts(
      {
        assemble: this.#assemble,
        table: this.#table,
        refusals: this.#refusals,
        log: this.#log,
        onStatusChange: () => this.#statusChanges.emit(),
      },
      { ...this.#init, keepers: this.#init.keepers ?? [] },
    )
    if (this.#stopped.signal.aborted) return stopParts(parts)
    this.#parts = parts
    await this.#streams.start(parts.libp2p)
    this.#unsubscribe = this.#online.onChange(() => {
      if (this.#online.isOnline()) networkChanged(parts, this.#table)
      this.#statusChanges.emit()
    })
    parts.keepers.start()
    if (this.#online.isOnline()) void parts.nat.check()
  }

  /** Closes every connection; what waits for the network is rejected. */
  async stop(): Promise<void> {
    if (this.#stopped.signal.aborted) return
    this.#stopped.abort(new QuireError('ERR_NODE_STOPPED', 'The network was stopped.'))
    this.#unsubscribe?.()
    this.#table.stop()
    if (this.#parts !== undefined) await stopParts(this.#parts)
  }

  /** Answers streams that peers open; before `start`, takes note for then. */
  async handle(protocol: string, handler: StreamHandler): Promise<void> {
    await this.#streams.handle(protocol, handler)
  }

  async unhandle(protocol: string): Promise<void> {
    await this.#streams.unhandle(protocol)
  }

  /**
   * A new stream over the connection that content goes over; its bytes count in `peers()`.
   *
   * Errors: `ERR_PEER_NOT_CONNECTED` (no such connection, none of its own to be had, or the peer does not speak the
   * protocol), `ERR_PEER_TIMEOUT` (no answer within ten seconds). Aborts with the signal’s reason.
   */
  async openStream(peer: PeerKey, protocol: string, options: OpenStreamOptions = {}): Promise<Stream> {
    return this.#streams.open(peer, protocol, options)
  }

  unsentBytes(stream: Stream): number | undefined {
    return unsentBytesOf(stream)
  }

  leastRoundTripMs(peer: PeerKey): number | undefined {
    return this.#table.leastRoundTripMs(peer)
  }

  joinedPeers(): PeerKey[] {
    return this.#table.joinedPeers()
  }

  pathTo(peer: PeerKey): PathRoom | undefined {
    return this.#table.pathTo(peer)
  }

  renewPath(peer: PeerKey): void {
    this.#parts?.relayed.renew(peer)
  }

  regain(peer: PeerKey): void {
    this.#parts?.regain.regain(peer)
  }

  /** Calls back when content can go to a peer, and when it no longer can, or goes another way; returns the unsubscribe. */
  onPeerChange(listener: (change: PeerChange) => void): () => void {
    return this.#table.onChange(listener)
  }

  /**
   * Closes every connection to a peer, and refuses it for ten minutes in both directions. A relay through which this node
   * can be reached stays connected: without it nobody would come any more.
   */
  async drop(peer: PeerKey, reason: string): Promise<void> {
    const peerId = peerIdFromString(peer)
    const isRelay = this.#parts?.libp2p.services.reservations.has(peerId) === true
    this.#log('warn', 'a peer was dropped', { peer, reason, isRelay })
    this.#refusals.refuse(peer, isRelay ? `${reason} It relays for this node still.` : reason, { isRelay })
    this.#statusChanges.emit()
    if (isRelay) return
    const error = new QuireError('ERR_PEER_NOT_CONNECTED', `The peer was dropped: ${reason}`, { details: { peer } })
    // Not closed in peace: that would wait for streams which the peer may keep open.
    for (const connection of this.#parts?.libp2p.getConnections(peerId) ?? []) connection.abort(error)
  }

  /** Peers that are refused now, and why. */
  refusals(): Refusal[] {
    return this.#refusals.list()
  }

  /**
   * Holders of a dataset, or those who answer for a community, each once it is connected; ends when no more are known.
   *
   * Waits for keepers that are being dialled; without any, it ends at once. Aborts with the signal’s reason.
   */
  async *findProviders(key: DhtKey, options: AbortOptions = {}): AsyncGenerator<PeerKey> {
    const { libp2p, keepers, dialer, servers } = this.#started()
    const signal = AbortSignal.any([this.#stopped.signal, ...(options.signal === undefined ? [] : [options.signal])])
    await keepers.settled(within(KEEPER_TIMEOUT_MS, signal)).catch(() => signal.throwIfAborted())
    yield* connectProviders(
      {
        reach: (peer, addresses, dialSignal) => dialer.reach(peer, addresses, dialSignal),
        isExcluded: (peer) => peer === this.peerId || this.#refusals.has(peer),
        log: this.#log,
      },
      (lookupSignal) => libp2p.services.discovery.find(key, servers(), lookupSignal),
      signal,
    )
  }

  /**
   * Tells keepers that this node holds a dataset, now and whenever one comes back; resolves when those that are here know.
   *
   * Quietly gives up where nobody listens, and does not tell of more than `status().announcing.maxCount`: the newest are
   * told. Aborts with the signal’s reason; the dataset stays on the list.
   */
  async provide(key: DhtKey, options: AddOptions = {}): Promise<void> {
    await this.#started().provided.add(key, options)
  }

  /** Takes a dataset off the list; what keepers know of it ends by itself within about an hour. */
  async unprovide(key: DhtKey): Promise<void> {
    await this.#started().provided.remove(key)
  }

  /**
   * Connects to the peers that a link names, directly where that is possible; resolves with those that were reached, at least one.
   *
   * Texts that are no addresses, that name no peer or this node are passed over. Errors: `ERR_DIAL_FAILED`. Aborts with
   * the signal’s reason; peers that were reached stay connected.
   */
  async connect(addresses: readonly string[], options: AbortOptions = {}): Promise<PeerKey[]> {
    const { dialer } = this.#started()
    return followHints({ dialer, self: this.peerId }, addresses, options)
  }

  /** Takes keepers that became known after the start. Errors: `ERR_OPTION_INVALID` (an address that is none). */
  addKeepers(addresses: readonly string[]): void {
    this.#started().keepers.add(addresses)
  }

  /** Tries every keeper now; resolves when each has answered or failed, or after fifteen seconds. */
  async reconnect(): Promise<void> {
    const { keepers } = this.#started()
    keepers.retryNow()
    await keepers.settled(within(KEEPER_TIMEOUT_MS, this.#stopped.signal)).catch(() => this.#throwIfStopped())
  }

  /** Looks at this device’s NAT now; resolves with what is known then. */
  async checkNat(): Promise<NatStatus> {
    return this.#started().nat.check()
  }

  /** The addresses that a link should carry now, best first, at most three. */
  shareAddresses(): string[] {
    return shareableAddresses(this.#parts?.libp2p.getMultiaddrs() ?? [], MAX_SHARED_ADDRESSES)
  }

  status(): NetworkStatus {
    return statusOf(this.#sources())
  }

  /** Every connected peer, relayed ones too. */
  peers(): PeerInfo[] {
    return peersOf(this.#sources())
  }

  // Without the status itself: it names every peer, and each of a thousand that comes changes it several times.
  /** Calls back when something in `status()` changed, byte counts and round trips left aside; returns the unsubscribe. */
  onStatusChange(listener: () => void): () => void {
    return this.#statusChanges.add(listener)
  }

  /** What it stands on; `services.reservations.listeners()` has its sockets. Errors: `ERR_NODE_STOPPED`. */
  get libp2p(): Libp2p<QuireServices> {
    return this.#started().libp2p
  }

  #sources(): StatusSources {
    const isOnline = this.#online.isOnline()
    return { peerId: this.peerId, table: this.#table, refusals: this.#refusals, isOnline, parts: this.#parts }
  }

  #started(): NetworkParts {
    this.#throwIfStopped()
    if (this.#parts !== undefined) return this.#parts
    throw new QuireError('ERR_NODE_STOPPED', 'The network has not started.')
  }

  #throwIfStopped(): void {
    this.#stopped.signal.throwIfAborted()
  }
}
