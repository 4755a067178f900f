/** Connects to one peer that a program names, whatever is known of it. */
import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { PeerKey } from '../codec/peer-key.ts'
import { QuireError } from '../errors.ts'
import { addressedTo, parseAddress, targetOf } from './addresses.ts'
import { KAD_PROTOCOL } from './discovery.ts'
import { parsePeerKey, peerKeyOf } from './peer-identity.ts'
import type { QuireNetwork } from './quire-network.ts'

export interface ConnectPeerOptions {
  /** Multiaddrs, with or without the peer’s id at the end. */
  readonly addresses?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

type Network = Pick<QuireNetwork, 'connect' | 'joinedPeers' | 'libp2p' | 'peerId'>

/**
 * Connects to a peer, named by its id or by a multiaddr that ends with it; resolves with its id once content can go to it.
 *
 * Without addresses: over a connection that is there, else by what is known of the peer, else by asking the DHT.
 * Errors: `ERR_ARGUMENT_INVALID` (no peer, this node itself, or an address that is none or another peer’s),
 * `ERR_DIAL_FAILED`. Aborts with the signal’s reason.
 */
export async function connectPeer(network: Network, text: string, options: ConnectPeerOptions = {}): Promise<PeerKey> {
  const { signal } = options
  const { peer, given } = readPeer(text, options.addresses ?? [])
  if (peer === network.peerId) throw invalid('This node cannot connect to itself.')
  signal?.throwIfAborted()
  if (network.joinedPeers().includes(peer)) return peer
  const addresses = given.length > 0 ? given : await knownAddresses(network, peerIdFromString(peer), signal)
  if (addresses.length === 0) throw new QuireError('ERR_DIAL_FAILED', 'Nobody knows where this peer is.')
  await network.connect(addresses, { signal })
  return peer
}

/** The peer that a text means, with the addresses that come with it, each with the peer’s id at its end. */
function readPeer(text: string, others: readonly string[]): { peer: PeerKey; given: string[] } {
  const address = text.startsWith('/') ? parseAddress(text) : undefined
  const peer = parsePeerKey(address === undefined ? text : (targetOf(address) ?? ''))
  if (peer === undefined) throw invalid('This is neither a peer id nor an address that ends with one.')
  const given = address === undefined ? others : [text, ...others]
  return { peer, given: given.map((each) => addressOf(each, peer)) }
}

function addressOf(text: string, peer: PeerKey): string {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw invalid(`“${text.slice(0, 80)}” is no multiaddr.`)
  const whole = addressedTo(peer, parsed)
  if (whole === undefined) throw invalid(`The address “${text.slice(0, 80)}” is another peer’s.`)
  return whole.toString()
}

/** Where a peer was when it was heard of last, or where others say that it is. */
async function knownAddresses({ libp2p }: Network, peer: PeerId, signal?: AbortSignal): Promise<string[]> {
  const { peerStore, services } = libp2p
  const known = await peerStore.get(peer).catch(() => undefined)
  const own = known?.addresses.map(({ multiaddr }) => addressedTo(peerKeyOf(peer), multiaddr)) ?? []
  if (own.length > 0) return own.flatMap((address) => address?.toString() ?? [])
  const connections = libp2p.getConnections()
  const speaks = await Promise.all(connections.map(({ remotePeer }) => isServer(libp2p, remotePeer)))
  const servers = connections.filter((_, i) => speaks[i])
  return (await services.discovery.findPeer(peer, servers, signal)).map((address) => address.toString())
}

async function isServer({ peerStore }: Network['libp2p'], peer: PeerId): Promise<boolean> {
  const known = await peerStore.get(peer).catch(() => undefined)
  return known?.protocols.includes(KAD_PROTOCOL) === true
}

function invalid(message: string): QuireError {
  return new QuireError('ERR_ARGUMENT_INVALID', message)
}
