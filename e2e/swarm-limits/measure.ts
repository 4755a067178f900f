/**
 * What the DHT costs one client, in bytes and messages, counted in a network of real servers in this process.
 *
 *   LabNetwork (n servers) ──▶ a client: contact, ping, join, self-query, provide, lookup ──▶ Measured of each
 */
import { KAD_PROTOCOL } from '../../src/network/discovery.ts'
import { PING_PROTOCOL } from '../../src/network/ping-service.ts'
import { drain, type LabNetwork } from './lab-network.ts'
import type { LabNode } from './lab-node.ts'

/** One operation, as the client sees it. */
export interface Measured {
  readonly sentBytes: number
  readonly receivedBytes: number
  /** Of both, what was inside the streams of Kademlia. */
  readonly messageBytes: number
  /** Streams of Kademlia that the client opened: a request and its answer, or a record that is told. */
  readonly messages: number
  readonly pings: number
  readonly connections: number
}

export interface NetworkMeasured {
  readonly servers: number
  /** A connection to one server, each telling the other what it is, and a ping. */
  readonly contact: Measured
  /** A ping on a connection that stands. */
  readonly ping: Measured
  /** From the first contact to the end of the first look around. */
  readonly join: Measured
  readonly provide: readonly Measured[]
  readonly lookup: readonly Measured[]
}

const NEVER_MS = 2 ** 31 - 1

/** Tables with room for sixteen: among some dozens of servers, lookups take hops as they do among thousands. */
export const SMALL_TABLES = { k: 4, alpha: 3, paths: 3, prefixLength: 2 }
/** The same for kad-dht. */
export const SMALL_KAD = { kBucketSize: 4, alpha: 3, disjointPaths: 3, prefixLength: 2 }

export async function measureNetwork(network: LabNetwork, { rounds }: { rounds: number }): Promise<NetworkMeasured> {
  const [server] = network.servers
  if (server === undefined) throw new RangeError('There is no server.')
  const address = server.libp2p.getMultiaddrs()
  const silent = await network.add({ mode: 'client', kad: { initialQuerySelfInterval: NEVER_MS } })
  const contact = await measure(network, silent, () => silent.libp2p.dial(address))
  const ping = await measure(network, silent, () => silent.libp2p.services.ping.ping(server.libp2p.peerId))
  const newcomer = await network.add({ mode: 'client' })
  const join = await measure(network, newcomer, () => newcomer.libp2p.dial(address))
  const client = await network.client()
  const provide: Measured[] = []
  const lookup: Measured[] = []
  for (let round = 0; round < rounds; round++) {
    const cid = network.newCid()
    provide.push(await measure(network, client, () => drain(client.dht.provide(cid))))
    lookup.push(await measure(network, client, () => drain(client.dht.findProviders(network.newCid()))))
  }
  return { servers: network.servers.length, contact, ping, join, provide, lookup }
}

/** Lookups of a client with `SMALL_KAD`, whose contacts were last heard of long ago. */
export async function measureHops(network: LabNetwork, { rounds }: { rounds: number }): Promise<Measured[]> {
  const client = await network.client()
  const lookups: Measured[] = []
  for (let round = 0; round < rounds; round++) {
    client.forgetPings()
    lookups.push(await measure(network, client, () => drain(client.dht.findProviders(network.newCid()))))
  }
  return lookups
}

/** Counts what one node moves while it does something, and until all is quiet again. */
async function measure(network: LabNetwork, node: LabNode, act: () => Promise<unknown>): Promise<Measured> {
  const before = figuresOf(network, node)
  await act()
  await network.untilQuiet()
  const after = figuresOf(network, node)
  const sentBytes = after.sent - before.sent
  return {
    sentBytes,
    // Nobody else has anything to do.
    receivedBytes: after.allSent - before.allSent - sentBytes,
    messageBytes: after.messages - before.messages,
    messages: after.streams - before.streams,
    pings: after.pings - before.pings,
    connections: after.connections - before.connections,
  }
}

function figuresOf(network: LabNetwork, { meter }: LabNode) {
  return {
    sent: meter.sentBytes,
    allSent: network.sentBytes(),
    messages: network.messageBytes(),
    streams: meter.opened(KAD_PROTOCOL),
    pings: meter.opened(PING_PROTOCOL),
    connections: meter.connections,
  }
}
