/** Real networks on the loopback, for tests: started for one test, stopped after it. */
import type { CircuitRelayServerInit } from '@libp2p/circuit-relay-v2'
import { onTestFinished } from 'vitest'
import type { PeerKey } from '../../codec/peer-key.ts'
import type { NetworkStatus, QuireNetworkInit } from '../network-init.ts'
import { type NodeAssemblyInit, nodeAssembly } from '../node-libp2p.ts'
import type { NetworkLog } from '../network-log.ts'
import type { OnlineSource } from '../online.ts'
import { generatePrivateKey } from '../peer-identity.ts'
import type { PeerChange } from '../peer-table.ts'
import { QuireNetwork } from '../quire-network.ts'

export type FixtureInit = Partial<QuireNetworkInit> & {
  readonly node?: NodeAssemblyInit
  readonly online?: OnlineSource
  readonly log?: NetworkLog
}

/** Pauses that a test does not notice. */
const QUICK_BACKOFF = { firstMs: 20, maxMs: 60, jitter: 0 }

/** A started network without listeners, unless `node` gives some. */
export async function startNetwork({ node, online, log, ...init }: FixtureInit = {}): Promise<QuireNetwork> {
  const network = new QuireNetwork(
    {
      assemble: nodeAssembly(node),
      ...(online === undefined ? {} : { online }),
      ...(log === undefined ? {} : { log }),
    },
    { privateKey: await generatePrivateKey(), version: '0.0.0', keeperBackoff: QUICK_BACKOFF, ...init },
  )
  onTestFinished(() => network.stop())
  await network.start()
  return network
}

/** A keeper’s network: relay and Kademlia server on a WebSocket. */
export function startKeeper(
  init: FixtureInit & { port?: number; relay?: CircuitRelayServerInit } = {},
): Promise<QuireNetwork> {
  const { port = 0, relay = {}, ...rest } = init
  const connectionManager = { inboundConnectionThreshold: 1000 }
  const listen = [`/ip4/127.0.0.1/tcp/${port}/ws`]
  return startNetwork({ ...rest, node: { listen, relay, kademlia: 'server', connectionManager } })
}

/** The first address of a network, with its peer id. */
export function addressOf(network: QuireNetwork): string {
  const [address] = network.status().addresses
  if (address === undefined) throw new Error('The network listens nowhere.')
  return address
}

/** The TCP port of an address. */
export function portOf(address: string): number {
  return Number(/\/tcp\/(\d+)/.exec(address)?.[1])
}

/** Resolves when a network’s status is as wanted, now or later. */
export function untilStatus(
  network: QuireNetwork,
  isWanted: (status: NetworkStatus) => boolean,
): Promise<NetworkStatus> {
  return new Promise((resolve) => {
    const check = (): void => {
      const status = network.status()
      if (!isWanted(status)) return
      unsubscribe()
      resolve(status)
    }
    const unsubscribe = network.onStatusChange(check)
    check()
  })
}

/** Resolves when a network can be reached through a relay. */
export function untilReserved(network: QuireNetwork): Promise<NetworkStatus> {
  return untilStatus(network, ({ reachability }) => reachability.state === 'reachable' && reachability.relays > 0)
}

/** Resolves with the next change of a kind. */
export function nextChange(network: QuireNetwork, type: PeerChange['type'], peer?: PeerKey): Promise<PeerChange> {
  return new Promise((resolve) => {
    const unsubscribe = network.onPeerChange((change) => {
      if (change.type !== type || (peer !== undefined && change.peer !== peer)) return
      unsubscribe()
      resolve(change)
    })
  })
}
