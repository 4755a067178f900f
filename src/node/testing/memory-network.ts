import type { MemoryHub, MemoryNode } from '../../exchange/testing/memory-network.ts'
import type { PeerKey } from '../../exchange/network-port.ts'
import { QuireError } from '../../errors.ts'
import { UNKNOWN_NAT } from '../../network/nat-kind.ts'
import { createMemoryBlockStore } from '../../store/memory-block-store.ts'
import type { SettingsStore } from '../../store/settings-store.ts'
import type { BlockStore } from '../../store/block-store.ts'
import { assembleNode } from '../assemble-node.ts'
import type { NetworkStatus, NodeNetwork } from '../node-parts.ts'
import type { QuireNode } from '../quire-node.ts'
import type { QuireNodeInit } from '../quire-node-init.ts'

type Reachability = NetworkStatus['reachability']

/** The parts of a network that the exchange does not see, over one node of a `MemoryHub`. */
export class MemoryNodeNetwork {
  readonly provided: string[] = []
  readonly unprovided: string[] = []
  readonly connectedTo: string[][] = []
  provideError: Error | undefined
  reachability: Reachability = { state: 'reachable', relays: 1 }
  readonly #hub: MemoryHub
  readonly #node: MemoryNode
  readonly #listeners = new Set<() => void>()

  constructor(hub: MemoryHub, node: MemoryNode) {
    this.#hub = hub
    this.#node = node
  }

  setReachability(reachability: Reachability): void {
    this.reachability = reachability
    for (const listener of this.#listeners) listener()
  }

  /** What `assembleNode` takes. */
  network(): NodeNetwork & MemoryNode {
    const provide = this.#node.provide.bind(this.#node)
    return Object.assign(this.#node, {
      peerId: this.#node.peer,
      start: async () => undefined,
      stop: async () => undefined,
      status: () => this.#status(),
      onStatusChange: (listener: () => void) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
      connect: (addresses: readonly string[]) => this.#connect(addresses),
      provide: async (cid: Parameters<typeof provide>[0]) => {
        if (this.provideError !== undefined) throw this.provideError
        this.provided.push(cid.toString())
        await provide(cid)
      },
      unprovide: async (cid: { toString(): string }) => void this.unprovided.push(cid.toString()),
      shareAddresses: () => [`/memory/${this.#node.peer}`],
      reconnect: async () => undefined,
      checkNat: async () => UNKNOWN_NAT,
    })
  }

  #status(): NetworkStatus {
    return {
      peerId: this.#node.peer,
      reachability: this.reachability,
      addresses: [],
      peers: [],
      relays: [],
      nat: UNKNOWN_NAT,
      announcing: { wantedCount: this.provided.length, announcedCount: this.provided.length, maxCount: 1_000 },
      unreached: [],
      dropped: [],
    }
  }

  async #connect(addresses: readonly string[]): Promise<PeerKey[]> {
    this.connectedTo.push([...addresses])
    // The double’s addresses are “/memory/<peer>”; the hub checks that there is such a peer.
    const peers = addresses.map((address) => address.replace('/memory/', '') as PeerKey)
    const known = peers.flatMap((peer) => this.#hub.node(peer) ?? [])
    for (const remote of known) this.#hub.connect(this.#node, remote)
    if (known.length === 0) throw new QuireError('ERR_DIAL_FAILED', 'No device that the link names can be reached.')
    return known.map(({ peer }) => peer)
  }
}

export interface TestNode {
  readonly node: QuireNode
  readonly network: MemoryNodeNetwork
  readonly exchangeNode: MemoryNode
  readonly store: BlockStore
  readonly logged: string[]
}

/** A whole node on a hub, not started. */
export async function createTestNode(
  hub: MemoryHub,
  name: string,
  init: QuireNodeInit & { store?: BlockStore; settings?: SettingsStore } = {},
): Promise<TestNode> {
  const { store = createMemoryBlockStore(), settings, ...nodeInit } = init
  const exchangeNode = hub.addNode(name)
  const network = new MemoryNodeNetwork(hub, exchangeNode)
  const logged: string[] = []
  const log = (_level: string, event: string): void => void logged.push(event)
  const node = await assembleNode({ store, network: network.network(), settings, log }, nodeInit)
  return { node, network, exchangeNode, store, logged }
}
