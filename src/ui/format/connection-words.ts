/** The words for ways to peers, relays and what a network lets through. */
import type { PeerView } from '../../rpc/api.ts'
import type { NatView, RelayView, WhyRelayed, WhyUnreached } from '../../rpc/connectivity.ts'
import { hostOf } from './addresses.ts'

/** Six characters tell a hundred peers apart, and do not lead anybody to one of them. */
const TAIL_CHARACTERS = 6

/** “…DHGoc”: how a peer is called where its whole id is too much. */
export function shortPeer(peer: string): string {
  return `…${peer.slice(-TAIL_CHARACTERS)}`
}

/** “keeper.example.org”, or “…jwgrD” where only its peer id is known. */
export function nameOfRelay({ peer, address }: Pick<RelayView, 'peer' | 'address'>): string {
  const host = hostOf(address)
  if (host !== address) return host
  return peer === undefined ? 'a keeper' : shortPeer(peer)
}

/** “WebRTC, direct”; “Relay, through keeper.example.org”. */
export function wordsOfConnection({ transport, path }: PeerView, relays: readonly RelayView[]): string {
  const name = TRANSPORT_NAMES[transport]
  if (path.kind === 'relayed') return `${name}, through ${nameOfRelayId(path.relay, relays)}`
  return path.kind === 'turn' ? `${name}, through a TURN server` : `${name}, direct`
}

/** What is to be said of a way beyond its name; undefined for one that goes straight. */
export function noteOfPath({ path }: Pick<PeerView, 'path'>): string | undefined {
  if (path.kind === 'direct') return undefined
  if (path.kind === 'punched') return 'Punched through what routers stand between'
  if (path.kind === 'turn') return 'No straight way was found'
  const clause = clauseOfWhy(path.why)
  return `Not direct: ${clause}`
}

/** Why bytes go through a relay: “this network blocks UDP”. */
export function clauseOfWhy(why: WhyRelayed): string {
  return WHY_CLAUSES[why]
}

export interface NatWords {
  readonly text: string
  /** What one can do, where something can be done. */
  readonly advice?: string | undefined
}

/** What a network lets through, and what that means. */
export function wordsOfNat({ kind }: NatView): NatWords {
  return NAT_WORDS[kind]
}

/** Why a peer was not reached, and what follows from it. */
export function sentenceOfUnreached(why: WhyUnreached): string {
  return UNREACHED_SENTENCES[why]
}

/** “place held”, “no answer”. */
export function wordsOfRelay({ state }: Pick<RelayView, 'state'>): string {
  return RELAY_WORDS[state]
}

function nameOfRelayId(peer: string, relays: readonly RelayView[]): string {
  const known = relays.find((relay) => relay.peer === peer && peer !== '')
  if (known !== undefined) return nameOfRelay(known)
  return peer === '' ? 'a keeper' : `the relay ${shortPeer(peer)}`
}

const TRANSPORT_NAMES: Record<PeerView['transport'], string> = {
  webrtc: 'WebRTC',
  websocket: 'WebSocket',
  webtransport: 'WebTransport',
  tcp: 'TCP',
  circuit: 'Relay',
  other: 'Other',
}

const WHY_CLAUSES: Record<WhyRelayed, string> = {
  trying: 'a direct way is being looked for',
  'no-webrtc': 'this browser has no WebRTC',
  'udp-blocked': 'this network lets no UDP out',
  'udp-blocked-there': 'their network lets no UDP out',
  'no-common-ip': 'one side has IPv4 alone, the other IPv6',
  'symmetric-nat': 'the routers on both sides change ports for each connection',
  'symmetric-nat-one-side':
    'the router on one side changes ports for each connection, and the other lets in nobody unasked',
  'not-dialable': 'it can be dialled by TCP alone, which browsers cannot',
  failed: 'a direct way was tried and did not come about',
}

const NAT_WORDS: Record<NatView['kind'], NatWords> = {
  none: { text: 'This device has an address of its own in the internet. Direct connections work.' },
  cone: { text: 'This network keeps one port for everybody. Direct connections work with most networks.' },
  symmetric: {
    text: 'Your router gives each connection another port (a “symmetric” NAT). Most devices are still reached directly; those behind a router like it only through a keeper, slowly.',
    advice: 'Another network may help, e.g. Wi-Fi in place of mobile data.',
  },
  'udp-blocked': {
    text: 'This network lets no UDP out, which direct connections to other networks need. With devices there, files go through a keeper, slowly.',
    advice: 'Try another network, or without a VPN. Whoever runs this one can allow UDP to the outside.',
  },
  unknown: { text: 'It is not known what this network lets through: no server outside this device was there to ask.' },
}

const UNREACHED_SENTENCES: Record<WhyUnreached, string> = {
  offline: 'It is not online: the keeper that it waited behind does not know it any more. It is found when it is back.',
  'relay-down': 'The keeper that it waits behind cannot be reached.',
  'relay-full': 'The keeper that it waits behind carries as much as it may. It is tried again in a while.',
  'relay-refused': 'The keeper that it waits behind does not bring us together.',
  'not-dialable': 'It offers no address that a browser can dial, TCP alone for example. A keeper can fetch from it.',
  'somebody-else': 'Somebody else answers at its address.',
  'no-answer': 'Nobody answers at its addresses.',
}

const RELAY_WORDS: Record<RelayView['state'], string> = {
  connecting: 'connecting',
  down: 'no answer',
  reserving: 'asking for a place',
  refused: 'gives no place',
  reserved: 'place held',
  spare: 'connected, held in reserve',
}
