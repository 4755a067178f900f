/** Our own protocols’ streams: opened over the connection that content goes over, answered, and counted. */
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
  readonly table: Pick<PeerTable, 'directConnection' | 'contentConnection' | 'trafficOf'>
  /** Called with each relayed connection over which a peer opens a stream of ours, before its handler. */
  readonly onRelayed: (connection: Connection) => void
  /** Aborts when the network stops. */
  readonly stopped: AbortSignal
}

const OPEN_TIMEOUT_MS = 10_000

export class Streams {
  readonly #table: StreamsComponents['table']
  readonly #stopped: AbortSignal
  readonly #onRelayed: StreamsComponents['onRelayed']
  readonly #handlers = new Map<string, StreamHandler>()
  #libp2p: StreamsLibp2p | undefined
  #further: FurtherConnections | undefined

  constructor({ table, stopped, onRelayed }: StreamsComponents) {
    this.#table = table
    this.#onRelayed = onRelayed
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
    const connection = isOwn ? await this.#further?.open(peer, signal) : this.#table.contentConnection(peer)
    if (connection === undefined) {
      const details = { peer, protocol }
      throw new QuireError('ERR_PEER_NOT_CONNECTED', 'There is no connection to this peer that carries content.', {
        details,
      })
    }
    try {
      const stream = await connection.newStream(protocol, { signal, runOnLimitedConnection: true })
      this.#meter(stream, connection)
      if (isOwn) closeWith(stream, connection)
      return stream
    } catch (error) {
      if (isOwn) connection.abort(asError(error))
      throw error
    }
  }

  async #answer(libp2p: Pick<Libp2p, 'handle'>, protocol: string): Promise<void> {
    const answer: Parameters<Libp2p['handle']>[1] = (stream, connection) => {
      const handler = this.#handlers.get(protocol)
      if (handler === undefined) {
        stream.abort(new QuireError('ERR_PEER_NOT_CONNECTED', 'The protocol is no longer answered.'))
        return
      }
      this.#meter(stream, connection)
      if (!connection.direct) this.#onRelayed(connection)
      handler(stream, peerKeyOf(connection.remotePeer))
    }
    await libp2p.handle(protocol, answer, { runOnLimitedConnection: true })
  }

  #meter(stream: Stream, connection: Connection): void {
    const traffic = this.#table.trafficOf(connection)
    if (traffic !== undefined) meter(stream, traffic)
  }
}
