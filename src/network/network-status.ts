/** What a network says about itself, put together of what its parts know. */
import type { PeerKey } from '../codec/peer-key.ts'
import { UNKNOWN_NAT } from './nat-kind.ts'
import type { NetworkStatus } from './network-init.ts'
import type { NetworkParts } from './network-parts.ts'
import type { WhyRelayed } from './peer-path.ts'
import type { PeerInfo, PeerTable } from './peer-table.ts'
import { MAX_ANNOUNCED_BY_CLIENT } from './provided.ts'
import { type Reachability, reachabilityOf, whyRelayed } from './reachability.ts'
import type { Refusals } from './refusals.ts'

export interface StatusSources {
  readonly peerId: PeerKey
  readonly table: Pick<PeerTable, 'infos'>
  readonly refusals: Pick<Refusals, 'latest'>
  readonly isOnline: boolean
  /** Undefined before the start. */
  readonly parts: NetworkParts | undefined
}

export function statusOf(sources: StatusSources): NetworkStatus {
  const { peerId, refusals, parts } = sources
  return {
    peerId,
    reachability: reachability(sources),
    addresses: (parts?.libp2p.getMultiaddrs() ?? []).map((address) => address.toString()),
    peers: peersOf(sources),
    relays: parts?.keepers.statuses() ?? [],
    nat: parts?.nat.status ?? UNKNOWN_NAT,
    announcing: parts?.provided.status() ?? { wantedCount: 0, announcedCount: 0, maxCount: MAX_ANNOUNCED_BY_CLIENT },
    unreached: parts?.unreached.latest() ?? [],
    dropped: refusals.latest(),
  }
}

export function peersOf({ table, parts }: Pick<StatusSources, 'table' | 'parts'>): PeerInfo[] {
  return table.infos((peer) => whyNotDirect(peer, parts))
}

function reachability({ parts, isOnline }: StatusSources): Reachability {
  if (parts === undefined) return { state: 'starting' }
  const { keepers, reachableBy, socketCount } = parts
  return reachabilityOf({ isOnline, reachableBy, keepers: keepers.states(), socketCount: socketCount() })
}

function whyNotDirect(peer: PeerKey, parts: NetworkParts | undefined): WhyRelayed {
  if (parts === undefined) return 'trying'
  const { reachableBy, canUpgrade, memory, nat, peerNats } = parts
  return whyRelayed({
    reachableBy,
    canUpgrade: canUpgrade(peer),
    hasFailed: memory.hasFailed(peer),
    ownNat: nat.status,
    peerNat: peerNats.natOf(peer),
  })
}
