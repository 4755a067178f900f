import type { Stream } from '@libp2p/interface'
import { CONTROL } from '../../src/codec/frame.ts'
import type { ManifestCid } from '../../src/codec/cid.ts'
import { QuireError } from '../../src/errors.ts'
import type { ExchangeNetwork, PathRoom, PeerChange, PeerKey, StreamHandler } from '../../src/exchange/network-port.ts'
import type { ManualClock } from '../../src/exchange/testing/manual-clock.ts'
import type { AbortOptions } from '../../src/store/block-store.ts'
import { Downlink, Pipe, Uplink } from './links.ts'
import type { SeededRandom } from './seeded-random.ts'
import { SimulatedStream } from './simulated-stream.ts'

/** One question to the keepers, and the dials that follow it. */
const LOOKUP_MS = 200
const DIAL_MS = 400

export interface SimulatedHubInit {
  readonly leastLatencyMs: number
  readonly mostLatencyMs: number
  readonly loss: number
  /** Providers that one lookup gives, and connections that a node keeps at most. */
  readonly lookupPeers: number
  readonly maxConnections: number
}

export interface LinkRates {
  readonly upMbit: number
  readonly downMbit: number
}

interface Connection {
  readonly remote: SimulatedNode
  readonly out: Pipe
  readonly latencyMs: number
  readonly streams: Set<SimulatedStream>
}

/** The wires of a simulated swarm, and who provides the one dataset that it is about. */
export class SimulatedHub {
  readonly clock: ManualClock
  readonly random: SeededRandom
  readonly init: SimulatedHubInit
  readonly providers = new Set<SimulatedNode>()

  constructor(parts: { clock: ManualClock; random: SeededRandom }, init: SimulatedHubInit) {
    this.clock = parts.clock
    this.random = parts.random
    this.init = init
  }

  addNode(name: string, rates: LinkRates): SimulatedNode {
    return new SimulatedNode(this, name, rates)
  }

  connect(a: SimulatedNode, b: SimulatedNode): void {
    const { leastLatencyMs, mostLatencyMs, loss } = this.init
    const latencyMs = this.random.between(leastLatencyMs, mostLatencyMs)
    const parts = { clock: this.clock, random: this.random }
    const there = new Pipe({ ...parts, up: a.up, down: b.down }, { latencyMs, loss })
    const back = new Pipe({ ...parts, up: b.up, down: a.down }, { latencyMs, loss })
    a.link({ remote: b, out: there, latencyMs, streams: new Set() })
    b.link({ remote: a, out: back, latencyMs, streams: new Set() })
    a.announce({ type: 'joined', peer: b.peer })
    b.announce({ type: 'joined', peer: a.peer })
  }

  disconnect(a: SimulatedNode, b: SimulatedNode): void {
    a.unlink(b.peer)
    b.unlink(a.peer)
  }

  /** The node is gone, without a word to anybody. */
  remove(node: SimulatedNode): void {
    this.providers.delete(node)
    node.isOnline = false
    for (const peer of node.connected()) this.disconnect(node, peer)
  }
}

/** One node’s view of the hub. */
export class SimulatedNode implements ExchangeNetwork {
  readonly peer: PeerKey
  readonly up: Uplink
  readonly down: Downlink
  isOnline = true
  /** Bytes of want lists and presence that this node sent. */
  controlBytes = 0
  readonly #hub: SimulatedHub
  readonly #handlers = new Map<string, StreamHandler>()
  readonly #listeners = new Set<(change: PeerChange) => void>()
  readonly #connections = new Map<PeerKey, Connection>()
  readonly #refused = new Set<PeerKey>()

  constructor(hub: SimulatedHub, name: string, { upMbit, downMbit }: LinkRates) {
    this.#hub = hub
    // The brand says where a text comes from; here the simulator makes it.
    this.peer = name as PeerKey
    this.up = new Uplink(hub.clock, upMbit)
    this.down = new Downlink(hub.clock, downMbit)
  }

  async handle(protocol: string, handler: StreamHandler): Promise<void> {
    this.#handlers.set(protocol, handler)
  }

  async unhandle(protocol: string): Promise<void> {
    this.#handlers.delete(protocol)
  }

  async openStream(peer: PeerKey, protocol: string, options: AbortOptions = {}): Promise<SimulatedStream> {
    const { latencyMs } = this.#connection(peer)
    await this.#hub.clock.wait(2 * latencyMs)
    options.signal?.throwIfAborted()
    // It may have been cut, and made again, meanwhile.
    const ours = this.#connection(peer)
    const theirs = ours.remote.#connection(this.peer)
    const handler = ours.remote.#handlers.get(protocol)
    if (handler === undefined) throw notConnected()
    const [near, far] = SimulatedStream.pair(protocol, { out: ours.out, back: theirs.out })
    near.onSent = (frame) => this.#count(frame)
    far.onSent = (frame) => ours.remote.#count(frame)
    ours.streams.add(near)
    theirs.streams.add(far)
    handler(far, this.peer)
    return near
  }

  /** Unknown to the exchange: these links have a fixed rate, to which further connections add nothing. */
  leastRoundTripMs(): number | undefined {
    return undefined
  }

  unsentBytes(stream: Stream): number | undefined {
    return stream instanceof SimulatedStream ? stream.unsentBytes : undefined
  }

  joinedPeers(): PeerKey[] {
    return [...this.#connections.keys()]
  }

  pathTo(peer: PeerKey): PathRoom | undefined {
    return this.#connections.has(peer) ? { kind: 'direct' } : undefined
  }

  renewPath(): void {
    // Nothing here goes through a relay.
  }

  regain(): void {
    // Who left is found by lookups.
  }

  connected(): SimulatedNode[] {
    return Array.from(this.#connections.values(), ({ remote }) => remote)
  }

  onPeerChange(listener: (change: PeerChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async drop(peer: PeerKey): Promise<void> {
    this.#refused.add(peer)
    const remote = this.#connections.get(peer)?.remote
    if (remote !== undefined) this.#hub.disconnect(this, remote)
  }

  async *findProviders(_manifestCid: ManifestCid, options: AbortOptions = {}): AsyncIterable<PeerKey> {
    const { clock, random, providers, init } = this.#hub
    await clock.wait(LOOKUP_MS)
    const found = random.shuffled([...providers].filter((node) => node !== this)).slice(0, init.lookupPeers)
    await clock.wait(DIAL_MS)
    for (const node of found) {
      options.signal?.throwIfAborted()
      if (this.#mayConnect(node)) this.#hub.connect(this, node)
      if (this.#connections.has(node.peer)) yield node.peer
    }
  }

  async provide(): Promise<void> {
    if (this.isOnline) this.#hub.providers.add(this)
  }

  link(connection: Connection): void {
    this.#connections.set(connection.remote.peer, connection)
  }

  unlink(peer: PeerKey): void {
    const connection = this.#connections.get(peer)
    if (connection === undefined) return
    this.#connections.delete(peer)
    connection.out.close()
    for (const stream of connection.streams) stream.onTransportClosed(new Error('the connection was closed'))
    this.announce({ type: 'left', peer })
  }

  announce(change: PeerChange): void {
    for (const listener of this.#listeners) listener(change)
  }

  #connection(peer: PeerKey): Connection {
    const connection = this.#connections.get(peer)
    if (connection === undefined) throw notConnected()
    return connection
  }

  #mayConnect(node: SimulatedNode): boolean {
    const { maxConnections } = this.#hub.init
    if (!this.isOnline || !node.isOnline) return false
    if (this.#refused.has(node.peer) || node.#refused.has(this.peer) || this.#connections.has(node.peer)) return false
    return this.#connections.size < maxConnections && node.#connections.size < maxConnections
  }

  /** A frame is u32 length, u8 type, payload. */
  #count(frame: Uint8Array): void {
    if (frame[4] === CONTROL) this.controlBytes += frame.byteLength
  }
}

function notConnected(): QuireError {
  return new QuireError('ERR_PEER_NOT_CONNECTED', 'There is no direct connection.')
}
