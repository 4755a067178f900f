/**
 * Little-endian reading and writing of the exchange’s binary layouts; the reader refuses before it reads past the end.
 *
 * Source: logos-storage-nim, WantBlocks and manifest protocol: all integers are unsigned, little endian, unaligned.
 */
import { QuireError } from '../errors.ts'

/** Reads forward over bytes of a peer. Every method throws `ERR_MESSAGE_INVALID` where too few bytes are left. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get remaining(): number {
    return this.#bytes.byteLength - this.#offset
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true)
  }

  /** A u64 that counts something we hold, so at most 2^53 - 1. */
  safeU64(): number {
    const value = this.u64()
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid(`The number ${value} is too large.`)
    return Number(value)
  }

  /** The next bytes as a view, not a copy. */
  bytes(length: number): Uint8Array {
    const start = this.#take(length)
    return this.#bytes.subarray(start, start + length)
  }

  #take(length: number): number {
    if (length > this.remaining) throw invalid(`${length} bytes were announced and ${this.remaining} are there.`)
    const start = this.#offset
    this.#offset += length
    return start
  }
}

/** Writes forward into a buffer of a size known beforehand. */
export class ByteWriter {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset = 0

  constructor(sizeBytes: number) {
    this.#bytes = new Uint8Array(sizeBytes)
    this.#view = new DataView(this.#bytes.buffer)
  }

  u8(value: number): this {
    this.#view.setUint8(this.#take(1), value)
    return this
  }

  u16(value: number): this {
    this.#view.setUint16(this.#take(2), value, true)
    return this
  }

  u32(value: number): this {
    this.#view.setUint32(this.#take(4), value, true)
    return this
  }

  u64(value: bigint | number): this {
    this.#view.setBigUint64(this.#take(8), BigInt(value), true)
    return this
  }

  bytes(value: Uint8Array): this {
    this.#bytes.set(value, this.#take(value.byteLength))
    return this
  }

  finish(): Uint8Array {
    return this.#bytes
  }

  #take(length: number): number {
    const start = this.#offset
    this.#offset += length
    return start
  }
}

/** What every decoder of this folder throws for bytes that break a layout. */
export function invalid(message: string, cause?: unknown): QuireError {
  return new QuireError('ERR_MESSAGE_INVALID', message, cause === undefined ? {} : { cause })
}
