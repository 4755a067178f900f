import type { MultiaddrConnection, Stream } from '@libp2p/interface'
import { KAD_PROTOCOL } from '../../src/network/discovery.ts'
import { meter, Traffic } from '../../src/network/traffic.ts'
import { SilentMetrics } from './silent-metrics.ts'

/**
 * Counts what a libp2p node sends, through its metrics port.
 *
 * What it receives is what others send: bytes that a protocol reads too far are given back to the connection (libp2p
 * 3.3.11), and would be counted twice.
 */
export class WireMeter extends SilentMetrics {
  readonly #wire = new Traffic()
  readonly #kademlia = new Traffic()
  readonly #streams = new Map<string, number>()
  #connections = 0

  /** Below Noise and Yamux: what a socket carries. */
  get sentBytes(): number {
    return this.#wire.sentBytes
  }

  /** Inside the streams of Kademlia: messages with their length. */
  get messageBytes(): number {
    return this.#kademlia.sentBytes
  }

  /** Opened by either side. */
  get connections(): number {
    return this.#connections
  }

  /** Streams that this node opened, by protocol. */
  opened(protocol: string): number {
    return this.#streams.get(protocol) ?? 0
  }

  override trackMultiaddrConnection(connection: MultiaddrConnection): void {
    this.#connections++
    meter(connection, this.#wire)
  }

  override trackProtocolStream(stream: Stream): void {
    if (stream.protocol === KAD_PROTOCOL) meter(stream, this.#kademlia)
    if (stream.direction === 'outbound') this.#streams.set(stream.protocol, this.opened(stream.protocol) + 1)
  }
}
