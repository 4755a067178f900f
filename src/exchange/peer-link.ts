import type { Stream } from '@libp2p/interface'
import {
  CONTROL,
  encodeFrame,
  type Frame,
  MAX_PAYLOAD_BYTES,
  WANT_BLOCKS_REQUEST,
  WANT_BLOCKS_RESPONSE,
} from '../codec/frame.ts'
import { decodeMessage, encodeMessage, type Message } from '../codec/message.ts'
import {
  decodeWantBlocksRequest,
  decodeWantBlocksResponse,
  MAX_BLOCKS_PER_BATCH,
  type WantBlocksRequest,
} from '../codec/want-blocks.ts'
import { isQuireError, QuireError } from '../errors.ts'
import type { Clock } from './clock.ts'
import { FrameStream } from './frame-stream.ts'
import { JobQueue } from './job-queue.ts'
import {
  ANSWERS_PER_STREAM,
  EAGER_ANSWER_BYTES,
  MAX_INBOUND_BUFFERED_BYTES,
  MAX_INBOUND_STREAMS_PER_PEER,
  MAX_WAITING_REQUESTS,
} from './limits.ts'
import type { LaneShares } from './lane-shares.ts'
import type { ExchangeNetwork, PathRoom, PeerKey } from './network-port.ts'
import { PeerConduct } from './peer-conduct.ts'
import type { PeerCounters } from './peer-counters.ts'
import { demand, isViolation } from './peer-fault.ts'
import type { Reading } from './reading.ts'
import { RequestLane } from './request-lane.ts'
import { RequestLanes } from './request-lanes.ts'

export interface PeerLinkHandlers {
  onMessage(link: PeerLink, message: Message): void
  /** Sends the answer’s frame on `channel`; a rejection ends the stream that asked. */
  onRequest(link: PeerLink, request: WantBlocksRequest, channel: AnswerChannel): Promise<void>
  /** More may be asked of the peer at a time than before. */
  onRoom(): void
  /** The peer broke a rule of the protocol; `reason` is for the connectivity data. */
  onViolation(link: PeerLink, reason: string): void
}

/** The stream that a request came on. */
export interface AnswerChannel {
  /**
   * Resolves when the transport takes more, with what of the frame, and of those before it, has not left
   * since, bytes. Errors: as `FrameStream.send`.
   */
  send(frame: Uint8Array, onFull?: () => void): Promise<() => number>
  /** Ends the stream, as the peer does not take the answer. */
  giveUp(reason: QuireError): void
}

const DIRECT: PathRoom = { kind: 'direct' }

/** A stream in use: ours to ask on, where it has a lane; what the peer asks on it waits in `requests`. */
interface Attached {
  readonly stream: FrameStream
  readonly lane: RequestLane | undefined
  readonly requests: JobQueue
}

/**
 * One connected peer.
 *
 *   lanes (our streams, the first opened by the first thing to send): our want lists, our presence answers and broadcasts on
 *   the first, our requests on all; the peer’s answers to those come back on the lane that carried the request
 *   inbound streams (the peer’s): the same the other way round
 */
export class PeerLink {
  readonly peer: PeerKey
  readonly counters: PeerCounters
  /** Whether what it sends comes through a relay now. */
  readonly isRelayed: boolean
  /** Where requests leave: one stream, and more on connections of their own to a peer that is far. */
  readonly lanes: RequestLanes
  readonly #clock: Clock
  readonly #network: ExchangeNetwork
  readonly #handlers: PeerLinkHandlers
  readonly #closing = new AbortController()
  readonly #inbound = new Set<FrameStream>()
  readonly #conduct: PeerConduct

  constructor(
    components: {
      peer: PeerKey
      network: ExchangeNetwork
      clock: Clock
      counters: PeerCounters
      shares: LaneShares
      reading: Reading
    },
    handlers: PeerLinkHandlers,
  ) {
    this.peer = components.peer
    this.counters = components.counters
    this.#clock = components.clock
    this.#network = components.network
    this.#handlers = handlers
    this.#conduct = new PeerConduct(components.clock)
    const { network, clock, shares, reading } = components
    const roundTripMs = (): number | undefined => network.leastRoundTripMs(this.peer)
    const isReading = (): boolean => reading.isRecent
    // Asked once, as each request looks at it: a peer whose path changes gets another link.
    this.isRelayed = network.pathTo(this.peer)?.kind === 'relayed'
    const path = (): PathRoom | undefined => (this.isRelayed ? network.pathTo(this.peer) : DIRECT)
    const isRelayed = (): boolean => this.isRelayed
    const attach = this.#attachLane.bind(this)
    const parts = { ...components, closing: this.#closing.signal, attach, isReading, roundTripMs, isRelayed }
    this.lanes = new RequestLanes({
      clock,
      shares,
      reading,
      roundTripMs,
      path,
      onUsedUp: () => network.renewPath(this.peer),
      make: (connection) => new RequestLane(parts, { connection }),
      onGrown: () => handlers.onRoom(),
    })
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
    const inbound = this.#attach(stream, { onEnd: () => this.#inbound.delete(inbound) })
    this.#inbound.add(inbound)
    inbound.start()
    this.#judge(this.#conduct.stream())
  }

  /** Counts a stream on which the peer asks for a manifest; those are served apart. */
  countManifestRequest(): void {
    this.#judge(this.#conduct.manifestRequest())
  }

  /** Sends a control message on our first lane. Errors: `ERR_PEER_NOT_CONNECTED`, `ERR_PEER_TIMEOUT`. */
  async sendMessage(message: Message): Promise<void> {
    await this.lanes.first.send(encodeFrame(CONTROL, encodeMessage(message)))
  }

  /** Ends every stream; what was asked for is rejected with `reason`. */
  close(reason: QuireError): void {
    if (this.isClosed) return
    this.#closing.abort(reason)
    this.lanes.close(reason)
    for (const stream of this.#inbound) stream.abort(reason)
  }

  #attachLane(stream: Stream, lane: RequestLane): FrameStream {
    const attached = this.#attach(stream, { lane, onEnd: (error) => lane.ended(attached, error) })
    return attached
  }

  #attach(stream: Stream, init: { lane?: RequestLane; onEnd: (error: Error | undefined) => void }): FrameStream {
    const requests = new JobQueue({ limit: MAX_WAITING_REQUESTS, width: ANSWERS_PER_STREAM })
    const attached = new FrameStream(
      { stream, clock: this.#clock, unsentBytes: (of) => this.#network.unsentBytes(of) },
      {
        onFrame: (frame) => this.#onFrame(frame, { stream: attached, lane: init.lane, requests }),
        onBytes: (byteCount) => {
          this.counters.receivedBytes += byteCount
          init.lane?.received(byteCount)
        },
        onEnd: (error) => {
          requests.clear()
          init.onEnd(error)
          if (isViolation(error)) this.#handlers.onViolation(this, error.message)
        },
      },
      // An answer is large but comes only on a stream of ours; nothing else needs so much.
      init.lane
        ? { maxBufferedBytes: MAX_PAYLOAD_BYTES[WANT_BLOCKS_RESPONSE], eagerBytes: EAGER_ANSWER_BYTES }
        : { maxBufferedBytes: MAX_INBOUND_BUFFERED_BYTES },
    )
    return attached
  }

  #onFrame(frame: Frame, { stream, lane, requests }: Attached): void {
    if (frame.type === CONTROL) {
      demand(this.#conduct.control(frame.payload.byteLength))
      const message = decodeMessage(frame.payload)
      demand(this.#conduct.asksFrom(message.wantList.entries.map(({ address }) => address.index)))
      this.#handlers.onMessage(this, message)
    } else if (frame.type === WANT_BLOCKS_REQUEST) {
      const request = shortened(decodeWantBlocksRequest(frame.payload))
      demand(this.#conduct.asksFrom(request.ranges.map(({ start }) => start)))
      if (requests.push(() => this.#answer(request, stream))) return
      throw new QuireError('ERR_MESSAGE_INVALID', 'The peer asks faster than it reads the answers.')
    } else if (lane !== undefined) {
      if (lane.take(decodeWantBlocksResponse(frame.payload)) === 'unasked') demand(this.#conduct.unaskedAnswer())
    } else {
      throw new QuireError('ERR_MESSAGE_INVALID', 'The peer answered on a stream that carried no request.')
    }
  }

  async #answer(request: WantBlocksRequest, stream: FrameStream): Promise<void> {
    if (!stream.isOpen) return
    const giveUp = (cause: unknown): void => {
      // Not with the error itself: one of ours may have the code of a rule that a peer breaks.
      stream.abort(new QuireError('ERR_PEER_NOT_CONNECTED', 'A request on the stream was not answered.', { cause }))
      if (isQuireError(cause, 'ERR_PEER_TIMEOUT')) this.#judge(this.#conduct.unreadAnswer())
    }
    const send: AnswerChannel['send'] = async (frame, onFull) => {
      const mark = await stream.send(frame, onFull)
      this.#conduct.readAnswer()
      this.counters.sentBytes += frame.byteLength
      return () => stream.unsentBytes(mark)
    }
    await this.#handlers.onRequest(this, request, { send, giveUp }).catch(giveUp)
  }

  /** Has the peer dropped where there is a reason. */
  #judge(reason: string | undefined): void {
    if (reason !== undefined && !this.isClosed) this.#handlers.onViolation(this, reason)
  }
}

/** Hundreds of requests may wait; one with more ranges than an answer has blocks gets none, so they need not be kept. */
function shortened(request: WantBlocksRequest): WantBlocksRequest {
  return request.ranges.length > MAX_BLOCKS_PER_BATCH ? { ...request, ranges: [] } : request
}
