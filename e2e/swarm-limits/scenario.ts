import { ALPHA, DISJOINT_PATHS, PROVIDER_VALIDITY_MS, REPROVIDE_INTERVAL_MS } from '../../src/network/discovery.ts'

/** What is asked of the model: every number is an option of the command (`serverAddresses` → `--server-addresses`). */
export interface LimitsScenario {
  /** Servers that this node can dial: for a browser, keepers. */
  readonly servers: number
  /** Nodes that tell and ask, servers included, for each server: what a server answers. */
  readonly nodesPerServer: number
  /** Datasets that each node announces. */
  readonly datasets: number
  readonly reprovideMin: number
  /** How long a server keeps a record. */
  readonly recordLifeMin: number
  /** How long a node stays; servers stay `serverSessionH`. */
  readonly sessionH: number
  readonly serverSessionH: number
  readonly lookupsPerHour: number
  /** Providers that a lookup finds. */
  readonly providers: number
  readonly k: number
  readonly alpha: number
  /** Disjoint paths of a lookup. */
  readonly paths: number
  /** 1: the other servers have a bucket for each length of prefix, as native nodes do; 0: they run kad-dht, as keepers do. */
  readonly native: number
  /** Connections to servers that a node keeps. */
  readonly heldConnections: number
  /** Of one peer’s id. */
  readonly idBytes: number
  /** Addresses of a server, and bytes of one. */
  readonly serverAddresses: number
  readonly serverAddressBytes: number
  /** Addresses of a node that announces, and bytes of one. */
  readonly ownAddresses: number
  readonly ownAddressBytes: number
  /** What announcing may take of the line up. */
  readonly uplinkKiB: number
  readonly seed: number
}

export const USUAL_LIMITS: LimitsScenario = {
  servers: 1_000,
  nodesPerServer: 20,
  datasets: 100,
  reprovideMin: REPROVIDE_INTERVAL_MS / 60_000,
  recordLifeMin: PROVIDER_VALIDITY_MS / 60_000,
  sessionH: 1,
  serverSessionH: 24,
  lookupsPerHour: 10,
  providers: 5,
  k: 20,
  alpha: ALPHA,
  paths: DISJOINT_PATHS,
  native: 0,
  heldConnections: 96,
  idBytes: 39,
  serverAddresses: 2,
  // A name, a port, TLS and WebSocket.
  serverAddressBytes: 28,
  // Two relays, each by circuit and by WebRTC.
  ownAddresses: 4,
  // `/ip4/…/tcp/…/ws/p2p/<relay>/p2p-circuit/webrtc/p2p/<own>`.
  ownAddressBytes: 102,
  uplinkKiB: 16,
  seed: 1,
}
