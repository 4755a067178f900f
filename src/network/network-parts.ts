/** The parts of a network that runs, and who hears of which event of libp2p. */
import type { Connection, Libp2p } from '@libp2p/interface'
import { relayOf } from './addresses.ts'
import type { Assembled, Assembly, QuireServices } from './assembly.ts'
import { DirectDialer, type DirectDialerInit } from './direct-dialer.ts'
import { DirectUpgrade, type DirectUpgradeInit, WEBRTC_SIGNALING_PROTOCOL } from './direct-upgrade.ts'
import { KAD_PROTOCOL } from './discovery.ts'
import { Keepers } from './keepers.ts'
import { NatWatch } from './nat-watch.ts'
import { libp2pLogger, type NetworkLog } from './network-log.ts'
import { importPrivateKey } from './peer-identity.ts'
import type { PeerTable } from './peer-table.ts'
import type { PeerKey } from '../codec/peer-key.ts'
import { PeerNats } from './peer-nats.ts'
import { Provided } from './provided.ts'
import { Regain, type RegainInit } from './regain.ts'
import { RelayScout } from './relay-scout.ts'
import { RelayedContent, type RelayedContentInit } from './relayed-content.ts'
import type { Refusals } from './refusals.ts'
import { renewToldAddresses } from './told-addresses.ts'
import { Unreached } from './unreached.ts'
import { UpgradeMemory } from './upgrade-memory.ts'
import type { BackoffInit } from './waiting.ts'

export interface NetworkPartsComponents {
  readonly assemble: Assembly
  readonly table: PeerTable
  readonly refusals: Refusals
  readonly log: NetworkLog
  /** Called after every change of a keeper or of the addresses. */
  readonly onStatusChange: () => void
}

export interface NetworkPartsInit {
  /** From `generatePrivateKey`. */
  readonly privateKey: Uint8Array
  /** Of Quire, for the agent string. */
  readonly version: string
  readonly keepers: readonly string[]
  readonly keeperBackoff?: BackoffInit
  readonly dialer?: DirectDialerInit
  readonly upgrade?: DirectUpgradeInit
  readonly relayed?: RelayedContentInit
  readonly regain?: RegainInit
}

export interface NetworkParts {
  readonly libp2p: Libp2p<QuireServices>
  readonly reachableBy: Assembled['reachableBy']
  readonly keepers: Keepers
  readonly scout: RelayScout
  readonly dialer: DirectDialer
  readonly upgrade: DirectUpgrade
  readonly regain: Regain
  readonly relayed: RelayedContent
  readonly memory: UpgradeMemory
  readonly nat: NatWatch
  readonly peerNats: PeerNats
  readonly unreached: Unreached
  /** Whether a peer speaks what both need to come together directly through a relay; undefined while it has not said. */
  readonly canUpgrade: (peer: PeerKey) => boolean | undefined
  readonly provided: Provided
  /** Connections to peers that speak Kademlia. */
  readonly servers: () => Connection[]
  /** Sockets that this node listens on. */
  readonly socketCount: () => number
}

/** What a peer must speak to be reached directly through a relay. */
const UPGRADE_PROTOCOLS = { webrtc: WEBRTC_SIGNALING_PROTOCOL, sockets: '/libp2p/dcutr', none: undefined } as const
// DCUtR does not say that it failed; where it succeeds it takes two round trips.
const RELAYED_PATIENCE = { webrtc: {}, sockets: { patienceMs: { outbound: 2_000, inbound: 2_000 } }, none: {} } as const

/** Starts libp2p, and makes what stands on it; keepers are not dialled yet. */
export async function startParts(components: NetworkPartsComponents, init: NetworkPartsInit): Promise<NetworkParts> {
  const { table, refusals, log } = components
  const assembled = await components.assemble({
    privateKey: importPrivateKey(init.privateKey),
    version: init.version,
    gater: refusals.gater(),
    logger: libp2pLogger(log),
    log,
    onPing: (connection) => table.trafficOf(connection)?.sign(),
  })
  const parts = makeParts(assembled, components, init)
  listen(parts, components)
  renewToldAddresses(parts.libp2p.peerStore, parts.libp2p.peerId)
  await parts.libp2p.start()
  await keepOwnAddresses(parts.libp2p)
  await parts.peerNats.start()
  return parts
}

// libp2p does this a second after it listens; whoever asked a keeper until then was told of nobody where the keeper itself
// is the holder, for its DHT takes the addresses from the peer store.
async function keepOwnAddresses(libp2p: Libp2p): Promise<void> {
  await libp2p.peerStore.patch(libp2p.peerId, { multiaddrs: libp2p.getMultiaddrs() })
}

function makeParts(assembled: Assembled, components: NetworkPartsComponents, init: NetworkPartsInit): NetworkParts {
  const { libp2p, reachableBy, probeNat } = assembled
  const { table, refusals, log, onStatusChange } = components
  const servers = (): Connection[] => table.speakersOf(KAD_PROTOCOL)
  const { discovery } = libp2p.services
  const memory = new UpgradeMemory({ log })
  const unreached = new Unreached()
  const nat = new NatWatch({ probe: probeNat, log, onChange: onStatusChange })
  const upgradeProtocol = UPGRADE_PROTOCOLS[reachableBy]
  const isHopeless = (): boolean => nat.status.kind === 'udp-blocked'
  const usesWebRtc = reachableBy === 'webrtc'
  const dialer = new DirectDialer({ libp2p, table, memory, unreached, usesWebRtc }, init.dialer)
  const isExcluded = (peer: PeerKey): boolean => refusals.has(peer)
  const provided = new Provided({ discovery, servers, isDialable: () => libp2p.getMultiaddrs().length > 0, log })
  return {
    libp2p,
    reachableBy,
    memory,
    nat,
    unreached,
    servers,
    dialer,
    peerNats: new PeerNats({ libp2p, table, memory, ownNat: () => nat.status, log }),
    canUpgrade: (peer) => (upgradeProtocol === undefined ? false : table.speaks(peer, upgradeProtocol)),
    provided,
    upgrade: new DirectUpgrade({ libp2p, table, memory, log }, init.upgrade),
    relayed: new RelayedContent(
      { libp2p, table, memory, log, upgradeProtocol, isHopeless },
      { ...RELAYED_PATIENCE[reachableBy], ...init.relayed },
    ),
    regain: new Regain({ libp2p, dialer, table, isExcluded, log }, init.regain),
    ...makeKeepers(assembled, components, { init, provided }),
    socketCount: () => socketCount(libp2p),
  }
}

function makeKeepers(
  { libp2p, reachableBy }: Assembled,
  { table, refusals, log, onStatusChange }: NetworkPartsComponents,
  { init, provided }: { init: NetworkPartsInit; provided: Provided },
): Pick<NetworkParts, 'keepers' | 'scout'> {
  const { reservations } = libp2p.services
  const onChange = (): void => {
    onStatusChange()
    scout.look()
  }
  const keepers = new Keepers(
    { libp2p, table, reservations, log, onChange, onReserved: () => void provided.tellAll() },
    { addresses: init.keepers, backoff: init.keeperBackoff },
  )
  const scout = new RelayScout({
    keepers,
    table,
    isExcluded: (peer) => refusals.has(peer),
    // Whoever can be dialled needs no relay, and a relay must not wait behind another.
    isNeeded: () => reachableBy !== 'none' && socketCount(libp2p) === 0,
  })
  return { keepers, scout }
}

function socketCount(libp2p: Libp2p): number {
  return libp2p.getMultiaddrs().filter((address) => relayOf(address) === undefined).length
}

/** Ends everything that `startParts` has started. */
export async function stopParts(parts: NetworkParts): Promise<void> {
  const { keepers, upgrade, regain, relayed, nat, peerNats, provided, libp2p } = parts
  for (const part of [keepers, upgrade, regain, relayed, nat, peerNats, provided]) part.stop()
  await libp2p.stop()
}

/** The device is in another network, or awake again: what was found out of the old one is forgotten, and all is tried anew. */
export function networkChanged({ keepers, memory, nat, regain }: NetworkParts, table: Pick<PeerTable, 'hurry'>): void {
  keepers.retryNow()
  memory.reset()
  nat.changed()
  regain.retryNow()
  table.hurry()
}

function listen(parts: NetworkParts, { table, onStatusChange }: NetworkPartsComponents): void {
  const { libp2p, reachableBy, upgrade, relayed, regain, scout } = parts
  libp2p.addEventListener('connection:open', ({ detail: connection }) => {
    table.opened(connection)
    relayed.opened(connection)
    if (reachableBy === 'webrtc') upgrade.opened(connection)
  })
  libp2p.addEventListener('connection:close', ({ detail: connection }) => {
    // First, so that whoever hears of the peer’s end can have it dialled where it was.
    regain.closed(connection)
    table.closed(connection)
  })
  libp2p.addEventListener('peer:identify', ({ detail }) => {
    table.identified(detail)
    scout.look()
  })
  libp2p.addEventListener('transport:listening', onStatusChange)
  libp2p.addEventListener('transport:close', onStatusChange)
}
