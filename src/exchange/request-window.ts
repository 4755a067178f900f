/**
 * How much to ask one peer for at a time, from what it delivers.
 *
 * rate: the best of the last seconds, each sample what arrived between a request and its answer.
 * base: the least time of a request that left with nothing before it, as a peer serves in order and the others wait.
 * window: twice rate × base, so that it doubles every round trip until the rate no longer rises; one base of bytes then
 * waits at the peer, enough to bridge its reads from the store.
 *
 * With a full window no request leaves alone, and a base that took in its own queue would grow without end; so now and
 * then the window is let run empty once.
 */
import {
  FIRST_REQUEST_TIMEOUT_MS,
  LONE_REQUEST_MS,
  LONE_REQUEST_SPAN_MS,
  MAX_PEER_REQUESTS,
  MAX_PEER_WINDOW_BYTES,
  MAX_READER_EXTRA_REQUESTS,
  MAX_REQUEST_BYTES,
  MAX_REQUEST_TIMEOUT_MS,
  MIN_REQUEST_BYTES,
  MIN_REQUEST_TIMEOUT_MS,
  REQUEST_SPAN_MS,
} from './limits.ts'
import { RecentBest } from './recent-best.ts'

const RATE_MEMORY_MS = 3_000
const BASE_MEMORY_MS = 10_000
const LATE_MEMORY_MS = 5_000
/** The window runs empty so often: a round trip lost in so much time. */
const PROBE_INTERVAL_MS = 10_000
const WINDOW_GAIN = 2
const TIMEOUT_FACTOR = 3

/** A request on its way: what was outstanding and delivered when it left. */
export interface SentRequest {
  readonly bytes: number
  readonly sentAtMs: number
  readonly aheadBytes: number
  readonly deliveredBefore: number
  /** Undefined while nothing was known of the peer. */
  readonly expectedMs: number | undefined
}

export class RequestWindow {
  readonly #rate = new RecentBest(RATE_MEMORY_MS, (a, b) => a > b)
  readonly #base = new RecentBest(BASE_MEMORY_MS, (a, b) => a < b)
  readonly #late = new RecentBest(LATE_MEMORY_MS, (a, b) => a > b)
  #inFlightBytes = 0
  #requests = 0
  #deliveredBytes = 0
  #lastMs = 0
  #aloneAtMs = Number.NEGATIVE_INFINITY

  get inFlightBytes(): number {
    return this.#inFlightBytes
  }

  /** Bytes that arrived, ever. */
  get deliveredBytes(): number {
    return this.#deliveredBytes
  }

  get requests(): number {
    return this.#requests
  }

  /** Bytes per millisecond, undefined before the first answer. */
  get rateBytesPerMs(): number | undefined {
    return this.#rate.value
  }

  get baseMs(): number | undefined {
    return this.#base.value
  }

  /** By how much answers of the last seconds came later than was expected, at most. */
  get lateMs(): number {
    return this.#late.value ?? 0
  }

  /** Bytes that may be outstanding. */
  get windowBytes(): number {
    const least = 2 * this.requestBytes
    const rate = this.#rate.value
    const base = this.#base.value
    if (rate !== undefined && this.requestBytes / rate >= LONE_REQUEST_MS) return this.requestBytes
    if (rate === undefined || base === undefined) return least
    return Math.min(MAX_PEER_WINDOW_BYTES, Math.max(least, WINDOW_GAIN * rate * base))
  }

  /** Bytes of one request. */
  get requestBytes(): number {
    return this.#spanBytes(REQUEST_SPAN_MS)
  }

  /** Bytes of one request to the only peer that has what is wanted. */
  get loneRequestBytes(): number {
    return this.#spanBytes(LONE_REQUEST_SPAN_MS)
  }

  /** Whether a request may leave now; a reader’s may go a little above the window. */
  hasRoom(use: 'reader' | 'bulk'): boolean {
    if (use === 'reader') return this.#requests < MAX_PEER_REQUESTS + MAX_READER_EXTRA_REQUESTS && this.#readerRoom()
    if (this.#requests === 0) return true
    const isProbing = this.#lastMs - this.#aloneAtMs >= PROBE_INTERVAL_MS
    return !isProbing && this.#requests < MAX_PEER_REQUESTS && this.#inFlightBytes < this.windowBytes
  }

  /** When a block asked for now would be here, as far as is known. */
  expectedWaitMs(): number {
    const rate = this.#rate.value
    if (rate === undefined) return this.#requests === 0 ? 0 : FIRST_REQUEST_TIMEOUT_MS
    return (this.#base.value ?? 0) + this.#inFlightBytes / rate
  }

  /** The time limit of a request of `bytes` that leaves now. */
  timeoutMs(bytes: number): number {
    const rate = this.#rate.value
    if (rate === undefined) return FIRST_REQUEST_TIMEOUT_MS
    const expectedMs = (this.#inFlightBytes + bytes) / rate + (this.#base.value ?? 0)
    return Math.min(MAX_REQUEST_TIMEOUT_MS, Math.max(MIN_REQUEST_TIMEOUT_MS, TIMEOUT_FACTOR * expectedMs))
  }

  sent(bytes: number, nowMs: number): SentRequest {
    const request = {
      bytes,
      sentAtMs: nowMs,
      aheadBytes: this.#inFlightBytes,
      deliveredBefore: this.#deliveredBytes,
      expectedMs: this.#rate.value === undefined ? undefined : this.expectedWaitMs(),
    }
    if (this.#requests === 0) this.#aloneAtMs = nowMs
    this.#lastMs = nowMs
    this.#inFlightBytes += bytes
    this.#requests += 1
    return request
  }

  /** Takes a request off; `receivedBytes` is 0 for one that failed. */
  settled(request: SentRequest, receivedBytes: number, nowMs: number): void {
    this.#inFlightBytes -= request.bytes
    this.#requests -= 1
    this.#lastMs = nowMs
    if (receivedBytes === 0) return
    this.#deliveredBytes += receivedBytes
    // A clock may stand still between two turns of the event loop; below a tenth of a millisecond nothing is measured.
    const tookMs = Math.max(0.1, nowMs - request.sentAtMs)
    this.#rate.add(nowMs, (this.#deliveredBytes - request.deliveredBefore) / tookMs)
    if (request.aheadBytes === 0) this.#base.add(nowMs, tookMs)
    if (request.expectedMs !== undefined) this.#late.add(nowMs, Math.max(0, tookMs - request.expectedMs))
  }

  #spanBytes(spanMs: number): number {
    const rate = this.#rate.value ?? 0
    return Math.min(MAX_REQUEST_BYTES, Math.max(MIN_REQUEST_BYTES, rate * spanMs))
  }

  #readerRoom(): boolean {
    const extraBytes = MAX_READER_EXTRA_REQUESTS * MIN_REQUEST_BYTES
    return this.#requests === 0 || this.#inFlightBytes < this.windowBytes + extraBytes
  }
}
