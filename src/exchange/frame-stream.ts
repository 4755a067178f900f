import type { Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import { type Frame, FrameDecoder } from '../codec/frame.ts'
import { QuireError } from '../errors.ts'
import { type Clock, startDeadline } from './clock.ts'
import { FRAME_TIMEOUT_MS, MAX_QUEUED_FRAMES, SEND_TIMEOUT_MS } from './limits.ts'
import { closedError } from './peer-fault.ts'

export interface FrameStreamHandlers {
  /** A complete frame, in order; a throw ends the stream with that error. */
  onFrame(frame: Frame): void
  onBytes(byteCount: number): void
  /** Once, when nothing more will come; `error` is undefined where the peer closed in order. */
  onEnd(error: Error | undefined): void
}

export interface FrameStreamInit {
  /** What an incomplete frame may hold, bytes, beside the cap of its type. */
  readonly maxBufferedBytes: number
  /** What is set aside for a frame at its header, bytes; as `FrameDecoder`’s where it is not given. */
  readonly eagerBytes?: number | undefined
}

/** Where a frame ends in all that was ever handed to its stream, bytes. */
export type SendMark = number

/**
 * Frames in and out of one libp2p stream.
 *
 * Reading never pauses: the streams of `@libp2p/webrtc` have no read back-pressure and reset with 4 MiB unread, so what
 * comes is bounded by what is asked for and by the caps of the decoder. Writing waits for the stream to drain.
 */
export class FrameStream {
  readonly #stream: Stream
  readonly #clock: Clock
  readonly #handlers: FrameStreamHandlers
  readonly #maxBufferedBytes: number
  readonly #decoder: FrameDecoder
  readonly #unsentBytes: (stream: Stream) => number | undefined
  #handedBytes = 0
  #sending: Promise<void> = Promise.resolve()
  #queuedCount = 0
  #hasEnded = false
  /** When the frame that is not complete began. */
  #frameSinceMs: number | undefined
  #frameTimer: unknown

  constructor(
    components: { stream: Stream; clock: Clock; unsentBytes?: (stream: Stream) => number | undefined },
    handlers: FrameStreamHandlers,
    init: FrameStreamInit,
  ) {
    this.#stream = components.stream
    this.#clock = components.clock
    this.#handlers = handlers
    this.#unsentBytes = components.unsentBytes ?? (() => undefined)
    this.#maxBufferedBytes = init.maxBufferedBytes
    this.#decoder = new FrameDecoder({ eagerBytes: init.eagerBytes })
  }

  get isOpen(): boolean {
    return !this.#hasEnded && this.#stream.writeStatus === 'writable'
  }

  /** What was handed over up to a frame’s end and has not left; 0 where the transport does not say, or the stream ended. */
  unsentBytes(mark: SendMark): number {
    const unsentBytes = this.isOpen ? this.#unsentBytes(this.#stream) : undefined
    if (unsentBytes === undefined) return 0
    return Math.max(0, unsentBytes + this.#stream.writeBufferLength - (this.#handedBytes - mark))
  }

  /** Reads from now on. Bytes that came before are kept by the stream until there is a listener. */
  start(): void {
    this.#stream.addEventListener('close', this.#onClose)
    this.#stream.addEventListener('remoteCloseWrite', this.#onRemoteClose)
    this.#stream.addEventListener('message', this.#onMessage)
    if (this.#stream.status !== 'open') this.#end(closedError())
  }

  /**
   * Hands a frame to the stream; resolves with its mark when the stream takes more, and calls `onFull` where that will
   * take a while. Frames leave in the order of the calls.
   *
   * Errors: `ERR_PEER_NOT_CONNECTED` (the stream ended), `ERR_PEER_TIMEOUT` (it does not drain, or too much waits).
   */
  async send(frame: Uint8Array, onFull?: () => void): Promise<SendMark> {
    if (this.#queuedCount >= MAX_QUEUED_FRAMES) {
      throw new QuireError('ERR_PEER_TIMEOUT', 'The peer does not read what is sent to it.')
    }
    this.#queuedCount += 1
    const sending = this.#sending.then(() => this.#write(frame, onFull)).finally(() => (this.#queuedCount -= 1))
    // The next frame goes its own way; this one’s failure is its sender’s to see.
    this.#sending = sending.then(
      () => undefined,
      () => undefined,
    )
    return await sending
  }

  /** Ends the stream at once, both ways. */
  abort(error: Error): void {
    if (this.#hasEnded) return
    // The stream may be in the middle of giving out a message; it is aborted once that is over.
    queueMicrotask(() => this.#stream.abort(error))
    this.#end(error)
  }

  async #write(frame: Uint8Array, onFull: (() => void) | undefined): Promise<SendMark> {
    if (!this.isOpen) throw closedError()
    if (this.#stream.writableNeedsDrain) {
      onFull?.()
      await this.#drained()
    }
    if (!this.isOpen) throw closedError()
    this.#handedBytes += frame.byteLength
    const mark = this.#handedBytes
    if (!this.#stream.send(frame)) {
      onFull?.()
      await this.#drained()
    }
    return mark
  }

  /**
   * Waits for the event itself: `Stream.onDrain` of `@libp2p/utils` 7.4 keeps its first promise for ever, so from the second
   * wait on it resolves while the stream is still full.
   */
  async #drained(): Promise<void> {
    const deadline = startDeadline(this.#clock, SEND_TIMEOUT_MS)
    try {
      await nextEvent(this.#stream, deadline.signal)
    } catch (error) {
      this.abort(error instanceof Error ? error : closedError())
      throw error
    } finally {
      deadline.clear()
    }
  }

  readonly #onMessage = (event: StreamMessageEvent): void => {
    const chunks = event.data instanceof Uint8Array ? [event.data] : event.data
    this.#handlers.onBytes(event.data.byteLength)
    try {
      for (const chunk of chunks) this.#take(chunk)
    } catch (error) {
      this.abort(error instanceof Error ? error : new QuireError('ERR_UNKNOWN', 'A frame could not be handled.'))
    }
  }

  #take(chunk: Uint8Array): void {
    let since = this.#frameSinceMs
    for (const frame of this.#decoder.push(chunk)) {
      if (this.#hasEnded) return
      since = undefined
      this.#handlers.onFrame(frame)
    }
    if (this.#hasEnded) return
    if (this.#decoder.bufferedBytes > this.#maxBufferedBytes) {
      throw new QuireError('ERR_FRAME_TOO_LARGE', 'The peer sends a frame that it has no reason to send.')
    }
    this.#frameSinceMs = this.#decoder.bufferedBytes === 0 ? undefined : (since ?? this.#clock.now())
    if (this.#frameSinceMs !== undefined) this.#frameTimer ??= this.#watchFrame(FRAME_TIMEOUT_MS)
  }

  /** One timer for as long as frames come, whatever their number: it looks again when the present one would be late. */
  #watchFrame(delayMs: number): unknown {
    return this.#clock.setTimeout(() => {
      this.#frameTimer = undefined
      if (this.#hasEnded || this.#frameSinceMs === undefined) return
      const leftMs = this.#frameSinceMs + FRAME_TIMEOUT_MS - this.#clock.now()
      if (leftMs > 0) this.#frameTimer = this.#watchFrame(leftMs)
      else this.abort(new QuireError('ERR_FRAME_INVALID', 'The peer sends a frame that does not end.'))
    }, delayMs)
  }

  readonly #onClose = (event: StreamCloseEvent): void => {
    this.#end(event.error)
  }

  readonly #onRemoteClose = (): void => {
    this.#end(undefined)
    void this.#closeStream()
  }

  #end(error: Error | undefined): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#clock.clearTimeout(this.#frameTimer)
    this.#stream.removeEventListener('message', this.#onMessage)
    this.#stream.removeEventListener('close', this.#onClose)
    this.#stream.removeEventListener('remoteCloseWrite', this.#onRemoteClose)
    this.#handlers.onEnd(error)
  }

  /** What was sent still leaves, unless the peer does not take it. */
  async #closeStream(): Promise<void> {
    const deadline = startDeadline(this.#clock, SEND_TIMEOUT_MS)
    try {
      await this.#stream.close({ signal: deadline.signal })
    } catch (error) {
      // It may be gone already. Where it is not, it would keep what it could not send.
      this.#stream.abort(error instanceof Error ? error : closedError())
    } finally {
      deadline.clear()
    }
  }
}

function nextEvent(stream: Stream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      stream.removeEventListener('drain', onDrain)
      stream.removeEventListener('close', onClose)
      signal.removeEventListener('abort', onAbort)
      act()
    }
    const onDrain = (): void => settle(resolve)
    const onClose = (): void => settle(() => reject(closedError()))
    const onAbort = (): void => settle(() => reject(signal.reason))
    stream.addEventListener('drain', onDrain)
    stream.addEventListener('close', onClose)
    signal.addEventListener('abort', onAbort, { once: true })
  })
}
