/**
 * What the exchange needs of a network; `network/` gives the real one, tests an in-memory pair.
 *
 * Only direct connections count: a peer that is reached through a relay alone is not “joined”, and `openStream` refuses it.
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

export interface ExchangeNetwork {
  /** Answers streams that peers open for a protocol until `unhandle`. */
  handle(protocol: string, handler: StreamHandler): Promise<void>
  unhandle(protocol: string): Promise<void>
  /** A new stream over a direct connection. Errors: `ERR_PEER_NOT_CONNECTED`. */
  openStream(peer: PeerKey, protocol: string, options?: OpenStreamOptions): Promise<Stream>
  /** The least round trip that was seen on a peer’s direct connection; undefined where nothing is known. */
  leastRoundTripMs(peer: PeerKey): number | undefined
  /** What was handed to a stream and has not left this machine, bytes; undefined where the transport does not say. */
  unsentBytes(stream: Stream): number | undefined
  /** Peers with a direct connection now. */
  directPeers(): PeerKey[]
  /** Calls back on every change of `directPeers`; returns the unsubscribe. */
  onPeerChange(listener: (change: PeerChange) => void): () => void
  /**
   * Closes every connection to a peer that broke the rules, and refuses it for a while. A relay through which this node can
   * be reached stays connected, and a direct peer: it is for the caller to have nothing more to do with it.
   */
  drop(peer: PeerKey, reason: string): Promise<void>
  /**
   * Looks for holders of a dataset, connects to each directly, and yields it once connected; ends when no more are known.
   * Peers that cannot be reached are left out.
   */
  findProviders(manifestCid: ManifestCid, options?: AbortOptions): AsyncIterable<PeerKey>
  /** Tells the network that this node holds a dataset; resolves when told, quietly gives up where nobody listens. */
  provide(manifestCid: ManifestCid, options?: AbortOptions): Promise<void>
}
