/** What a network is made of, and what it says about itself. */
import type { PeerKey } from '../codec/peer-key.ts'
import type { Assembly } from './assembly.ts'
import type { HeartbeatInit } from './heartbeat.ts'
import type { NatStatus } from './nat-kind.ts'
import type { NetworkLog } from './network-log.ts'
import type { NetworkPartsInit } from './network-parts.ts'
import type { OnlineSource } from './online.ts'
import type { PeerInfo } from './peer-table.ts'
import type { AnnouncingStatus } from './provided.ts'
import type { RelayStatus } from './keeper-state.ts'
import type { Reachability } from './reachability.ts'
import type { RefusalsInit, RefusedPeer } from './refusals.ts'
import type { UnreachedPeer } from './unreached.ts'

export interface QuireNetworkComponents {
  /** `browserAssembly()` or `nodeAssembly()`. */
  readonly assemble: Assembly
  readonly log?: NetworkLog
  /** `browserOnline()` in a browser. */
  readonly online?: OnlineSource
}

export interface QuireNetworkInit extends Omit<NetworkPartsInit, 'keepers'> {
  /** Multiaddrs of keepers, with or without `/p2p/<id>`. */
  readonly keepers?: readonly string[]
  readonly webRtcHeartbeat?: HeartbeatInit
  readonly socketHeartbeat?: HeartbeatInit
  readonly relayedHeartbeat?: HeartbeatInit
  readonly refusals?: RefusalsInit
}

export interface NetworkStatus {
  readonly peerId: PeerKey
  readonly reachability: Reachability
  /** Under which others can dial this node, with the peer id. */
  readonly addresses: readonly string[]
  readonly peers: readonly PeerInfo[]
  /** Behind which this node waits for others, or tries to; those that are down too. */
  readonly relays: readonly RelayStatus[]
  readonly nat: NatStatus
  readonly announcing: AnnouncingStatus
  /** Peers that were looked for of late and not reached, newest first; at most 20. */
  readonly unreached: readonly UnreachedPeer[]
  /** Peers that broke the rules, newest first; at most 20. */
  readonly dropped: readonly RefusedPeer[]
}
