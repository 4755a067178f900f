/**
 * What stands between this browser and the network, from the ICE candidates that STUN servers gave it.
 *
 * One socket asks two ports of a server: the same address from both is a NAT with one mapping for all (RFC 4787: endpoint
 * independent), two addresses are one for each destination (“symmetric”). Browsers hide the socket’s own address, so that a
 * page without a NAT is told from one with a single mapping only where they do not; candidates of one socket are told by their
 * foundation, and in Chromium by the number of the network.
 */
export type NatKind = 'none' | 'cone' | 'symmetric' | 'udp-blocked' | 'unknown'

/** What is known of the way from a device to the internet. */
export interface Nat {
  readonly kind: NatKind
  /** Versions of IP under which servers saw it, 4 before 6; empty where none did. */
  readonly families: readonly (4 | 6)[]
}

export interface NatStatus extends Nat {
  /** Milliseconds since 1970. */
  readonly checkedAtMs?: number | undefined
}

export const UNKNOWN_NAT: Nat = { kind: 'unknown', families: [] }

export interface Gathered {
  /** Lines of candidates, “candidate:…”. */
  readonly candidates: readonly string[]
  /** No server answered. */
  readonly isUnanswered: boolean
}

interface Candidate {
  readonly foundation: string
  readonly address: string
  readonly port: string
  readonly type: string
  /** Which socket it belongs to. */
  readonly base: string
}

/** The verdict over candidates for a single component; TCP and relayed ones say nothing about UDP. */
export function natOf({ candidates, isUnanswered }: Gathered): Nat {
  const parsed = candidates.map(parseCandidate).filter((candidate) => candidate !== undefined)
  const hosts = parsed.filter(({ type }) => type === 'host')
  const mapped = parsed.filter(({ type }) => type === 'srflx')
  const kind = kindOf(hosts, mapped, isUnanswered)
  const seen = mapped.length > 0 ? mapped : kind === 'none' ? hosts.filter(({ address }) => !isHidden(address)) : []
  const families = new Set(seen.map(({ address }) => (address.includes(':') ? 6 : 4)))
  return { kind, families: ([4, 6] as const).filter((family) => families.has(family)) }
}

function kindOf(hosts: readonly Candidate[], mapped: readonly Candidate[], isUnanswered: boolean): NatKind {
  if (mapped.length === 0) return withoutMapping(hosts, isUnanswered)
  const seen = new Map<string, string>()
  for (const { base, address, port } of mapped) {
    const mapping = `${address} ${port}`
    if ((seen.get(base) ?? mapping) !== mapping) return 'symmetric'
    seen.set(base, mapping)
  }
  return mapped.every((candidate) => isOwn(candidate, hosts)) ? 'none' : 'cone'
}

// IPv6 is hardly ever translated: where the socket’s address is hidden and its port was kept, it is the socket’s own. With IPv4
// that says nothing, as many routers keep the port where they can.
function isOwn({ address, port }: Candidate, hosts: readonly Candidate[]): boolean {
  return hosts.some(
    (host) => host.port === port && (host.address === address || (isHidden(host.address) && address.includes(':'))),
  )
}

function isHidden(address: string): boolean {
  return address.endsWith('.local')
}

function withoutMapping(hosts: readonly Candidate[], isUnanswered: boolean): NatKind {
  // Without a network there is nothing to say about it.
  if (hosts.length === 0) return 'unknown'
  // A server that answers with the socket’s own address gives no candidate of its own.
  return isUnanswered ? 'udp-blocked' : 'none'
}

// RFC 8839, section 5.1: foundation component transport priority address port "typ" type [raddr … rport …] …
function parseCandidate(line: string): Candidate | undefined {
  const [foundation = '', , transport = '', , address = '', port = '', , type = '', ...rest] = line
    .replace(/^(a=)?candidate:/, '')
    .split(' ')
  if (transport.toLowerCase() !== 'udp') return undefined
  const valueOf = (name: string): string => rest[rest.indexOf(name) + 1] ?? ''
  const has = (name: string): boolean => rest.includes(name)
  const parts = ['raddr', 'rport', 'network-id'].map((name) => (has(name) ? valueOf(name) : ''))
  return { foundation, address, port, type, base: [foundation, ...parts, address.includes(':')].join(' ') }
}
