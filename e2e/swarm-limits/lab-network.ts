/** Servers of one DHT in this process, each connected to the others as their routing tables want it. */
import { manifestCidFromDigest, type ManifestCid } from '../../src/codec/cid.ts'
import { SeededRandom } from '../swarm/seeded-random.ts'
import { type LabNode, type LabNodeInit, startLabNode } from './lab-node.ts'

export interface LabNetworkInit {
  readonly servers: number
  readonly kad?: LabNodeInit['kad']
  /** Told what is under way. */
  readonly log?: (text: string) => void
}

// Lookups of each node that joins, until its table is as full as it gets.
const SETTLING_LOOKUPS = 2
// What a node does next, having read a message, is to be seen by nobody: it is quiet when nobody sent for so many looks.
const QUIET_LOOKS = 5
const LOOK_INTERVAL_MS = 20

export class LabNetwork {
  readonly #init: LabNetworkInit
  readonly #random = new SeededRandom(1)
  readonly #nodes: LabNode[] = []

  constructor(init: LabNetworkInit) {
    this.#init = init
  }

  get servers(): readonly LabNode[] {
    return this.#nodes.slice(0, this.#init.servers)
  }

  /** Starts the servers, one after another, and lets each get to know the others. */
  async start(): Promise<void> {
    const { servers, log = () => undefined } = this.#init
    for (let count = 1; count <= servers; count++) {
      await this.#join({ mode: 'server' })
      if (count % 10 === 0) log(`${count} servers`)
    }
    for (const [place, node] of this.servers.entries()) {
      await this.#settle(node)
      if ((place + 1) % 10 === 0) log(`${place + 1} servers know the others`)
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map(async (node) => node.libp2p.stop()))
  }

  /** A new client that knows the network as well as it can. */
  async client(kad: LabNodeInit['kad'] = {}): Promise<LabNode> {
    const client = await this.#join({ mode: 'client', kad })
    await this.#settle(client)
    return client
  }

  /** A node with no connection. */
  async add(init: LabNodeInit): Promise<LabNode> {
    const node = await startLabNode({ ...init, kad: { ...this.#init.kad, ...init.kad } })
    this.#nodes.push(node)
    return node
  }

  /** The same sequence in every network. */
  newCid(): ManifestCid {
    return manifestCidFromDigest(this.newKey())
  }

  newKey(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length: 32 }, () => this.#random.next() * 256)
  }

  /** Inside the streams of Kademlia, by all nodes. */
  messageBytes(): number {
    return this.#nodes.reduce((sum, { meter }) => sum + meter.messageBytes, 0)
  }

  /** By all nodes. */
  sentBytes(): number {
    return this.#nodes.reduce((sum, { meter }) => sum + meter.sentBytes, 0)
  }

  /** Resolves when no stream and no dial is under way, and nobody has sent for a while. */
  async untilQuiet(): Promise<void> {
    let [sent, looks] = [this.sentBytes(), 0]
    while (looks < QUIET_LOOKS) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS))
      const now = this.sentBytes()
      looks = now === sent && this.#nodes.every(isIdle) ? looks + 1 : 0
      sent = now
    }
  }

  async #join(init: LabNodeInit): Promise<LabNode> {
    const node = await this.add(init)
    const [first] = this.#nodes
    if (first === undefined || first === node) return node
    await node.libp2p.dial(first.libp2p.getMultiaddrs())
    // Both say what they speak before either looks around.
    await this.untilQuiet()
    return node
  }

  async #settle(node: LabNode): Promise<void> {
    for (let i = 0; i < SETTLING_LOOKUPS; i++) {
      await drain(node.dht.getClosestPeers(this.newKey()))
    }
    await this.untilQuiet()
  }
}

function isIdle({ libp2p }: LabNode): boolean {
  return libp2p.getDialQueue().length === 0 && libp2p.getConnections().every(({ streams }) => streams.length === 0)
}

/** Runs a query to its end. */
export async function drain(events: AsyncIterable<unknown>): Promise<void> {
  const iterator = events[Symbol.asyncIterator]()
  while ((await iterator.next()).done !== true);
}
