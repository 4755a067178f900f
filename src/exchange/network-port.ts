/**
 * What the exchange needs of a network; `network/` gives the real one, tests an in-memory pair.
 *
 * A peer has joined while content can go to it: directly, or through a relay where there is no direct way. When content moves
 * from a relay to another path, the peer has left and joined again: nothing that was on its way comes any more.
 */
import type { Stream } from '@libp2p/interface'
import type { ManifestCid } from '../codec/cid.ts'
import type { PeerKey } from '../codec/peer-key.ts'
import type { AbortOptions } from '../store/block-store.ts'

export type { PeerKey } from '../codec/peer-key.ts'

export type PeerChange = { readonly type: 'joined' | 'left'; readonly peer: PeerKey }
export type StreamHandler = (stream: Stream, peer: PeerKey) => void

export interface OpenStreamOptions extends AbortOptions {
  /** `own`: over a further connection, made for this stream and closed with it; refused where that gains nothing. */
  readonly connection?: 'shared' | 'own' | undefined
}

/** What the path to a peer can carry. */
export type PathRoom =
  | { readonly kind: 'direct' }
  /**
   * Bytes that the relay still lets through, both ways together, what it let through when the connection was made, and for how
   * long it does so; `Infinity` where it sets no limit.
   */
  | { readonly kind: 'relayed'; readonly leftBytes: number; readonly limitBytes: number; readonly leftMs: number }

export interface ExchangeNetwork {
  /** Answers streams that peers open for a protocol until `unhandle`. */
  handle(protocol: string, handler: StreamHandler): Promise<void>
  unhandle(protocol: string): Promise<void>
  /** A new stream over the connection that content goes over. Errors: `ERR_PEER_NOT_CONNECTED`. */
  openStream(peer: PeerKey, protocol: string, options?: OpenStreamOptions): Promise<Stream>
  /** The least round trip that was seen on a peer’s connection; undefined where nothing is known. */
  leastRoundTripMs(peer: PeerKey): number | undefined
  /** What was handed to a stream and has not left this machine, bytes; undefined where the transport does not say. */
  unsentBytes(stream: Stream): number | undefined
  /** Peers that have joined and not left. */
  joinedPeers(): PeerKey[]
  /** Calls back on every change of `joinedPeers`; returns the unsubscribe. */
  onPeerChange(listener: (change: PeerChange) => void): () => void
  /** The path to a peer that has joined. */
  pathTo(peer: PeerKey): PathRoom | undefined
  /** What the relay lets through does not suffice: makes a new path in a while, where that is possible. */
  renewPath(peer: PeerKey): void
  /** Has a peer dialled again that left while something was wanted of it; `joined` follows where that succeeds. */
  regain(peer: PeerKey): void
  /**
   * Closes every connection to a peer that broke the rules, and refuses it for a while. A relay through which this node can
   * be reached stays connected, and a direct peer: it is for the caller to have nothing more to do with it.
   */
  drop(peer: PeerKey, reason: string): Promise<void>
  /**
   * Looks for holders of a dataset, connects to each, and yields it once connected; ends when no more are known.
   * Peers that cannot be reached are left out.
   */
  findProviders(manifestCid: ManifestCid, options?: AbortOptions): AsyncIterable<PeerKey>
  /** Tells the network that this node holds a dataset; resolves when told, quietly gives up where nobody listens. */
  provide(manifestCid: ManifestCid, options?: AbortOptions): Promise<void>
}
