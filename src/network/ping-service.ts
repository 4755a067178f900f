/**
 * Answers pings (`/ipfs/ping/1.0.0`): echoes what comes, for as long as it comes.
 *
 * In place of `@libp2p/ping`, whose answering side resets each stream ten seconds after it was opened, used or not: one
 * lasting stream for a heartbeat would not last. Source of the protocol: libp2p specs, ping/ping.md.
 */
import { type Connection, isPeerId, serviceCapabilities, type Stream } from '@libp2p/interface'
import type { Ping, PingComponents } from '@libp2p/ping'
import { QuireError } from '../errors.ts'
import { asError } from './failure.ts'
import { within } from './waiting.ts'

export const PING_PROTOCOL = '/ipfs/ping/1.0.0'
export const PING_BYTES = 32

// One for the heartbeat, one for the DHT’s check of a contact, and as many again while old ones close.
const MAX_STREAMS = 4
const PING_TIMEOUT_MS = 10_000

export interface PingServiceInit {
  /** Called with each ping that arrives: the other side lives. */
  readonly onPing?: (connection: Connection) => void
}

export class PingService implements Ping {
  readonly [serviceCapabilities]: string[] = ['@libp2p/ping']
  readonly #components: PingComponents
  readonly #onPing: (connection: Connection) => void

  constructor(components: PingComponents, init: PingServiceInit = {}) {
    this.#components = components
    this.#onPing = init.onPing ?? (() => undefined)
  }

  async start(): Promise<void> {
    await this.#components.registrar.handle(PING_PROTOCOL, (stream, connection) => this.#echo(stream, connection), {
      maxInboundStreams: MAX_STREAMS,
      maxOutboundStreams: MAX_STREAMS,
      runOnLimitedConnection: true,
    })
  }

  async stop(): Promise<void> {
    await this.#components.registrar.unhandle(PING_PROTOCOL)
  }

  /**
   * One ping on a stream of its own, in milliseconds.
   *
   * Errors: `ERR_PEER_NOT_CONNECTED` (through a relay alone), `ERR_PEER_TIMEOUT`, and libp2p’s own where it cannot connect. It
   * is Kademlia that asks, before it takes a peer for a server: whoever is behind a relay is none, and libp2p would dial another
   * circuit for each question.
   */
  async ping(...[peer, options = {}]: Parameters<Ping['ping']>): Promise<number> {
    const connections = isPeerId(peer) ? this.#components.connectionManager.getConnections(peer) : []
    if (connections.length > 0 && connections.every(({ direct }) => !direct)) {
      throw new QuireError('ERR_PEER_NOT_CONNECTED', 'The peer is connected through a relay alone.')
    }
    const signal = within(PING_TIMEOUT_MS, options.signal)
    const stream = await this.#components.connectionManager.openStream(peer, PING_PROTOCOL, {
      ...options,
      signal,
      runOnLimitedConnection: true,
    })
    const startMs = performance.now()
    stream.send(crypto.getRandomValues(new Uint8Array(PING_BYTES)))
    try {
      await receive(stream, PING_BYTES, signal)
      return performance.now() - startMs
    } finally {
      // The answer is here or never comes; a stream that does not close in peace is reset.
      stream.close({ signal }).catch((error: unknown) => stream.abort(asError(error)))
    }
  }

  #echo(stream: Stream, connection: Connection): void {
    stream.addEventListener('message', ({ data }) => {
      this.#onPing(connection)
      if (stream.writeStatus !== 'writable' || stream.send(data)) return
      // They send faster than they read: take no more until our answers went out.
      if (stream.readStatus !== 'readable') return
      stream.pause()
      stream.onDrain().then(
        () => stream.readStatus === 'paused' && stream.resume(),
        () => undefined, // Closed meanwhile: nothing to resume.
      )
    })
    stream.addEventListener('remoteCloseWrite', () => {
      stream.close().catch((error: unknown) => stream.abort(asError(error)))
    })
  }
}

function receive(stream: Stream, sizeBytes: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let missingBytes = sizeBytes
    const fail = (cause: unknown): void =>
      reject(new QuireError('ERR_PEER_TIMEOUT', 'The peer did not answer a ping.', { cause }))
    signal.addEventListener('abort', () => fail(signal.reason), { once: true })
    stream.addEventListener('close', ({ error }) => fail(error), { once: true })
    stream.addEventListener('message', ({ data }) => {
      missingBytes -= data.byteLength
      if (missingBytes <= 0) resolve()
    })
  })
}
