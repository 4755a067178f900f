/**
 * The keeper’s relay: circuit relay v2, the server’s side.
 *
 *   HOP reserve ─▶ ReservationTable ─▶ addresses of this relay, signed voucher, limits
 *   HOP connect ─▶ CircuitPlaces ─▶ STOP connect to who waits ─▶ Circuit (limits, RelayRate)
 *
 * Own code, since `@libp2p/circuit-relay-v2` 4.2.13 buffers without end what a slow receiver does not take, tells clients
 * its milliseconds as seconds, keeps the places of those who left, and knows no limit for all circuits together.
 */
import type { Connection, ConnectionGater, PeerId, PrivateKey, Stream, StreamHandler } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { systemClock } from '../../exchange/clock.ts'
import { TokenBucket, type TokenBucketInit } from '../../exchange/token-bucket.ts'
import type { KeeperLog } from '../log.ts'
import { type RelayLimits, RESERVATION_LIFE_MS } from '../relay-limits.ts'
import { Circuit } from './circuit.ts'
import { CircuitPlaces, MAX_HOP_STREAMS } from './circuit-places.ts'
import {
  decodeHopRequest,
  encodeHopReply,
  HOP_PROTOCOL,
  type HopReply,
  MAX_RELAY_MESSAGE_BYTES,
  STATUS,
  type Status,
} from './messages.ts'
import { RelayCounters, type RelayCounts } from './relay-counters.ts'
import { RelayRate } from './relay-rate.ts'
import { ReservationTable } from './reservation-table.ts'
import { dialWaiting } from './stop-dial.ts'
import { sealVoucher } from './voucher.ts'

/** What the relay needs of libp2p, which gives it to each service. */
export interface RelayComponents {
  readonly peerId: PeerId
  readonly privateKey: PrivateKey
  readonly connectionGater: ConnectionGater
  readonly registrar: {
    handle(
      protocol: string,
      handler: StreamHandler,
      options: { maxInboundStreams: number; runOnLimitedConnection: boolean },
    ): Promise<void>
    unhandle(protocol: string): Promise<void>
  }
  readonly addressManager: { getAddresses(): Multiaddr[] }
  readonly connectionManager: { getConnections(peer: PeerId): Connection[] }
  readonly peerStore: {
    merge(peer: PeerId, data: { tags: Record<string, { value: number; ttl: number }> }): Promise<unknown>
  }
  readonly events: {
    addEventListener(type: 'peer:disconnect', listener: (event: CustomEvent<PeerId>) => void): void
    removeEventListener(type: 'peer:disconnect', listener: (event: CustomEvent<PeerId>) => void): void
  }
}

export interface RelayServerInit {
  readonly limits: RelayLimits
  readonly log: KeeperLog
  /** What one connection may ask for. */
  readonly requests?: TokenBucketInit
}

const HANDSHAKE_TIMEOUT_MS = 15_000
/** Of one connection: each reservation is a signature; a browser asks for one in half an hour, and for a few circuits. */
const DEFAULT_REQUESTS: TokenBucketInit = { perSecond: 4, burst: 64 }
/** Connections of those who wait are the last that libp2p closes for want of room. */
const WAITING_TAG = 'circuit-relay-source'

export class RelayServer {
  readonly #components: RelayComponents
  readonly #limits: RelayLimits
  readonly #log: KeeperLog
  readonly #reservations: ReservationTable
  readonly #places = new CircuitPlaces()
  readonly #rate: RelayRate
  readonly #counters = new RelayCounters()
  readonly #circuits = new Set<Circuit>()
  readonly #requests: TokenBucketInit
  readonly #allowances = new WeakMap<Connection, TokenBucket>()

  constructor(components: RelayComponents, { limits, log, requests = DEFAULT_REQUESTS }: RelayServerInit) {
    this.#requests = requests
    this.#components = components
    this.#limits = limits
    this.#log = log
    this.#reservations = new ReservationTable({ maxCount: limits.maxReservations, lifeMs: RESERVATION_LIFE_MS })
    this.#rate = new RelayRate(systemClock, limits.bytesPerSecond)
  }

  /** Peers that may wait behind this relay now. */
  get reservationCount(): number {
    return this.#reservations.size
  }

  counts(): RelayCounts {
    return this.#counters.counts({ openCircuits: this.#circuits.size, waiting: this.#rate.waitingCount })
  }

  async start(): Promise<void> {
    const { registrar, events } = this.#components
    events.addEventListener('peer:disconnect', this.#onDisconnect)
    const handler: StreamHandler = (stream, connection) => void this.#answer(stream, connection)
    await registrar.handle(HOP_PROTOCOL, handler, { maxInboundStreams: MAX_HOP_STREAMS, runOnLimitedConnection: true })
  }

  async stop(): Promise<void> {
    const { registrar, events } = this.#components
    events.removeEventListener('peer:disconnect', this.#onDisconnect)
    await registrar.unhandle(HOP_PROTOCOL)
    for (const circuit of this.#circuits) circuit.end('stopped')
    this.#reservations.clear()
  }

  // Who left can be reached no more; its place is for others.
  readonly #onDisconnect = ({ detail }: CustomEvent<PeerId>): void => this.#reservations.release(detail.toString())

  async #answer(stream: Stream, connection: Connection): Promise<void> {
    const signal = AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS)
    const hop = lpStream(stream, { maxDataLength: MAX_RELAY_MESSAGE_BYTES })
    const exchange: HopExchange = {
      connection,
      signal,
      say: (reply) => hop.write(encodeHopReply(reply), { signal }),
      unwrap: () => hop.unwrap(),
    }
    try {
      const request = decodeHopRequest((await hop.read({ signal })).subarray())
      if (!this.#mayAsk(connection)) throw new Error('The peer asks too often.')
      if (request.kind === 'connect' && (await this.#connect(exchange, request.peer))) return
      if (request.kind === 'reserve') await exchange.say(await this.#reserve(connection))
      if (request.kind === 'wrong') await exchange.say({ status: request.status })
      await stream.close({ signal })
    } catch (error) {
      this.#log.debug({ err: error, peer: connection.remotePeer.toString() }, 'a request to the relay failed')
      stream.abort(asError(error))
    }
  }

  #mayAsk(connection: Connection): boolean {
    const bucket = this.#allowances.get(connection) ?? new TokenBucket(systemClock, this.#requests)
    this.#allowances.set(connection, bucket)
    if (bucket.waitMs() > 0) return false
    bucket.spend(1)
    return true
  }

  async #reserve(connection: Connection): Promise<HopReply> {
    const { peerId, privateKey, connectionGater, peerStore, addressManager } = this.#components
    const { remotePeer } = connection
    const isDenied = (await connectionGater.denyInboundRelayReservation?.(remotePeer)) === true
    if (isDenied || !connection.direct) return { status: STATUS.permissionDenied }
    const endSeconds = this.#reservations.reserve(remotePeer.toString())
    if (endSeconds === undefined) {
      this.#counters.refusedReservation()
      return { status: STATUS.reservationRefused }
    }
    await peerStore.merge(remotePeer, { tags: { [WAITING_TAG]: { value: 1, ttl: RESERVATION_LIFE_MS } } })
    const expireSeconds = BigInt(endSeconds)
    const voucher = await sealVoucher({ peerId, privateKey }, remotePeer, expireSeconds)
    const addresses = addressManager.getAddresses().filter((address) => !address.toString().includes('/p2p-circuit'))
    // Gone meanwhile: nobody would take its place away again.
    if (connection.status !== 'open') this.#reservations.release(remotePeer.toString())
    const reservation = { expireSeconds, voucher, addresses: addresses.map(({ bytes }) => bytes) }
    return { status: STATUS.ok, limits: this.#limits, reservation }
  }

  /** True where the circuit is open, and the stream a part of it. */
  async #connect(exchange: HopExchange, target: PeerId): Promise<boolean> {
    const { connection, signal, say } = exchange
    const source = connection.remotePeer
    if (await this.#isDenied(connection, target)) return this.#refuse(exchange, STATUS.permissionDenied)
    const way = this.#wayTo(target)
    if (way === undefined) return this.#refuse(exchange, STATUS.noReservation)
    const leave = this.#places.take(source.toString(), target.toString())
    if (leave === undefined) return this.#refuse(exchange, STATUS.resourceLimitExceeded)
    let listener: Stream | undefined
    try {
      listener = await dialWaiting(way, source, { limits: this.#limits, signal })
      await say({ status: STATUS.ok, limits: this.#limits })
    } catch (error) {
      leave()
      listener?.abort(asError(error))
      if (listener !== undefined) throw error
      this.#log.debug({ err: error, peer: target.toString() }, 'a peer behind the relay could not be reached')
      return this.#refuse(exchange, STATUS.connectionFailed)
    }
    this.#join(exchange.unwrap(), listener, leave)
    return true
  }

  async #isDenied({ remotePeer, direct }: Connection, target: PeerId): Promise<boolean> {
    return (
      !direct || (await this.#components.connectionGater.denyOutboundRelayedConnection?.(remotePeer, target)) === true
    )
  }

  // The newest connection: an older one may be of a peer that slept, and dead.
  #wayTo(target: PeerId): Connection | undefined {
    if (!this.#reservations.has(target.toString())) return undefined
    const connections = this.#components.connectionManager.getConnections(target)
    return connections.findLast(({ status, direct }) => status === 'open' && direct)
  }

  #join(dialer: Stream, listener: Stream, leave: () => void): void {
    const { circuitBytes, circuitDurationMs } = this.#limits
    const circuit: Circuit = new Circuit(
      {
        dialer,
        listener,
        rate: this.#rate,
        clock: systemClock,
        onBytes: (from, sizeBytes) => this.#counters.moved(from, sizeBytes),
        onEnd: (reason) => {
          leave()
          this.#circuits.delete(circuit)
          this.#counters.ended(reason)
        },
      },
      { limitBytes: circuitBytes, durationMs: circuitDurationMs },
    )
    this.#circuits.add(circuit)
    this.#counters.opened()
  }

  async #refuse({ say }: HopExchange, status: Status): Promise<false> {
    this.#counters.refusedCircuit()
    await say({ status })
    return false
  }
}

/** A request to the relay that is being answered. */
interface HopExchange {
  readonly connection: Connection
  readonly signal: AbortSignal
  readonly say: (reply: HopReply) => Promise<void>
  /** The stream itself, once everything was said. */
  readonly unwrap: () => Stream
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
