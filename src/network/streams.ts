/** Our own protocols’ streams: opened and answered over direct connections alone, and counted. */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { QuireError } from '../errors.ts'
import { peerKeyOf } from './peer-identity.ts'
import type { PeerTable } from './peer-table.ts'
import { meter } from './traffic.ts'

export type StreamHandler = (stream: Stream, peer: PeerKey) => void

export interface StreamsComponents {
  readonly table: Pick<PeerTable, 'directConnection' | 'trafficOf'>
  /** Aborts when the network stops. */
  readonly stopped: AbortSignal
}

const OPEN_TIMEOUT_MS = 10_000

export class Streams {
  readonly #table: StreamsComponents['table']
  readonly #stopped: AbortSignal
  readonly #handlers = new Map<string, StreamHandler>()
  #libp2p: Pick<Libp2p, 'handle' | 'unhandle'> | undefined

  constructor({ table, stopped }: StreamsComponents) {
    this.#table = table
    this.#stopped = stopped
  }

  /** Begins to answer what `handle` has noted so far. */
  async start(libp2p: Pick<Libp2p, 'handle' | 'unhandle'>): Promise<void> {
    this.#libp2p = libp2p
    for (const protocol of this.#handlers.keys()) await this.#answer(libp2p, protocol)
  }

  async handle(protocol: string, handler: StreamHandler): Promise<void> {
    const isNew = !this.#handlers.has(protocol)
    this.#handlers.set(protocol, handler)
    if (isNew && this.#libp2p !== undefined) await this.#answer(this.#libp2p, protocol)
  }

  async unhandle(protocol: string): Promise<void> {
    if (this.#handlers.delete(protocol)) await this.#libp2p?.unhandle(protocol)
  }

  /** As `QuireNetwork.openStream`. */
  async open(peer: PeerKey, protocol: string, signal?: AbortSignal): Promise<Stream> {
    const details = { peer, protocol }
    const connection = this.#table.directConnection(peer)
    if (connection === undefined) {
      throw new QuireError('ERR_PEER_NOT_CONNECTED', 'There is no direct connection to this peer.', { details })
    }
    const timeout = AbortSignal.timeout(OPEN_TIMEOUT_MS)
    const signals = [timeout, this.#stopped, ...(signal === undefined ? [] : [signal])]
    try {
      const stream = await connection.newStream(protocol, { signal: AbortSignal.any(signals) })
      this.#meter(stream, connection)
      return stream
    } catch (cause) {
      signal?.throwIfAborted()
      this.#stopped.throwIfAborted()
      if (timeout.aborted) throw new QuireError('ERR_PEER_TIMEOUT', 'The peer did not answer.', { cause, details })
      throw new QuireError('ERR_PEER_NOT_CONNECTED', 'The peer opened no stream.', { cause, details })
    }
  }

  async #answer(libp2p: Pick<Libp2p, 'handle'>, protocol: string): Promise<void> {
    await libp2p.handle(protocol, (stream, connection) => {
      const handler = this.#handlers.get(protocol)
      // libp2p itself refuses on connections with limits; a relay need not set any.
      if (handler === undefined || !connection.direct) {
        stream.abort(new QuireError('ERR_PEER_NOT_CONNECTED', 'Content goes over direct connections alone.'))
        return
      }
      this.#meter(stream, connection)
      handler(stream, peerKeyOf(connection.remotePeer))
    })
  }

  #meter(stream: Stream, connection: Connection): void {
    const traffic = this.#table.trafficOf(connection)
    if (traffic !== undefined) meter(stream, traffic)
  }
}
