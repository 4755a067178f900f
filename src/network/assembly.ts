/**
 * What the two libp2p assemblies, browser and Node, have in common.
 *
 *   QuireNetwork ── AssemblyParts ──▶ browserAssembly / nodeAssembly ──▶ Assembled (libp2p, not started)
 */
import { dcutr } from '@libp2p/dcutr'
import { type Identify, type IdentifyPush, identify, identifyPush } from '@libp2p/identify'
import type { ComponentLogger, Connection, ConnectionGater, Libp2p, PrivateKey } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { yamux } from '@libp2p/yamux'
import type { ConnectionManagerInit, Libp2pInit } from 'libp2p'
import { Discovery, type DiscoveryComponents, type DiscoveryInit } from './discovery.ts'
import type { NatProbe } from './nat-probe.ts'
import type { NetworkLog } from './network-log.ts'
import { PingService } from './ping-service.ts'
import { Pubsub, type PubsubComponents } from './pubsub.ts'
import { type ReservationComponents, Reservations } from './reservations.ts'
import type { PingComponents } from '@libp2p/ping'

/** What a network gives to its assembly. */
export interface AssemblyParts {
  readonly privateKey: PrivateKey
  /** Version of Quire, for the agent string. */
  readonly version: string
  readonly gater: ConnectionGater
  readonly logger: ComponentLogger
  readonly log: NetworkLog
  readonly onPing: (connection: Connection) => void
}

export interface QuireServices extends Record<string, unknown> {
  readonly identify: Identify
  readonly identifyPush: IdentifyPush
  readonly ping: PingService
  readonly dcutr: unknown
  readonly reservations: Reservations
  readonly discovery: Discovery
  readonly pubsub: Pubsub
}

export interface Assembled {
  readonly libp2p: Libp2p<QuireServices>
  /** 'webrtc': through a relay and WebRTC; 'sockets': where it listens; 'none': this browser has no WebRTC. */
  readonly reachableBy: 'webrtc' | 'sockets' | 'none'
  /** Looks at this device’s NAT; undefined where there is no WebRTC, or no STUN server. */
  readonly probeNat?: NatProbe | undefined
}

/** Makes a libp2p node that is not started yet. */
export type Assembly = (parts: AssemblyParts) => Promise<Assembled>

// A WebRTC dial needs a circuit, an exchange of candidates and a handshake: on a slow line more than libp2p’s six seconds
// for an address. Callers give signals of their own for the whole.
const ADDRESS_DIAL_TIMEOUT_MS = 12_000
// A keeper’s half of an upgrade may wait as long as the dialler does.
const INBOUND_UPGRADE_TIMEOUT_MS = 12_000

/** Limits that both assemblies share. */
export const CONNECTION_MANAGER = {
  addressDialTimeout: ADDRESS_DIAL_TIMEOUT_MS,
  dialTimeout: ADDRESS_DIAL_TIMEOUT_MS * 2,
  inboundUpgradeTimeout: INBOUND_UPGRADE_TIMEOUT_MS,
  // Keepers are dialled again by `KeeperLink`, which knows the address, waits longer each time and never gives up.
  reconnectRetries: 0,
} as const satisfies ConnectionManagerInit

/** The part of libp2p’s options that both assemblies share. */
export function commonOptions(parts: AssemblyParts) {
  return {
    start: false,
    privateKey: parts.privateKey,
    nodeInfo: { name: 'Quire', version: parts.version, userAgent: `Quire/${parts.version}` },
    logger: parts.logger,
    connectionGater: parts.gater,
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // `Heartbeat` in its place: it opens one stream in all, where this one opens one every ten seconds, each of them a data
    // channel that has to be made in the page; and it does not abort a connection because this machine was busy.
    connectionMonitor: { enabled: false },
  } satisfies Libp2pInit & { start: boolean }
}

/**
 * For `circuitRelayTransport`: reserve at keepers alone.
 *
 * Unless told that it has seen them all, libp2p tries each peer that relays, refuses itself for want of a free place, and
 * hands that refusal to a `listen` on the same relay that came in between.
 */
export const NO_RELAY_DISCOVERY = {
  discoveryFilter: { has: () => true, add: () => undefined, remove: () => undefined },
}

/** The services that both assemblies share. */
export function commonServices(parts: AssemblyParts, mode: DiscoveryInit['mode']) {
  return {
    identify: identify(),
    // Tells keepers the addresses that a node gains after it has connected: those behind their relay.
    identifyPush: identifyPush(),
    ping: (components: PingComponents) => new PingService(components, { onPing: parts.onPing }),
    // Does nothing between browsers (it skips every relayed address, `/webrtc` too: see `DirectUpgrade`); between sockets it
    // punches holes.
    dcutr: dcutr(),
    reservations: (components: ReservationComponents) => new Reservations(components),
    discovery: (components: DiscoveryComponents) => new Discovery(components, { mode, log: parts.log }),
    pubsub: (components: PubsubComponents) => new Pubsub(components, { log: parts.log }),
  }
}
