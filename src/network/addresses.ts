/**
 * What an address says: whom it reaches, over what, and how far it carries.
 *
 *   /ip4/…/tcp/9410/ws/p2p/<relay>/p2p-circuit/webrtc/p2p/<peer>
 *   └──────── relay ─────────────┘            └ how ─┘└─ whom ─┘
 */
import { isLoopback, isPrivate } from '@libp2p/utils'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { PeerKey } from '../codec/peer-key.ts'

export type TransportKind = 'webrtc' | 'websocket' | 'webtransport' | 'tcp' | 'circuit' | 'other'

/** No address that libp2p makes is longer; one that is, is refused before it is parsed. */
const MAX_ADDRESS_CHARACTERS = 1_000

/** The address that a text means, or undefined where it means none. */
export function parseAddress(text: string): Multiaddr | undefined {
  if (text.length > MAX_ADDRESS_CHARACTERS) return undefined
  try {
    return multiaddr(text)
  } catch {
    // No address: the caller drops it, or says so with the words that it has.
    return undefined
  }
}

/** The peer at the end of an address, as text. */
export function targetOf(address: Multiaddr): string | undefined {
  const last = address.getComponents().at(-1)
  return last?.name === 'p2p' ? last.value : undefined
}

/** The relay that an address goes through, as text. */
export function relayOf(address: Multiaddr): string | undefined {
  const components = address.getComponents()
  const circuit = components.findIndex(({ name }) => name === 'p2p-circuit')
  return circuit < 0 ? undefined : components.slice(0, circuit).findLast(({ name }) => name === 'p2p')?.value
}

/** An address with `peer` at its end; undefined where it ends with another peer. Peers’ own lists leave the id out. */
export function addressedTo(peer: PeerKey, address: Multiaddr): Multiaddr | undefined {
  const target = targetOf(address)
  if (target === undefined) return address.encapsulate(`/p2p/${peer}`)
  return target === peer ? address : undefined
}

/** How bytes travel over a connection to this address. */
export function transportOf(address: Multiaddr): TransportKind {
  const names = new Set(address.getComponents().map(({ name }) => name))
  // Ahead of the circuit: the address of a WebRTC connection names the relay that carried its signalling.
  if (names.has('webrtc') || names.has('webrtc-direct')) return 'webrtc'
  if (names.has('p2p-circuit')) return 'circuit'
  if (names.has('webtransport')) return 'webtransport'
  if (names.has('ws') || names.has('wss')) return 'websocket'
  return names.has('tcp') ? 'tcp' : 'other'
}

/** True for WebRTC that two browsers have signalled each other; a server that takes WebRTC Direct knows no signals. */
export function isSignalled(address: Multiaddr): boolean {
  return address.getComponents().some(({ name }) => name === 'webrtc')
}

/** The WebRTC address of a peer that is reached through a relay; other addresses as they are. */
export function overWebRtc(address: Multiaddr): Multiaddr {
  if (transportOf(address) !== 'circuit') return address
  return multiaddr(address.toString().replace('/p2p-circuit', '/p2p-circuit/webrtc'))
}

/** The address of the relayed connection under a WebRTC address; other addresses as they are. */
export function overCircuit(address: Multiaddr): Multiaddr {
  return multiaddr(address.toString().replace('/p2p-circuit/webrtc', '/p2p-circuit'))
}

/**
 * The few addresses that a link should carry, best first: those that browsers can dial, and that reach furthest.
 *
 * A relay is named by several addresses (loopback, local network, public): the loopback one is left out as soon as
 * another exists.
 */
export function shareableAddresses(addresses: readonly Multiaddr[], maxCount: number): string[] {
  const dialable = addresses.filter((address) => transportOf(address) !== 'tcp' && isShareable(address))
  const circuits = addresses.filter((address) => transportOf(address) === 'circuit')
  const candidates = [dialable, addresses.filter(isDirectSocket), circuits].find(({ length }) => length > 0) ?? []
  const ranked = candidates.map((address) => ({ text: address.toString(), rank: reachRank(address) }))
  ranked.sort((a, b) => a.rank - b.rank || a.text.length - b.text.length)
  const wide = ranked.filter(({ rank }) => rank < LOOPBACK_RANK)
  return (wide.length > 0 ? wide : ranked).slice(0, maxCount).map(({ text }) => text)
}

const LOOPBACK_RANK = 4

function reachRank(address: Multiaddr): number {
  if (isLoopback(address)) return LOOPBACK_RANK
  const names = address.getComponents().map(({ name }) => name)
  if (names.some((name) => name.startsWith('dns'))) return names.includes('tls') || names.includes('wss') ? 0 : 1
  return isPrivate(address) ? 3 : 2
}

// A circuit without WebRTC is the last resort: all content would go through the relay. One whose relay is only known by TCP cannot be dialled by a browser.
function isShareable(address: Multiaddr): boolean {
  if (transportOf(address) === 'circuit') return false
  const names = address.getComponents().map(({ name }) => name)
  return names.some((name) => name === 'ws' || name === 'wss' || name === 'webtransport')
}

function isDirectSocket(address: Multiaddr): boolean {
  return transportOf(address) === 'tcp'
}
