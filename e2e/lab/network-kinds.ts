/** The networks that people sit in, how each treats their packets, and which pairs of them a direct way can join. */

import type { WhyRelayed } from '../../src/rpc/connectivity.ts'

/** How an address translator chooses ports, and whom it lets in. Terms of RFC 4787. */
export type Mapping = 'none' | 'endpoint-independent' | 'endpoint-dependent'
export type Filtering = 'none' | 'endpoint-independent' | 'address-dependent' | 'address-and-port-dependent'

export interface NetworkKind {
  readonly title: string
  /** Undefined where no UDP packet passes. */
  readonly udp: { readonly mapping: Mapping; readonly filtering: Filtering } | undefined
  readonly families: readonly (4 | 6)[]
  /** Between the client and the internet. */
  readonly routers: number
}

const PORT_RESTRICTED = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const

/** What an instrument can find out about a network’s UDP. */
export interface UdpBehaviour {
  readonly mapping: Mapping
  readonly filtering: Filtering
  readonly routers: number
}

export const NETWORK_KINDS = {
  public: { title: 'no NAT', udp: { mapping: 'none', filtering: 'none' }, families: [4, 6], routers: 0 },
  cone: {
    title: 'full cone',
    udp: { mapping: 'endpoint-independent', filtering: 'endpoint-independent' },
    families: [4],
    routers: 1,
  },
  restricted: { title: 'port-restricted', udp: PORT_RESTRICTED, families: [4], routers: 1 },
  symmetric: {
    title: 'symmetric',
    udp: { mapping: 'endpoint-dependent', filtering: 'address-and-port-dependent' },
    families: [4],
    routers: 1,
  },
  // At home and at the provider, both port-restricted.
  double: { title: 'double NAT', udp: PORT_RESTRICTED, families: [4], routers: 2 },
  // The usual home with IPv6: no translation, but nobody comes in who was not asked.
  ipv6: {
    title: 'IPv6 only, stateful firewall',
    udp: { mapping: 'none', filtering: 'address-and-port-dependent' },
    families: [6],
    routers: 1,
  },
  blocked: { title: 'UDP blocked', udp: undefined, families: [4], routers: 1 },
} as const satisfies Record<string, NetworkKind>

export type NetworkName = keyof typeof NETWORK_KINDS

export const NETWORK_NAMES = Object.keys(NETWORK_KINDS) as NetworkName[]

/**
 * Between whom UDP finds a way when both sides send at the same time; it is the same in both directions.
 *
 * A symmetric NAT sends from a port that nobody was told, so the other side must let in a port that it did not send to.
 * IPv6 alone meets those who have it, too. Without UDP there is no way at all, as browsers do not listen on TCP.
 */
const DIRECT_WITH: Readonly<Record<NetworkName, readonly NetworkName[]>> = {
  public: ['public', 'cone', 'restricted', 'symmetric', 'double', 'ipv6'],
  cone: ['public', 'cone', 'restricted', 'symmetric', 'double'],
  restricted: ['public', 'cone', 'restricted', 'double'],
  symmetric: ['public', 'cone'],
  double: ['public', 'cone', 'restricted', 'double'],
  ipv6: ['public', 'ipv6'],
  blocked: [],
}

export interface Pair {
  readonly a: NetworkName
  readonly b: NetworkName
}

export function canBeDirect({ a, b }: Pair): boolean {
  return DIRECT_WITH[a].includes(b)
}

/** What the page of the one who fetches has to say of the way to the one who adds; undefined where that is direct. */
export function whyNotDirect(pair: Pair): WhyRelayed | undefined {
  if (canBeDirect(pair)) return undefined
  const [theirs, own]: readonly NetworkKind[] = [NETWORK_KINDS[pair.a], NETWORK_KINDS[pair.b]]
  if (own?.udp === undefined) return 'udp-blocked'
  if (theirs?.udp === undefined) return 'udp-blocked-there'
  if (!own.families.some((family) => theirs.families.includes(family))) return 'no-common-ip'
  const areBoth = [own, theirs].every(({ udp }) => udp?.mapping === 'endpoint-dependent')
  return areBoth ? 'symmetric-nat' : 'symmetric-nat-one-side'
}

/** Whether what goes straight goes through holes on both sides. */
export function isPunchedThrough({ a, b }: Pair): boolean {
  return [a, b].every((name) => NETWORK_KINDS[name].udp?.mapping !== 'none')
}

/** Each with each, both ways round: who adds and who fetches do different things. */
export const ALL_PAIRS: readonly Pair[] = NETWORK_NAMES.flatMap((a) => NETWORK_NAMES.map((b) => ({ a, b })))

export const EASIEST_DIRECT: Pair = { a: 'public', b: 'public' }
/** Four address translators on the way, each of which lets in only what was asked for. */
export const HARDEST_DIRECT: Pair = { a: 'double', b: 'double' }

/** Those that tell most, for every run of the tests: each kind, the hardest direct ones, and those that need the relay. */
export const TELLING_PAIRS: readonly Pair[] = [
  { a: 'restricted', b: 'restricted' },
  HARDEST_DIRECT,
  { a: 'cone', b: 'symmetric' },
  { a: 'ipv6', b: 'public' },
  { a: 'symmetric', b: 'symmetric' },
  { a: 'restricted', b: 'blocked' },
]

/** One row of the matrix, for a long line: from the most usual network to each kind. */
export const LINE_PAIRS: readonly Pair[] = NETWORK_NAMES.map((b) => ({ a: 'restricted', b }))

export function isNetworkName(text: string): text is NetworkName {
  return text in NETWORK_KINDS
}
