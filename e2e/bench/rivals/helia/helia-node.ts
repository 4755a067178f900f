/**
 * Helia in a page: bitswap over the WebRTC transport that Quire uses, blocks and keys in IndexedDB.
 *
 * Transports, muxers and bitswap are Helia’s browser defaults. Left out is what would reach for the internet (bootstrap
 * peers, DHT, delegated routing, gateways): peers are told of each other, as in the other contestants.
 */
import { withBitswap } from '@helia/bitswap'
import { type CreateLibp2pOptions, type HeliaWithLibp2p, withLibp2p } from '@helia/libp2p'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify, identifyPush } from '@libp2p/identify'
import { webRTC } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { IDBBlockstore } from 'blockstore-idb'
import { IDBDatastore } from 'datastore-idb'
import { createHeliaLight } from 'helia'
import type { PageConfig } from '../../pages/contestant.ts'

const BLOCKS = 'helia-blocks'
const DATA = 'helia-data'
/** A dial that works takes 0.3 s; some wait for ever for a channel that is gone (js-libp2p, @libp2p/webrtc 6.0.33). */
const DIAL_TIMEOUT_MS = 5_000
const DIAL_ATTEMPTS = 4

/** One node’s life, from empty stores to removed ones. */
export class HeliaNode {
  readonly helia: HeliaWithLibp2p<Record<string, unknown>>
  readonly #blocks: IDBBlockstore
  readonly #data: IDBDatastore

  private constructor(parts: { helia: HeliaNode['helia']; blocks: IDBBlockstore; data: IDBDatastore }) {
    this.helia = parts.helia
    this.#blocks = parts.blocks
    this.#data = parts.data
  }

  static async start(config: PageConfig): Promise<HeliaNode> {
    const blocks = new IDBBlockstore(BLOCKS)
    const data = new IDBDatastore(DATA)
    await Promise.all([blocks.open(), data.open()])
    const helia = await withBitswap(
      withLibp2p(createHeliaLight({ blockstore: blocks, datastore: data }), libp2pOptions()),
    ).start()
    const node = new HeliaNode({ helia, blocks, data })
    // Not before the start: bitswap would take the relay for a peer of its own and ask it, in vain, for each block.
    await helia.libp2p.dial(multiaddr(config.relay))
    await node.#untilReachable()
    return node
  }

  /** Where others dial this page: directly, after an introduction through the relay. */
  get address(): Multiaddr {
    const address = this.helia.libp2p.getMultiaddrs().find((each) => each.toString().includes('/p2p-circuit/webrtc/'))
    if (address === undefined) throw new Error('Helia has no address behind the relay.')
    return address
  }

  /** Resolves when there is a direct connection. */
  async connect(address: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.helia.libp2p.dial(multiaddr(address), { signal: AbortSignal.timeout(DIAL_TIMEOUT_MS) })
        return
      } catch (err) {
        if (attempt === DIAL_ATTEMPTS) throw err
      }
    }
  }

  async destroy(): Promise<void> {
    await this.helia.stop()
    await Promise.all([this.#blocks.close(), this.#data.close()])
    await Promise.all([this.#blocks.destroy(), this.#data.destroy()])
  }

  async #untilReachable(): Promise<void> {
    const { libp2p } = this.helia
    const isReachable = (): boolean => libp2p.getMultiaddrs().some((each) => each.toString().includes('/webrtc/'))
    const { promise, resolve } = Promise.withResolvers<void>()
    const check = (): void => void (isReachable() && resolve())
    libp2p.addEventListener('self:peer:update', check)
    check()
    await promise
    libp2p.removeEventListener('self:peer:update', check)
  }
}

function libp2pOptions(): CreateLibp2pOptions {
  return {
    addresses: { listen: ['/p2p-circuit', '/webrtc'] },
    // No STUN server: all pages are on one machine.
    transports: [circuitRelayTransport(), webRTC({ rtcConfiguration: { iceServers: [] } }), webSockets()],
    // A browser’s default refuses the relay, which is on this machine and without TLS.
    connectionGater: { denyDialMultiaddr: () => false },
    // On a busy line a ping takes too long now and then; bitswap does not ask again after the connection was cut for it.
    connectionMonitor: { abortConnectionOnPingFailure: false },
    peerDiscovery: [],
    services: { identify: identify(), identifyPush: identifyPush() },
  }
}
