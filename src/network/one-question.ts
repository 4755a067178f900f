/**
 * One question and one answer over a stream of its own.
 *
 *   question: length (4 bytes, big-endian) ‖ bytes, then closed      answer: the same
 *
 * Sizes are checked before anything is kept, and each side has a time limit.
 */
import type { Stream } from '@libp2p/interface'
import { QuireError } from '../errors.ts'
import { asError } from './failure.ts'

const HEADER_BYTES = 4

/** The two may be as large as an envelope and what goes with it. */
export const MAX_FRAME_BYTES = 2 * 1024 * 1024

/** Sends a frame and closes our end. Errors: `ERR_FRAME_TOO_LARGE`. */
export function sendFrame(stream: Stream, payload: Uint8Array): void {
  if (payload.byteLength > MAX_FRAME_BYTES) throw tooLarge(payload.byteLength)
  const frame = new Uint8Array(HEADER_BYTES + payload.byteLength)
  new DataView(frame.buffer).setUint32(0, payload.byteLength)
  frame.set(payload, HEADER_BYTES)
  stream.send(frame)
  stream.close().catch((error: unknown) => stream.abort(asError(error)))
}

/**
 * The one frame that a stream brings.
 *
 * Errors: `ERR_FRAME_TOO_LARGE`, `ERR_MESSAGE_INVALID` (more than a frame), `ERR_PEER_NOT_CONNECTED` (it ended before).
 * After an error or an abort the stream is aborted.
 */
export function readFrame(stream: Stream, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const frame = new FrameBuffer()
    const settle = (act: () => void): void => {
      stream.removeEventListener('message', onMessage)
      stream.removeEventListener('remoteCloseWrite', onEnd)
      stream.removeEventListener('close', onEnd)
      signal.removeEventListener('abort', onAbort)
      act()
    }
    const fail = (error: unknown): void =>
      settle(() => {
        stream.abort(asError(error))
        reject(error)
      })
    const onMessage = ({ data }: { data: { subarray(): Uint8Array } }): void => {
      try {
        const whole = frame.push(data.subarray())
        if (whole !== undefined) settle(() => resolve(whole))
      } catch (error) {
        fail(error)
      }
    }
    const onEnd = (): void => {
      if (stream.readBufferLength > 0) return
      fail(new QuireError('ERR_PEER_NOT_CONNECTED', 'The stream ended too early.'))
    }
    const onAbort = (): void => fail(signal.reason)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    stream.addEventListener('remoteCloseWrite', onEnd)
    stream.addEventListener('close', onEnd)
    stream.addEventListener('message', onMessage)
  })
}

class FrameBuffer {
  readonly #header = new Uint8Array(HEADER_BYTES)
  #headerBytes = 0
  #payload: Uint8Array | undefined
  #payloadBytes = 0
  #sizeBytes = 0

  /** The whole frame with its last byte. Grows with what arrives, not with what is announced. */
  push(chunk: Uint8Array): Uint8Array | undefined {
    let at = 0
    while (this.#headerBytes < HEADER_BYTES && at < chunk.byteLength) {
      this.#header[this.#headerBytes++] = chunk[at++] ?? 0
      if (this.#headerBytes === HEADER_BYTES) this.#begin()
    }
    if (this.#payload === undefined) return undefined
    const rest = chunk.subarray(at)
    if (this.#payloadBytes + rest.byteLength > this.#sizeBytes) {
      throw new QuireError('ERR_MESSAGE_INVALID', 'The peer sent more than it announced.')
    }
    this.#append(this.#payload, rest)
    return this.#payloadBytes === this.#sizeBytes ? this.#payload.subarray(0, this.#sizeBytes) : undefined
  }

  #begin(): void {
    this.#sizeBytes = new DataView(this.#header.buffer).getUint32(0)
    if (this.#sizeBytes > MAX_FRAME_BYTES) throw tooLarge(this.#sizeBytes)
    this.#payload = new Uint8Array(Math.min(this.#sizeBytes, 16_384))
  }

  #append(payload: Uint8Array, rest: Uint8Array): void {
    const neededBytes = this.#payloadBytes + rest.byteLength
    if (neededBytes > payload.byteLength) {
      const grown = new Uint8Array(Math.min(this.#sizeBytes, Math.max(neededBytes, payload.byteLength * 2)))
      grown.set(payload.subarray(0, this.#payloadBytes))
      this.#payload = grown
    }
    this.#payload?.set(rest, this.#payloadBytes)
    this.#payloadBytes = neededBytes
  }
}

function tooLarge(sizeBytes: number): QuireError {
  return new QuireError('ERR_FRAME_TOO_LARGE', 'The frame is larger than allowed.', {
    details: { sizeBytes, maxBytes: MAX_FRAME_BYTES },
  })
}
