/**
 * Frames of `/storage/blockexc/1.0.0`:
 *
 *   u32 LE length (1 + payload, its own four bytes not counted) · u8 type · payload
 *
 * Types mix freely on one stream. Source: logos-storage-nim after PR #1411, networkpeer.nim; there is no varint.
 */
import { QuireError } from '../errors.ts'
import { ByteReader, ByteWriter } from './binary.ts'
import { EAGER_BYTES, GrowingBuffer } from './growing-buffer.ts'

export const CONTROL = 0
export const WANT_BLOCKS_REQUEST = 1
export const WANT_BLOCKS_RESPONSE = 2
export type FrameType = typeof CONTROL | typeof WANT_BLOCKS_REQUEST | typeof WANT_BLOCKS_RESPONSE

export interface Frame {
  readonly type: FrameType
  readonly payload: Uint8Array
}

const HEADER_BYTES = 5

/**
 * The most that a payload may have, in bytes.
 *
 * Two versions are on the network: batches of 1 MiB (July 2026) and of 128 KiB (later). Reading takes the larger caps,
 * 128 ranges a request and 4 + 4 MiB + 1 MiB a response, so that frames of both come through; what we send keeps to the
 * smaller ones (`want-blocks.ts`).
 */
export const MAX_PAYLOAD_BYTES: Readonly<Record<FrameType, number>> = {
  [CONTROL]: 16_777_216,
  [WANT_BLOCKS_REQUEST]: 128 * 16 + 1024,
  [WANT_BLOCKS_RESPONSE]: 4 + 4_194_304 + 1_048_576,
}

/** One frame, header and a copy of the payload. Errors: `ERR_FRAME_TOO_LARGE`. */
export function encodeFrame(type: FrameType, payload: Uint8Array): Uint8Array {
  return startFrame(type, payload.byteLength).bytes(payload).finish()
}

/** A frame whose payload is written where it goes, as one of some megabytes is better not copied. Errors: `ERR_FRAME_TOO_LARGE`. */
export function startFrame(type: FrameType, payloadBytes: number): ByteWriter {
  checkSize(type, payloadBytes)
  return new ByteWriter(HEADER_BYTES + payloadBytes).u32(1 + payloadBytes).u8(type)
}

/**
 * Cuts the chunks of one stream into frames, however they were split.
 *
 * A payload that lies in one chunk is a view of it; any other is copied once it grows (`growing-buffer.ts`). Nothing is
 * kept of a frame above its type’s cap: the header alone decides.
 */
export class FrameDecoder {
  readonly #eagerBytes: number
  #header = new GrowingBuffer(HEADER_BYTES)
  #open: { readonly type: FrameType; readonly payload: GrowingBuffer } | undefined

  /** `eagerBytes`: what is allocated for a frame that was only announced; as much as an answer has that was asked for. */
  constructor({ eagerBytes = EAGER_BYTES }: { readonly eagerBytes?: number | undefined } = {}) {
    this.#eagerBytes = eagerBytes
  }

  /** Bytes held of a frame that is not complete; 0 between frames, so a stream may end here only then. */
  get bufferedBytes(): number {
    return this.#header.filledBytes + (this.#open?.payload.filledBytes ?? 0)
  }

  /** Bytes allocated for a frame that is not complete. */
  get allocatedBytes(): number {
    return HEADER_BYTES + (this.#open?.payload.capacityBytes ?? 0)
  }

  /**
   * The frames that `chunk` completes, in order.
   *
   * Errors: `ERR_FRAME_INVALID` (no length, unknown type), `ERR_FRAME_TOO_LARGE`. After an error the stream is lost: the
   * refused header stays, so every further push throws again; frames before it in the same chunk are not given out.
   */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = []
    let offset = 0
    while (offset < chunk.byteLength) {
      if (this.#open === undefined) {
        offset += this.#header.take(chunk, offset)
        if (!this.#header.isFull) break
        const { type, length } = readHeader(this.#header.finish())
        if (offset + length > chunk.byteLength) {
          this.#open = { type, payload: new GrowingBuffer(length, this.#eagerBytes) }
        } else {
          frames.push({ type, payload: chunk.subarray(offset, offset + length) })
          offset += length
          this.#header = new GrowingBuffer(HEADER_BYTES)
        }
      } else {
        const { type, payload } = this.#open
        offset += payload.take(chunk, offset)
        if (!payload.isFull) break
        frames.push({ type, payload: payload.finish() })
        this.#open = undefined
        this.#header = new GrowingBuffer(HEADER_BYTES)
      }
    }
    return frames
  }
}

function readHeader(header: Uint8Array): { type: FrameType; length: number } {
  const reader = new ByteReader(header)
  const frameLength = reader.u32()
  const type = reader.u8()
  if (frameLength === 0) throw new QuireError('ERR_FRAME_INVALID', 'A frame has no length.')
  if (type !== CONTROL && type !== WANT_BLOCKS_REQUEST && type !== WANT_BLOCKS_RESPONSE) {
    throw new QuireError('ERR_FRAME_INVALID', `The frame type ${type} is unknown.`)
  }
  const length = frameLength - 1
  checkSize(type, length)
  return { type, length }
}

function checkSize(type: FrameType, length: number): void {
  const maxBytes = MAX_PAYLOAD_BYTES[type]
  if (length <= maxBytes) return
  throw new QuireError('ERR_FRAME_TOO_LARGE', `A frame of ${length} bytes is above the cap of ${maxBytes}.`, {
    details: { type, lengthBytes: length, maxBytes },
  })
}
