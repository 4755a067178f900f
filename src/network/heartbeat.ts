/**
 * Tells that the other side of a connection is gone, when nothing else does.
 *
 * A tab that is killed, a laptop that is closed or a cable that is pulled sends no goodbye: WebRTC notices after 8 to 16
 * seconds, a WebSocket after minutes. So each connection that carries content keeps one ping stream, and a connection that shows no
 * sign of life for `deadAfterMs` is aborted. A sign is an echo, a ping from the other side, any byte on a stream of
 * ours, or a full send buffer that empties: a transfer that fills the line, and delays our pings, counts as life.
 */
import { type Connection, type Stream, type StreamCloseEvent } from '@libp2p/interface'
import { QuireError } from '../errors.ts'
import { asError } from './failure.ts'
import type { NetworkLog } from './network-log.ts'
import { PING_BYTES, PING_PROTOCOL } from './ping-service.ts'
import type { Traffic } from './traffic.ts'

export interface HeartbeatInit {
  readonly intervalMs: number
  readonly deadAfterMs: number
}

/** WebRTC: a killed tab is noticed after five to six and a half seconds, three unanswered pings. */
export const WEBRTC_HEARTBEAT: HeartbeatInit = { intervalMs: 1_500, deadAfterMs: 5_000 }
/** WebSocket and TCP: a closed process closes them; only a suspended machine or a lost network does not. */
export const SOCKET_HEARTBEAT: HeartbeatInit = { intervalMs: 10_000, deadAfterMs: 32_000 }

/**
 * Through a relay: each ping counts against its limit, some 200 bytes with what encryption and multiplexing add. The relay
 * notices a closed process, and ends the circuit.
 */
export const RELAYED_HEARTBEAT: HeartbeatInit = { intervalMs: 10_000, deadAfterMs: 32_000 }

export interface HeartbeatComponents {
  readonly connection: Connection
  readonly traffic: Traffic
  readonly log: NetworkLog
}

// Pings that wait for their echo; no more are sent meanwhile, since they would only wait behind each other.
const MAX_UNANSWERED = 4
// A round trip round the world and a busy machine take less.
const HURRY_MS = 4_000
// Weight of a new round trip in the average, as in TCP’s estimator (RFC 6298, section 2).
const RTT_WEIGHT = 1 / 8

export class Heartbeat {
  readonly #connection: Connection
  readonly #traffic: Traffic
  readonly #log: NetworkLog
  readonly #intervalMs: number
  readonly #deadAfterMs: number
  readonly #hurryMs: number
  readonly #ended = new AbortController()
  #timer: ReturnType<typeof setInterval> | undefined
  #hurryTimer: ReturnType<typeof setTimeout> | undefined
  #stream: Stream | undefined
  #isOpening = false
  #wasOpen = false
  #lastBeatMs = 0
  #sentAtMs: number[] = []
  #echoedBytes = 0
  #rttMs: number | undefined
  #leastRttMs: number | undefined

  constructor({ connection, traffic, log }: HeartbeatComponents, init: HeartbeatInit) {
    this.#connection = connection
    this.#traffic = traffic
    this.#log = log
    this.#intervalMs = init.intervalMs
    this.#deadAfterMs = init.deadAfterMs
    this.#hurryMs = Math.min(HURRY_MS, init.deadAfterMs)
  }

  /** Smoothed round trip; undefined before the first echo. */
  get rttMs(): number | undefined {
    return this.#rttMs
  }

  /** The least round trip; content in the same connection delays most of them. */
  get leastRttMs(): number | undefined {
    return this.#leastRttMs
  }

  start(): void {
    this.#lastBeatMs = performance.now()
    this.#traffic.sign()
    this.#timer = setInterval(() => this.#beat(), this.#intervalMs)
    this.#connection.addEventListener('close', () => this.stop(), { once: true })
    void this.#open()
  }

  /** Something speaks for this connection being dead: it has a few seconds to show that it lives. */
  hurry(): void {
    if (this.#ended.signal.aborted) return
    const askedAtMs = performance.now()
    if (this.#stream === undefined) void this.#open()
    else this.#ping(this.#stream)
    clearTimeout(this.#hurryTimer)
    this.#hurryTimer = setTimeout(() => {
      const { lastSignMs } = this.#traffic
      if (lastSignMs < askedAtMs) this.#declareDead(performance.now() - lastSignMs)
    }, this.#hurryMs)
  }

  stop(): void {
    clearInterval(this.#timer)
    clearTimeout(this.#hurryTimer)
    this.#ended.abort()
  }

  #beat(): void {
    const nowMs = performance.now()
    const lateMs = nowMs - this.#lastBeatMs - this.#intervalMs
    this.#lastBeatMs = nowMs
    // Our own timer came late: this machine slept or was busy, and what the other side sent is still in the queue.
    if (lateMs > this.#intervalMs) this.#traffic.sign(nowMs)
    // The first stream may take longer: a page that has just opened is busy starting up.
    const patienceMs = this.#wasOpen ? this.#deadAfterMs : this.#deadAfterMs * 2
    const silentMs = nowMs - this.#traffic.lastSignMs
    if (silentMs > patienceMs) return this.#declareDead(silentMs)
    if (this.#stream === undefined) void this.#open()
    else this.#ping(this.#stream)
  }

  #declareDead(silentMs: number): void {
    const peer = this.#connection.remotePeer.toString()
    this.stop()
    this.#log('info', 'a peer stopped answering', { peer, silentMs: Math.round(silentMs) })
    this.#connection.abort(new QuireError('ERR_PEER_TIMEOUT', 'The peer stopped answering.', { details: { peer } }))
  }

  async #open(): Promise<void> {
    if (this.#isOpening) return
    this.#isOpening = true
    try {
      const { signal } = this.#ended
      const stream = await this.#connection.newStream(PING_PROTOCOL, { signal, runOnLimitedConnection: true })
      this.#attach(stream)
    } catch (error) {
      this.#onOpenFailed(error)
    } finally {
      this.#isOpening = false
    }
  }

  #attach(stream: Stream): void {
    this.#stream = stream
    this.#wasOpen = true
    this.#sentAtMs = []
    this.#echoedBytes = 0
    this.#traffic.sign()
    stream.addEventListener('message', ({ data }) => this.#onEcho(data.byteLength))
    stream.addEventListener('close', (event) => this.#onStreamClose(stream, event), { once: true })
    stream.addEventListener('remoteCloseWrite', () => this.#onRemoteEnd(stream), { once: true })
    this.#ping(stream)
  }

  #onOpenFailed(error: unknown): void {
    if (this.#ended.signal.aborted) return
    // They answered, and speak no ping: nothing can be told about them this way, so they are left alone.
    if (error instanceof Error && error.name === 'UnsupportedProtocolError') return this.stop()
    this.#log('debug', 'a ping stream could not be opened', { peer: this.#connection.remotePeer.toString(), error })
  }

  #onStreamClose(stream: Stream, event: StreamCloseEvent): void {
    if (this.#stream === stream) this.#stream = undefined
    // Reset from over there, as js-libp2p does after ten seconds: whoever resets lives. The next beat opens another.
    if (event.error?.name === 'StreamResetError') this.#traffic.sign()
  }

  // In peace, as go-libp2p does with each after thirty seconds, or ten without a ping: no echo comes any more, and whoever
  // ends it lives. The next beat opens another.
  #onRemoteEnd(stream: Stream): void {
    if (this.#stream === stream) this.#stream = undefined
    this.#traffic.sign()
    stream.close().catch((error: unknown) => stream.abort(asError(error)))
  }

  #ping(stream: Stream): void {
    if (stream.writeStatus !== 'writable' || stream.writableNeedsDrain) return
    if (this.#sentAtMs.length >= MAX_UNANSWERED) return
    this.#sentAtMs.push(performance.now())
    stream.send(crypto.getRandomValues(new Uint8Array(PING_BYTES)))
  }

  // What the echo says is not looked at: a peer that answers wrongly lives as well, and only fools its own figures.
  #onEcho(sizeBytes: number): void {
    const nowMs = performance.now()
    this.#traffic.sign(nowMs)
    this.#echoedBytes += sizeBytes
    for (; this.#echoedBytes >= PING_BYTES; this.#echoedBytes -= PING_BYTES) {
      const sentAtMs = this.#sentAtMs.shift()
      if (sentAtMs === undefined) continue
      const sampleMs = nowMs - sentAtMs
      this.#leastRttMs = Math.min(sampleMs, this.#leastRttMs ?? sampleMs)
      this.#rttMs = this.#rttMs === undefined ? sampleMs : this.#rttMs + (sampleMs - this.#rttMs) * RTT_WEIGHT
    }
  }
}
