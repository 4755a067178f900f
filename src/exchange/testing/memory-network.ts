import { cidText, type ManifestCid } from '../../codec/cid.ts'
import { QuireError } from '../../errors.ts'
import type { AbortOptions } from '../../store/block-store.ts'
import type { ExchangeNetwork, PathRoom, PeerChange, PeerKey, StreamHandler } from '../network-port.ts'
import { MemoryStream } from './memory-stream.ts'

/** A network of nodes in one process: who is connected to whom, and who provides what. */
export class MemoryHub {
  readonly #nodes = new Map<PeerKey, MemoryNode>()
  readonly #providers = new Map<string, Set<PeerKey>>()

  addNode(name: string): MemoryNode {
    const node = new MemoryNode(this, peerKey(name))
    this.#nodes.set(node.peer, node)
    return node
  }

  node(peer: PeerKey): MemoryNode | undefined {
    return this.#nodes.get(peer)
  }

  connect(a: MemoryNode, b: MemoryNode): void {
    if (a.joinedPeers().includes(b.peer)) return
    // Both ends know the connection before anyone hears of it.
    a.link(b.peer)
    b.link(a.peer)
    a.announce({ type: 'joined', peer: b.peer })
    b.announce({ type: 'joined', peer: a.peer })
  }

  disconnect(a: MemoryNode, b: MemoryNode): void {
    a.unlink(b.peer)
    b.unlink(a.peer)
  }

  provide(cid: ManifestCid, peer: PeerKey): void {
    const key = cidText(cid)
    this.#providers.set(key, (this.#providers.get(key) ?? new Set()).add(peer))
  }

  providersOf(cid: ManifestCid): MemoryNode[] {
    const peers = this.#providers.get(cidText(cid)) ?? []
    return [...peers].flatMap((peer) => this.node(peer) ?? [])
  }
}

/** One node’s view of the hub. */
export class MemoryNode implements ExchangeNetwork {
  readonly peer: PeerKey
  /** Peers that stay connected when they are dropped. */
  readonly relays = new Set<PeerKey>()
  readonly drops: { readonly peer: PeerKey; readonly reason: string }[] = []
  /** Streams that this node opened, newest last. */
  readonly opened: MemoryStream[] = []
  /** This node’s ends of the streams that others opened. */
  readonly accepted: MemoryStream[] = []
  lookupCount = 0
  /** What it says of every peer; the streams have none of their own. */
  roundTripMs: number | undefined
  /** Of every peer. */
  path: PathRoom = { kind: 'direct' }
  /** Peers to which a new path was wanted, oldest first. */
  readonly renewals: PeerKey[] = []
  /** Peers that were wanted back, oldest first. */
  readonly regained: PeerKey[] = []
  readonly #hub: MemoryHub
  readonly #handlers = new Map<string, StreamHandler>()
  readonly #listeners = new Set<(change: PeerChange) => void>()
  readonly #connected = new Set<PeerKey>()
  readonly #refused = new Set<PeerKey>()
  readonly #streams = new Map<PeerKey, Set<MemoryStream>>()

  constructor(hub: MemoryHub, peer: PeerKey) {
    this.#hub = hub
    this.peer = peer
  }

  async handle(protocol: string, handler: StreamHandler): Promise<void> {
    this.#handlers.set(protocol, handler)
  }

  async unhandle(protocol: string): Promise<void> {
    this.#handlers.delete(protocol)
  }

  async openStream(peer: PeerKey, protocol: string, options: AbortOptions = {}): Promise<MemoryStream> {
    options.signal?.throwIfAborted()
    const remote = this.#connected.has(peer) ? this.#hub.node(peer) : undefined
    const handler = remote?.streamHandler(protocol)
    if (remote === undefined || handler === undefined) {
      throw new QuireError('ERR_PEER_NOT_CONNECTED', 'The peer is not connected.')
    }
    const [ours, theirs] = MemoryStream.pair(protocol)
    this.#keep(peer, ours)
    remote.#keep(this.peer, theirs)
    this.opened.push(ours)
    remote.accepted.push(theirs)
    handler(theirs, this.peer)
    return ours
  }

  leastRoundTripMs(): number | undefined {
    return this.roundTripMs
  }

  pathTo(peer: PeerKey): PathRoom | undefined {
    return this.#connected.has(peer) ? this.path : undefined
  }

  renewPath(peer: PeerKey): void {
    this.renewals.push(peer)
  }

  regain(peer: PeerKey): void {
    this.regained.push(peer)
  }

  unsentBytes(): number | undefined {
    return undefined
  }

  streamHandler(protocol: string): StreamHandler | undefined {
    return this.#handlers.get(protocol)
  }

  joinedPeers(): PeerKey[] {
    return [...this.#connected]
  }

  onPeerChange(listener: (change: PeerChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async drop(peer: PeerKey, reason: string): Promise<void> {
    this.drops.push({ peer, reason })
    if (this.relays.has(peer)) return
    this.#refused.add(peer)
    const remote = this.#hub.node(peer)
    if (remote !== undefined) this.#hub.disconnect(this, remote)
  }

  async *findProviders(manifestCid: ManifestCid, options: AbortOptions = {}): AsyncIterable<PeerKey> {
    this.lookupCount += 1
    for (const node of this.#hub.providersOf(manifestCid)) {
      options.signal?.throwIfAborted()
      if (node.peer === this.peer || this.#refused.has(node.peer)) continue
      this.#hub.connect(this, node)
      yield node.peer
    }
  }

  async provide(manifestCid: ManifestCid): Promise<void> {
    this.#hub.provide(manifestCid, this.peer)
  }

  link(peer: PeerKey): void {
    this.#connected.add(peer)
  }

  unlink(peer: PeerKey): void {
    if (!this.#connected.delete(peer)) return
    const streams = this.#streams.get(peer) ?? []
    this.#streams.delete(peer)
    for (const stream of streams) stream.onTransportClosed(new Error('the connection was closed'))
    this.announce({ type: 'left', peer })
  }

  announce(change: PeerChange): void {
    for (const listener of this.#listeners) listener(change)
  }

  #keep(peer: PeerKey, stream: MemoryStream): void {
    const streams = this.#streams.get(peer) ?? new Set()
    this.#streams.set(peer, streams.add(stream))
    stream.addEventListener('close', () => streams.delete(stream))
  }
}

function peerKey(name: string): PeerKey {
  // The brand says where a text comes from; here a test makes it.
  return name as PeerKey
}
