import type { Stream } from '@libp2p/interface'
import type { TreeCid } from '../codec/cid.ts'
import {
  CONTROL,
  encodeFrame,
  type Frame,
  MAX_PAYLOAD_BYTES,
  WANT_BLOCKS_REQUEST,
  WANT_BLOCKS_RESPONSE,
} from '../codec/frame.ts'
import { decodeMessage, encodeMessage, type IndexRange, type Message } from '../codec/message.ts'
import {
  decodeWantBlocksRequest,
  decodeWantBlocksResponse,
  encodeWantBlocksRequest,
  type WantBlocksRequest,
  type WantBlocksResponse,
} from '../codec/want-blocks.ts'
import { isQuireError, QuireError } from '../errors.ts'
import { type Clock, startDeadline } from './clock.ts'
import { FrameStream } from './frame-stream.ts'
import {
  BLOCK_EXCHANGE_PROTOCOL,
  MAX_GIVEN_UP_REQUESTS,
  MAX_INBOUND_BUFFERED_BYTES,
  MAX_INBOUND_STREAMS_PER_PEER,
  MAX_WAITING_REQUESTS,
  OPEN_STREAM_TIMEOUT_MS,
} from './limits.ts'
import type { ExchangeNetwork, PeerKey } from './network-port.ts'
import { PeerConduct } from './peer-conduct.ts'
import type { PeerCounters } from './peer-counters.ts'
import { RequestWindow } from './request-window.ts'
import { SerialQueue } from './serial-queue.ts'

export interface PeerLinkHandlers {
  onMessage(link: PeerLink, message: Message): void
  /** Sends the answer’s frame on `channel`; a rejection ends the stream that asked. */
  onRequest(link: PeerLink, request: WantBlocksRequest, channel: AnswerChannel): Promise<void>
  /** The peer broke a rule of the protocol; `reason` is for the connectivity data. */
  onViolation(link: PeerLink, reason: string): void
}

/** The stream that a request came on. */
export interface AnswerChannel {
  /** Resolves when the transport takes more. Errors: as `FrameStream.send`. */
  send(frame: Uint8Array): Promise<void>
  /** Ends the stream, as the peer does not take the answer. */
  giveUp(reason: QuireError): void
}

export interface BlocksRequest {
  readonly treeCid: TreeCid
  readonly ranges: readonly IndexRange[]
}

interface PendingRequest {
  readonly resolve: (response: WantBlocksResponse) => void
  readonly reject: (error: unknown) => void
  stream?: FrameStream
}

/**
 * One connected peer.
 *
 *   outbound stream (ours, opened by the first thing to send, reopened after it ended): our want lists, our presence
 *   answers and broadcasts, our requests; the peer’s answers to those requests come back on it
 *   inbound streams (the peer’s): the same the other way round
 */
export class PeerLink {
  readonly peer: PeerKey
  readonly counters: PeerCounters
  readonly window = new RequestWindow()
  readonly #network: ExchangeNetwork
  readonly #clock: Clock
  readonly #handlers: PeerLinkHandlers
  readonly #closing = new AbortController()
  readonly #inbound = new Set<FrameStream>()
  /** The peer’s requests on all its streams: one answer at a time, so that at most one waits to be read. */
  readonly #requests = new SerialQueue(MAX_WAITING_REQUESTS)
  readonly #pending = new Map<bigint, PendingRequest>()
  /** Requests that were given up and whose answers may still come. */
  readonly #givenUp = new Set<bigint>()
  #outbound: FrameStream | undefined
  #opening: Promise<FrameStream> | undefined
  readonly #conduct: PeerConduct
  #nextRequestId = 0n

  constructor(
    components: { peer: PeerKey; network: ExchangeNetwork; clock: Clock; counters: PeerCounters },
    handlers: PeerLinkHandlers,
  ) {
    this.peer = components.peer
    this.counters = components.counters
    this.#network = components.network
    this.#clock = components.clock
    this.#handlers = handlers
    this.#conduct = new PeerConduct(components.clock)
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  /** Aborts when the peer is gone. */
  get signal(): AbortSignal {
    return this.#closing.signal
  }

  /** Takes a stream that the peer opened; one too many is refused. */
  accept(stream: Stream): void {
    if (this.isClosed || this.#inbound.size >= MAX_INBOUND_STREAMS_PER_PEER) {
      stream.abort(new QuireError('ERR_PEER_NOT_CONNECTED', 'Too many streams of one peer.'))
      this.#judge(this.#conduct.stream())
      return
    }
    const inbound = this.#attach(stream, { isOurs: false, onEnd: () => this.#inbound.delete(inbound) })
    this.#inbound.add(inbound)
    inbound.start()
    this.#judge(this.#conduct.stream())
  }

  /** Sends a control message on our outbound stream. Errors: `ERR_PEER_NOT_CONNECTED`, `ERR_PEER_TIMEOUT`. */
  async sendMessage(message: Message): Promise<void> {
    await this.#send(encodeFrame(CONTROL, encodeMessage(message)))
  }

  /**
   * Asks for blocks and resolves with the answer as it came, not verified.
   *
   * Errors: `ERR_PEER_TIMEOUT`, `ERR_PEER_NOT_CONNECTED` (the peer or the stream went). An abort rejects with
   * `signal.reason`; the peer may still send the answer, which is then ignored.
   */
  async requestBlocks(
    request: BlocksRequest,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<WantBlocksResponse> {
    const requestId = this.#nextRequestId++
    const frame = encodeFrame(WANT_BLOCKS_REQUEST, encodeWantBlocksRequest({ requestId, ...request }))
    const deadline = startDeadline(this.#clock, options.timeoutMs, options.signal)
    this.counters.requests += 1
    try {
      return await new Promise<WantBlocksResponse>((resolve, reject) => {
        const pending: PendingRequest = { resolve, reject }
        this.#pending.set(requestId, pending)
        deadline.signal.addEventListener('abort', () => reject(deadline.signal.reason), { once: true })
        if (deadline.signal.aborted) reject(deadline.signal.reason)
        else this.#send(frame, (stream) => (pending.stream = stream)).catch(reject)
      })
    } finally {
      if (deadline.signal.aborted) this.#giveUp(requestId)
      deadline.clear()
      this.#pending.delete(requestId)
    }
  }

  /** Ends every stream; what was asked for is rejected with `reason`. */
  close(reason: QuireError): void {
    if (this.isClosed) return
    this.#closing.abort(reason)
    this.#requests.clear()
    this.#outbound?.abort(reason)
    for (const stream of this.#inbound) stream.abort(reason)
    for (const pending of this.#pending.values()) pending.reject(reason)
  }

  async #send(frame: Uint8Array, onStream?: (stream: FrameStream) => void): Promise<void> {
    const stream = await this.#outboundStream()
    onStream?.(stream)
    this.counters.sentBytes += frame.byteLength
    await stream.send(frame)
  }

  #outboundStream(): Promise<FrameStream> {
    if (this.isClosed) return Promise.reject(this.#closing.signal.reason)
    if (this.#outbound?.isOpen === true) return Promise.resolve(this.#outbound)
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined))
    return this.#opening
  }

  async #open(): Promise<FrameStream> {
    const deadline = startDeadline(this.#clock, OPEN_STREAM_TIMEOUT_MS, this.#closing.signal)
    try {
      const stream = await this.#network.openStream(this.peer, BLOCK_EXCHANGE_PROTOCOL, { signal: deadline.signal })
      const outbound = this.#attach(stream, { isOurs: true, onEnd: (error) => this.#failPending(outbound, error) })
      this.#outbound = outbound
      outbound.start()
      if (this.isClosed) outbound.abort(closedError())
      return outbound
    } finally {
      deadline.clear()
    }
  }

  #attach(stream: Stream, init: { isOurs: boolean; onEnd: (error: Error | undefined) => void }): FrameStream {
    const attached = new FrameStream(
      { stream, clock: this.#clock },
      {
        onFrame: (frame) => this.#onFrame(frame, attached, init.isOurs),
        onBytes: (byteCount) => (this.counters.receivedBytes += byteCount),
        onEnd: (error) => {
          init.onEnd(error)
          if (isViolation(error)) this.#handlers.onViolation(this, error.message)
        },
      },
      // An answer is large but comes only on a stream of ours; nothing else needs so much.
      { maxBufferedBytes: init.isOurs ? MAX_PAYLOAD_BYTES[WANT_BLOCKS_RESPONSE] : MAX_INBOUND_BUFFERED_BYTES },
    )
    return attached
  }

  #onFrame(frame: Frame, stream: FrameStream, isOurs: boolean): void {
    if (frame.type === CONTROL) {
      demand(this.#conduct.control(frame.payload.byteLength))
      const message = decodeMessage(frame.payload)
      demand(this.#conduct.asksFrom(message.wantList.entries.map(({ address }) => address.index)))
      this.#handlers.onMessage(this, message)
    } else if (frame.type === WANT_BLOCKS_REQUEST) {
      const request = decodeWantBlocksRequest(frame.payload)
      demand(this.#conduct.asksFrom(request.ranges.map(({ start }) => start)))
      this.#onRequest(request, stream)
    } else if (isOurs) {
      this.#onResponse(decodeWantBlocksResponse(frame.payload))
    } else {
      throw new QuireError('ERR_MESSAGE_INVALID', 'The peer answered on a stream that carried no request.')
    }
  }

  #onRequest(request: WantBlocksRequest, stream: FrameStream): void {
    const isTaken = this.#requests.push(async () => {
      if (!stream.isOpen) return
      const giveUp = (error: unknown): void => {
        stream.abort(error instanceof Error ? error : closedError())
        if (isQuireError(error, 'ERR_PEER_TIMEOUT')) this.#judge(this.#conduct.unreadAnswer())
      }
      const send = async (frame: Uint8Array): Promise<void> => {
        await stream.send(frame)
        this.#conduct.readAnswer()
        this.counters.sentBytes += frame.byteLength
      }
      await this.#handlers.onRequest(this, request, { send, giveUp }).catch(giveUp)
    })
    if (!isTaken) throw new QuireError('ERR_MESSAGE_INVALID', 'The peer asks faster than it reads the answers.')
  }

  #onResponse(response: WantBlocksResponse): void {
    const pending = this.#pending.get(response.requestId)
    if (pending !== undefined) {
      this.counters.answers += 1
      // At once: a second answer to the same request may be in the same chunk.
      this.#pending.delete(response.requestId)
      pending.resolve(response)
      return
    }
    this.counters.lateAnswers += 1
    if (this.#givenUp.delete(response.requestId)) return
    demand(this.#conduct.unaskedAnswer())
  }

  #giveUp(requestId: bigint): void {
    this.#givenUp.add(requestId)
    const oldest = this.#givenUp.values().next()
    if (this.#givenUp.size > MAX_GIVEN_UP_REQUESTS && oldest.done !== true) this.#givenUp.delete(oldest.value)
  }

  /** Has the peer dropped where there is a reason. */
  #judge(reason: string | undefined): void {
    if (reason !== undefined && !this.isClosed) this.#handlers.onViolation(this, reason)
  }

  #failPending(stream: FrameStream, error: Error | undefined): void {
    // Late answers come on the stream that carried their request, or never.
    this.#givenUp.clear()
    for (const pending of this.#pending.values()) {
      if (pending.stream === stream) pending.reject(isViolation(error) ? error : closedError())
    }
  }
}

const VIOLATIONS = ['ERR_FRAME_INVALID', 'ERR_FRAME_TOO_LARGE', 'ERR_MESSAGE_INVALID', 'ERR_CID_INVALID'] as const

/** Throws where there is a reason to drop the peer; the stream’s end tells of it. */
function demand(reason: string | undefined): void {
  if (reason !== undefined) throw new QuireError('ERR_MESSAGE_INVALID', reason)
}

function isViolation(error: unknown): error is QuireError {
  return VIOLATIONS.some((code) => isQuireError(error, code))
}

function closedError(): QuireError {
  return new QuireError('ERR_PEER_NOT_CONNECTED', 'The stream to the peer ended.')
}
