/**
 * Finds holders of a dataset through Kademlia (`/ipfs/kad/1.0.0`), and tells others what this node holds.
 *
 *   findProviders(cid) ── GET_PROVIDERS ──▶ keepers ──▶ peer ids with addresses
 *   provide(cid)       ── ADD_PROVIDER ───▶ keepers (each keeps it for PROVIDER_VALIDITY_MS)
 *
 * The key is the multihash of the manifest’s CID. Browsers are clients: they ask, and are not asked. The DHT is a third
 * of libp2p’s weight in the bundle, so it is a chunk of its own, loaded with the first question.
 */
import { type Connection, type PeerId, type PeerInfo, start, stop } from '@libp2p/interface'
import type { KadDHT, KadDHTComponents, KadDHTInit } from '@libp2p/kad-dht'
import type { Identify } from '@libp2p/identify'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import { addressedTo, relayOf } from './addresses.ts'
import type { DhtKey } from './dht-key.ts'
import type { NetworkLog } from './network-log.ts'
import { peerKeyOf } from './peer-identity.ts'
import { freshRecords } from './provider-records.ts'
import { within } from './waiting.ts'

export const KAD_PROTOCOL = '/ipfs/kad/1.0.0'

// Announcing is nearly all that taking part costs, and goes with one over this (docs/SWARM-LIMITS.md). A keeper that
// restarted with an empty memory is told at once, whatever this is; of twenty that have a record, one may be lost.
export const REPROVIDE_INTERVAL_MS = 20 * 60 * 1000
// One missed round, and five minutes. Where holders stay for an hour, a record of one that left comes on three records
// of four that are there. kad-dht’s own two days would send everyone who asks to tabs that were closed yesterday; and past
// six hours its answer fails altogether, for libp2p’s peer store has forgotten the holder by then.
export const PROVIDER_VALIDITY_MS = 45 * 60 * 1000
// Datasets that are told at the same time. Each takes two round trips with every keeper that is asked; more at a time would
// delay the lookups of whoever reads now.
export const MAX_PARALLEL_PROVIDES = 4
// As native nodes have them. kad-dht’s own ten paths each look for the twenty closest servers by themselves: among 10,000
// servers they ask 135 of them where three paths ask 96, among 100,000 369 where three ask 135.
export const DISJOINT_PATHS = 3
export const ALPHA = 10
// A lookup asks keepers that are connected; whoever has not answered by then is of no use.
const LOOKUP_TIMEOUT_MS = 10_000
const IDENTIFY_TIMEOUT_MS = 5_000

export interface DiscoveryInit {
  /** 'server' answers others’ questions: for nodes that everyone can dial. */
  readonly mode: 'client' | 'server'
  readonly log: NetworkLog
}

export type DiscoveryComponents = KadDHTComponents & { readonly identify: Identify }

export class Discovery {
  readonly #components: DiscoveryComponents
  readonly mode: DiscoveryInit['mode']
  readonly #log: NetworkLog
  #opening: Promise<KadDHT> | undefined

  constructor(components: DiscoveryComponents, init: DiscoveryInit) {
    this.#components = components
    this.mode = init.mode
    this.#log = init.log
  }

  async start(): Promise<void> {
    // A server must be there before the first question comes.
    if (this.mode === 'server') await this.#open([])
  }

  async stop(): Promise<void> {
    const opening = this.#opening
    this.#opening = undefined
    // A DHT that could not be loaded was said to be so to whoever asked.
    const dht = await opening?.catch(() => undefined)
    if (dht !== undefined) await stop(dht)
  }

  /**
   * Holders of a dataset, as they are found; ends when all who were asked have answered, or after ten seconds.
   *
   * `servers` are connections to peers that speak Kademlia. Aborts with the signal’s reason.
   */
  async *find(cid: DhtKey, servers: readonly Connection[], signal?: AbortSignal): AsyncGenerator<PeerInfo> {
    if (this.#hasNobodyToAsk(servers)) return
    const dht = await this.#open(servers)
    try {
      for await (const event of dht.findProviders(cid, { signal: within(LOOKUP_TIMEOUT_MS, signal) })) {
        if (event.name === 'PROVIDER') yield* event.providers.map(withWholeAddresses)
      }
    } catch (error) {
      signal?.throwIfAborted()
      this.#log('debug', 'a lookup ended early', { cid: cid.toString(), error })
    }
  }

  /** The addresses of a peer, as servers know them; none where nobody does. Aborts with the signal’s reason. */
  async findPeer(peer: PeerId, servers: readonly Connection[], signal?: AbortSignal): Promise<Multiaddr[]> {
    if (this.#hasNobodyToAsk(servers)) return []
    const dht = await this.#open(servers)
    try {
      for await (const event of dht.findPeer(peer, { signal: within(LOOKUP_TIMEOUT_MS, signal) })) {
        if (event.name === 'FINAL_PEER') return withWholeAddresses(event.peer).multiaddrs
      }
    } catch (error) {
      signal?.throwIfAborted()
      this.#log('debug', 'a peer was not found', { peer: peer.toString(), error })
    }
    return []
  }

  /** Tells the closest servers that this node holds a dataset; resolves with how many were told. */
  async provide(cid: DhtKey, servers: readonly Connection[], signal?: AbortSignal): Promise<number> {
    if (this.#hasNobodyToAsk(servers)) return 0
    const dht = await this.#open(servers)
    let told = 0
    try {
      for await (const event of dht.provide(cid, { signal: within(LOOKUP_TIMEOUT_MS, signal) })) {
        if (event.name === 'PEER_RESPONSE' && event.messageName === 'ADD_PROVIDER') told++
      }
    } catch (error) {
      signal?.throwIfAborted()
      this.#log('debug', 'a provide ended early', { cid: cid.toString(), error })
    }
    return told
  }

  /** Stops telling that this node holds a dataset; what others were told ends with `PROVIDER_VALIDITY_MS`. */
  async cancel(cid: DhtKey): Promise<void> {
    const dht = await this.#opening
    await dht?.cancelReprovide(cid)
  }

  // A client with no server to ask would wait for one to appear.
  #hasNobodyToAsk(servers: readonly Connection[]): boolean {
    return this.mode === 'client' && servers.length === 0
  }

  #open(servers: readonly Connection[]): Promise<KadDHT> {
    this.#opening ??= this.#load(servers).catch((error: unknown) => {
      // The chunk could not be loaded: try again with the next question.
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  async #load(servers: readonly Connection[]): Promise<KadDHT> {
    const { kadDHT, passthroughMapper } = await import('@libp2p/kad-dht')
    const dht = kadDHT({ ...kadInit(this.mode), peerInfoMapper: passthroughMapper })(this.#withFreshRecords())
    this.#rememberAddresses(dht)
    await start(dht)
    // The registrar tells the DHT only of peers that identify after it has started: let the present ones do it again.
    await Promise.all(servers.map((connection) => this.#identify(connection)))
    return dht
  }

  // Not by spreading them: libp2p’s components are a proxy.
  #withFreshRecords(): DiscoveryComponents {
    const { datastore, peerId } = this.#components
    const fresh = freshRecords(datastore, {
      validityMs: PROVIDER_VALIDITY_MS,
      self: peerId.toString(),
      hasWay: (peer) => this.#hasWayTo(peerIdFromString(peer)),
    })
    return Object.create(this.#components, { datastore: { value: fresh } })
  }

  /** An address behind this very node is a way only while the peer is connected to it. */
  async #hasWayTo(peer: PeerId): Promise<boolean> {
    const { peerId, peerStore, connectionManager } = this.#components
    if (connectionManager.getConnections(peer).length > 0) return true
    if (!(await peerStore.has(peer))) return false
    const { addresses } = await peerStore.get(peer)
    const here = peerKeyOf(peerId)
    return addresses.length === 0 || addresses.some(({ multiaddr }) => relayOf(multiaddr) !== here)
  }

  // libp2p does this for services that were there when it was made.
  #rememberAddresses(dht: KadDHT): void {
    if (!(dht instanceof EventTarget)) return
    dht.addEventListener('peer', (event: Event) => {
      if (!(event instanceof CustomEvent)) return
      // The shape of kad-dht’s `peer` event, which its types leave out.
      const { id, multiaddrs } = event.detail as PeerInfo
      if (id.equals(this.#components.peerId)) return
      this.#components.peerStore
        .merge(id, { multiaddrs })
        .catch((error: unknown) => this.#log('debug', 'addresses of a peer were not kept', { error }))
    })
  }

  async #identify(connection: Connection): Promise<void> {
    try {
      await this.#components.identify.identify(connection, { signal: AbortSignal.timeout(IDENTIFY_TIMEOUT_MS) })
    } catch (error) {
      this.#log('debug', 'a keeper could not be asked again', { peer: connection.remotePeer.toString(), error })
    }
  }
}

/** Each address with the peer at its end; what leads to somebody else is left out. */
function withWholeAddresses({ id, multiaddrs }: PeerInfo): PeerInfo {
  const whole = multiaddrs
    .map((address) => addressedTo(peerKeyOf(id), address))
    .filter((address) => address !== undefined)
  return { id, multiaddrs: whole }
}

/** How Quire runs kad-dht; `e2e/swarm-limits` measures the same. */
export function kadInit(mode: DiscoveryInit['mode']): KadDHTInit {
  return {
    protocol: KAD_PROTOCOL,
    clientMode: mode === 'client',
    alpha: ALPHA,
    disjointPaths: DISJOINT_PATHS,
    // A client’s first question waits for the first server to be in the table, and for one look around from there; kad-dht
    // puts that look off by a second unless told otherwise. A server answers from its own records, with or without others.
    initialQuerySelfInterval: 0,
    allowQueryWithZeroPeers: mode === 'server',
    reprovide: {
      interval: REPROVIDE_INTERVAL_MS,
      concurrency: MAX_PARALLEL_PROVIDES,
      validity: PROVIDER_VALIDITY_MS,
      // Every record of ours is told again in every round.
      threshold: PROVIDER_VALIDITY_MS,
    },
  }
}
