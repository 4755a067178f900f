import type { Stream } from '@libp2p/interface'
import type { TreeCid } from '../codec/cid.ts'
import { encodeFrame, WANT_BLOCKS_REQUEST } from '../codec/frame.ts'
import type { IndexRange } from '../codec/message.ts'
import { encodeWantBlocksRequest, type WantBlocksResponse } from '../codec/want-blocks.ts'
import type { QuireError } from '../errors.ts'
import { type Clock, type Deadline, startDeadline } from './clock.ts'
import type { FrameStream } from './frame-stream.ts'
import {
  BLOCK_EXCHANGE_PROTOCOL,
  LANE_PROGRESS_MS,
  LEAST_LANE_BYTES_PER_SECOND,
  MAX_EXTENDED_TIMEOUT_MS,
  MAX_GIVEN_UP_REQUESTS,
  OPEN_STREAM_TIMEOUT_MS,
} from './limits.ts'
import type { ExchangeNetwork, PeerKey } from './network-port.ts'
import type { PeerCounters } from './peer-counters.ts'
import { closedError, isViolation } from './peer-fault.ts'
import { RequestWindow } from './request-window.ts'

export interface BlocksRequest {
  readonly treeCid: TreeCid
  readonly ranges: readonly IndexRange[]
}

export interface RequestLaneComponents {
  readonly peer: PeerKey
  readonly network: ExchangeNetwork
  readonly clock: Clock
  readonly counters: PeerCounters
  /** Whether a reader waits, so that bulk has to keep out of the way. */
  readonly isReading: () => boolean
  /** The least round trip to the peer that was seen. */
  readonly roundTripMs: () => number | undefined
  /** Whether all of it goes through a relay. */
  readonly isRelayed: () => boolean
  /** Aborts when the peer is gone. */
  readonly closing: AbortSignal
  /** Frames in and out of a stream of this lane; answers on it go to `take`. */
  readonly attach: (stream: Stream, lane: RequestLane) => FrameStream
}

interface PendingRequest {
  readonly resolve: (response: WantBlocksResponse) => void
  readonly reject: (error: unknown) => void
  stream?: FrameStream
}

/**
 * Our stream to a peer: opened by the first thing to send, reopened after it ended. Requests leave on it, and their answers
 * come back on it. A lane of its own connection is closed with its stream.
 */
export class RequestLane {
  readonly window: RequestWindow
  readonly connection: 'shared' | 'own'
  readonly #parts: RequestLaneComponents
  readonly #pending = new Map<bigint, PendingRequest>()
  /** Requests that were given up and whose answers may still come. */
  readonly #givenUp = new Set<bigint>()
  #stream: FrameStream | undefined
  #opening: Promise<FrameStream> | undefined
  #nextRequestId = 0n
  #receivedBytes = 0

  constructor(components: RequestLaneComponents, init: { connection: 'shared' | 'own' }) {
    this.#parts = components
    this.connection = init.connection
    this.window = new RequestWindow(components)
  }

  get isOpen(): boolean {
    return this.#stream?.isOpen === true
  }

  /** The stream, opened where there is none. Errors: `ERR_PEER_NOT_CONNECTED`, `ERR_PEER_TIMEOUT`. */
  open(): Promise<FrameStream> {
    const { closing } = this.#parts
    if (closing.aborted) return Promise.reject(closing.reason)
    if (this.#stream?.isOpen === true) return Promise.resolve(this.#stream)
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined))
    return this.#opening
  }

  async send(frame: Uint8Array): Promise<void> {
    await this.#sendOn(await this.open(), frame)
  }

  /**
   * Asks for blocks and resolves with the answer as it came, not verified.
   *
   * The limit is longer while the lane delivers: a slow link is not a silent one.
   * Errors: `ERR_PEER_TIMEOUT`, `ERR_PEER_NOT_CONNECTED` (the peer or the stream went). An abort rejects with
   * `signal.reason`; the peer may still send the answer, which is then ignored.
   */
  async requestBlocks(
    request: BlocksRequest,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<WantBlocksResponse> {
    const requestId = this.#nextRequestId++
    const frame = encodeFrame(
      WANT_BLOCKS_REQUEST,
      encodeWantBlocksRequest({ requestId, ...request, takesCutBlocks: true }),
    )
    const deadline = this.#deadline(options)
    this.#parts.counters.requests += 1
    try {
      return await new Promise<WantBlocksResponse>((resolve, reject) => {
        this.#pending.set(requestId, { resolve, reject })
        deadline.signal.addEventListener('abort', () => reject(deadline.signal.reason), { once: true })
        if (deadline.signal.aborted) reject(deadline.signal.reason)
        else this.#ask(requestId, frame).catch(reject)
      })
    } finally {
      if (deadline.signal.aborted) this.#giveUp(requestId)
      deadline.clear()
      this.#pending.delete(requestId)
    }
  }

  /** What became of an answer: somebody waits for it, gave it up, or never asked. */
  take(response: WantBlocksResponse): 'awaited' | 'late' | 'unasked' {
    const { counters } = this.#parts
    const pending = this.#pending.get(response.requestId)
    if (pending !== undefined) {
      counters.answers += 1
      // At once: a second answer to the same request may be in the same chunk.
      this.#pending.delete(response.requestId)
      pending.resolve(response)
      return 'awaited'
    }
    counters.lateAnswers += 1
    counters.repeatedBytes += response.blocks.reduce((sum, { data }) => sum + data.byteLength, 0)
    return this.#givenUp.delete(response.requestId) ? 'late' : 'unasked'
  }

  /** Bytes came on a stream of this lane. */
  received(byteCount: number): void {
    this.#receivedBytes += byteCount
  }

  /** A stream of this lane ended. */
  ended(stream: FrameStream, error: Error | undefined): void {
    // Late answers come on the stream that carried their request, or never.
    this.#givenUp.clear()
    for (const pending of this.#pending.values()) {
      if (pending.stream === stream) pending.reject(isViolation(error) ? error : closedError())
    }
  }

  /** Ends the stream; what was asked for is rejected with `reason`. */
  close(reason: QuireError): void {
    this.#stream?.abort(reason)
    for (const pending of this.#pending.values()) pending.reject(reason)
  }

  async #ask(requestId: bigint, frame: Uint8Array): Promise<void> {
    const stream = await this.open()
    const pending = this.#pending.get(requestId)
    // It was given up meanwhile.
    if (pending === undefined) return
    pending.stream = stream
    await this.#sendOn(stream, frame)
  }

  async #sendOn(stream: FrameStream, frame: Uint8Array): Promise<void> {
    this.#parts.counters.sentBytes += frame.byteLength
    await stream.send(frame)
  }

  async #open(): Promise<FrameStream> {
    const { peer, network, clock, closing, attach } = this.#parts
    const deadline = startDeadline(clock, OPEN_STREAM_TIMEOUT_MS, { signal: closing })
    try {
      const options = { signal: deadline.signal, connection: this.connection }
      const opened = attach(await network.openStream(peer, BLOCK_EXCHANGE_PROTOCOL, options), this)
      this.#stream = opened
      opened.start()
      if (closing.aborted) opened.abort(closedError())
      return opened
    } finally {
      deadline.clear()
    }
  }

  #deadline({ timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal }): Deadline {
    const { clock } = this.#parts
    const sentAtMs = clock.now()
    let seenBytes = this.#receivedBytes
    let seenAtMs = sentAtMs
    const moreMs = (): number => {
      const [bytes, nowMs] = [this.#receivedBytes, clock.now()]
      const wishedBytes = (LEAST_LANE_BYTES_PER_SECOND * (nowMs - seenAtMs)) / 1000
      const isSlow = bytes - seenBytes < wishedBytes
      ;[seenBytes, seenAtMs] = [bytes, nowMs]
      return isSlow || nowMs - sentAtMs >= MAX_EXTENDED_TIMEOUT_MS ? 0 : LANE_PROGRESS_MS
    }
    return startDeadline(clock, timeoutMs, { signal, moreMs })
  }

  #giveUp(requestId: bigint): void {
    this.#givenUp.add(requestId)
    const oldest = this.#givenUp.values().next()
    if (this.#givenUp.size > MAX_GIVEN_UP_REQUESTS && oldest.done !== true) this.#givenUp.delete(oldest.value)
  }
}
