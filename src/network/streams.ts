/** Our own protocols’ streams: opened and answered over direct connections alone, and counted. */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import type { PeerKey } from '../codec/peer-key.ts'
import { isQuireError, QuireError } from '../errors.ts'
import { asError } from './failure.ts'
import { closeWith, FurtherConnections } from './further-connections.ts'
import { peerKeyOf } from './peer-identity.ts'
import type { PeerTable } from './peer-table.ts'
import { meter } from './traffic.ts'

export type StreamHandler = (stream: Stream, peer: PeerKey) => void

export interface OpenStreamOptions {
  readonly signal?: AbortSignal | undefined
  /** `own`: over a further connection, made for this stream and closed with it. WebRTC only. */
  readonly connection?: 'shared' | 'own' | undefined
}

type StreamsLibp2p = Pick<Libp2p, 'handle' | 'unhandle' | 'dial'>

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
  #libp2p: StreamsLibp2p | undefined
  #further: FurtherConnections | undefined

  constructor({ table, stopped }: StreamsComponents) {
    this.#table = table
    this.#stopped = stopped
  }

  /** Begins to answer what `handle` has noted so far. */
  async start(libp2p: StreamsLibp2p): Promise<void> {
    this.#libp2p = libp2p
    this.#further = new FurtherConnections({ libp2p, table: this.#table })
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
  async open(peer: PeerKey, protocol: string, options: OpenStreamOptions = {}): Promise<Stream> {
    const details = { peer, protocol }
    const timeout = AbortSignal.timeout(OPEN_TIMEOUT_MS)
    const signals = [timeout, this.#stopped, ...(options.signal === undefined ? [] : [options.signal])]
    try {
      return await this.#open({ peer, protocol, isOwn: options.connection === 'own' }, AbortSignal.any(signals))
    } catch (cause) {
      options.signal?.throwIfAborted()
      this.#stopped.throwIfAborted()
      if (timeout.aborted) throw new QuireError('ERR_PEER_TIMEOUT', 'The peer did not answer.', { cause, details })
      if (isQuireError(cause)) throw cause
      throw new QuireError('ERR_PEER_NOT_CONNECTED', 'The peer opened no stream.', { cause, details })
    }
  }

  async #open(init: { peer: PeerKey; protocol: string; isOwn: boolean }, signal: AbortSignal): Promise<Stream> {
    const { peer, protocol, isOwn } = init
    const connection = isOwn ? await this.#further?.open(peer, signal) : this.#table.directConnection(peer)
    if (connection === undefined) {
      const details = { peer, protocol }
      throw new QuireError('ERR_PEER_NOT_CONNECTED', 'There is no direct connection to this peer.', { details })
    }
    try {
      const stream = await connection.newStream(protocol, { signal })
      this.#meter(stream, connection)
      if (isOwn) closeWith(stream, connection)
      return stream
    } catch (error) {
      if (isOwn) connection.abort(asError(error))
      throw error
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
