/**
 * How much to ask one peer for at a time, from what it delivers.
 *
 * rate: the best of the last seconds, each sample what arrived between a request and its answer.
 * base: the least time of a request that left with nothing before it, as a peer serves in order and the others wait.
 * window: twice rate × base, so that it doubles every round trip until the rate no longer rises; one base of bytes then
 * waits at the peer, enough to bridge its reads from the store.
 *
 * While a reader waits, requests of bulk are the smallest, and its window is what the line itself holds: what a reader asks
 * for comes on a stream of its own, but through the same threads and sockets, behind whatever is on its way there.
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
  MIN_LANE_ROUND_TRIP_MS,
  MIN_REQUEST_BYTES,
  MIN_REQUEST_TIMEOUT_MS,
  RELAYED_WINDOW_BYTES,
  REQUEST_SPAN_MS,
} from './limits.ts'
import type { Urgency } from './reader-wants.ts'
import { RecentBest } from './recent-best.ts'

const RATE_MEMORY_MS = 3_000
const BASE_MEMORY_MS = 10_000
const LATE_MEMORY_MS = 5_000
/** The window runs empty so often: a round trip lost in so much time. */
const PROBE_INTERVAL_MS = 10_000
const WINDOW_GAIN = 2
const TIMEOUT_FACTOR = 3

/** What a request is for: the block that a reader waits for, those that it will read next, or the rest of a dataset. */
export type Use = Urgency | 'bulk'

/** A request on its way: what was outstanding and delivered when it left. */
export interface SentRequest {
  readonly bytes: number
  readonly sentAtMs: number
  readonly aheadBytes: number
  readonly deliveredBefore: number
  /** Undefined while nothing was known of the peer. */
  readonly expectedMs: number | undefined
}

export interface RequestWindowComponents {
  /** Whether a reader waits, so that bulk has to keep out of the way. */
  readonly isReading: () => boolean
  /** The least round trip to the peer that was seen. */
  readonly roundTripMs: () => number | undefined
  /** Whether all of it goes through a relay. */
  readonly isRelayed: () => boolean
}

export class RequestWindow {
  readonly #parts: RequestWindowComponents
  readonly #rate = new RecentBest(RATE_MEMORY_MS, (a, b) => a > b)
  readonly #base = new RecentBest(BASE_MEMORY_MS, (a, b) => a < b)
  readonly #late = new RecentBest(LATE_MEMORY_MS, (a, b) => a > b)
  #inFlightBytes = 0
  #requests = 0
  #deliveredBytes = 0
  #lastMs = 0
  #aloneAtMs = Number.NEGATIVE_INFINITY

  constructor(components: RequestWindowComponents) {
    this.#parts = components
  }

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
    return Math.min(this.#mostBytes, this.#wishedBytes)
  }

  get #mostBytes(): number {
    return this.#parts.isRelayed() ? RELAYED_WINDOW_BYTES : MAX_PEER_WINDOW_BYTES
  }

  get #wishedBytes(): number {
    const least = this.#spanBytes(REQUEST_SPAN_MS)
    const rate = this.#rate.value
    const base = this.#base.value
    if (rate !== undefined && least / rate >= LONE_REQUEST_MS) return least
    if (rate === undefined || base === undefined) return 2 * least
    return Math.max(2 * least, WINDOW_GAIN * rate * base)
  }

  /** The same for bulk, which leaves a reader’s answers nothing to wait behind. */
  get bulkWindowBytes(): number {
    const { isReading, roundTripMs } = this.#parts
    const [rate, base] = [this.#rate.value, this.#base.value]
    if (!isReading() || rate === undefined || base === undefined) return this.windowBytes
    // The base holds the time that the bytes of a large request take; the line alone does not.
    const lineMs = Math.min(base, roundTripMs() ?? base)
    // To a far peer as much again is little beside the round trip, and without it the rate would never be found.
    const gain = lineMs < MIN_LANE_ROUND_TRIP_MS ? 1 : WINDOW_GAIN
    return Math.min(this.windowBytes, Math.max(MIN_REQUEST_BYTES, gain * rate * lineMs))
  }

  /** Bytes of one request of bulk. */
  get requestBytes(): number {
    return this.#parts.isReading() ? MIN_REQUEST_BYTES : this.#spanBytes(REQUEST_SPAN_MS)
  }

  /** The same to the only peer that has what is wanted. */
  get loneRequestBytes(): number {
    return this.#parts.isReading() ? MIN_REQUEST_BYTES : this.#spanBytes(LONE_REQUEST_SPAN_MS)
  }

  /** Whether a request may leave now; a reader’s may go a little above the window. */
  hasRoom(use: Use): boolean {
    if (use === 'next') return this.#requests < MAX_PEER_REQUESTS + MAX_READER_EXTRA_REQUESTS && this.#readerRoom()
    if (this.#requests === 0) return true
    const isProbing = this.#lastMs - this.#aloneAtMs >= PROBE_INTERVAL_MS
    return !isProbing && this.#requests < MAX_PEER_REQUESTS && this.#inFlightBytes < this.#windowFor(use)
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
    // Of a relay’s limit only whole answers are worth anything.
    if (this.#parts.isRelayed()) return MIN_REQUEST_BYTES
    const rate = this.#rate.value ?? 0
    return Math.min(MAX_REQUEST_BYTES, Math.max(MIN_REQUEST_BYTES, rate * spanMs))
  }

  #windowFor(use: Use): number {
    return use === 'bulk' ? this.bulkWindowBytes : this.windowBytes
  }

  #readerRoom(): boolean {
    const extraBytes = MAX_READER_EXTRA_REQUESTS * MIN_REQUEST_BYTES
    return this.#requests === 0 || this.#inFlightBytes < this.windowBytes + extraBytes
  }
}
