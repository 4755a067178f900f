/** How the records of the history database are written: little-endian, numbers of varying length, text with its length before it. */
import { invalid } from '../../codec/binary.ts'
import { hexAt } from '../crypto/hex.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const FIRST_BYTES = 1024

/** Writes forward into a buffer that grows. */
export class RecordWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView
  #length = 0

  constructor(firstBytes = FIRST_BYTES) {
    this.#bytes = new Uint8Array(firstBytes)
    this.#view = new DataView(this.#bytes.buffer)
  }

  get length(): number {
    return this.#length
  }

  u8(value: number): this {
    const at = this.#take(1)
    this.#view.setUint8(at, value)
    return this
  }

  u16(value: number): this {
    const at = this.#take(2)
    this.#view.setUint16(at, value, true)
    return this
  }

  u32(value: number): this {
    const at = this.#take(4)
    this.#view.setUint32(at, value, true)
    return this
  }

  f64(value: number): this {
    // Growing replaces the view.
    const at = this.#take(8)
    this.#view.setFloat64(at, value, true)
    return this
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte. */
  varint(value: number): this {
    let rest = value
    while (rest >= 0x80) {
      this.u8((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    return this.u8(rest)
  }

  /** A whole number of either sign. */
  signed(value: number): this {
    return this.varint(value < 0 ? -2 * value - 1 : 2 * value)
  }

  bytes(value: Uint8Array): this {
    const at = this.#take(value.byteLength)
    this.#bytes.set(value, at)
    return this
  }

  text(value: string): this {
    const bytes = encoder.encode(value)
    return this.varint(bytes.byteLength).bytes(bytes)
  }

  /** The bytes that “0x…” says; their number is not written. */
  hex(text: string): this {
    const count = (text.length - 2) >>> 1
    const at = this.#take(count)
    for (let i = 0; i < count; i++) {
      this.#bytes[at + i] = (nibble(text.charCodeAt(2 * i + 2)) << 4) | nibble(text.charCodeAt(2 * i + 3))
    }
    return this
  }

  setU32(at: number, value: number): void {
    this.#view.setUint32(at, value, true)
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }

  #take(count: number): number {
    const start = this.#length
    this.#length += count
    if (this.#length > this.#bytes.byteLength) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.byteLength * 2))
      grown.set(this.#bytes)
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    return start
  }
}

/** Reads forward. Every method throws `ERR_MESSAGE_INVALID` where too few bytes are left. */
export class RecordReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset: number

  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#offset = offset
  }

  get offset(): number {
    return this.#offset
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#bytes.byteLength
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

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }

  varint(): number {
    let value = 0
    for (let factor = 1; factor < 2 ** 56; factor *= 0x80) {
      const byte = this.u8()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
    throw invalid('A number has too many bytes.')
  }

  signed(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** A view, not a copy. */
  bytes(count: number): Uint8Array {
    const start = this.#take(count)
    return this.#bytes.subarray(start, start + count)
  }

  text(): string {
    return decoder.decode(this.bytes(this.varint()))
  }

  hex(count: number): string {
    const start = this.#take(count)
    return hexAt(this.#bytes, start, count)
  }

  /** Refuses a number of things that cannot fit into what is left, `minBytes` each. */
  count(minBytes: number): number {
    const count = this.varint()
    if (count * minBytes > this.#bytes.byteLength - this.#offset) throw invalid(`${count} things cannot be in there.`)
    return count
  }

  #take(count: number): number {
    const start = this.#offset
    if (start + count > this.#bytes.byteLength) throw invalid('A record ends too early.')
    this.#offset += count
    return start
  }
}

function nibble(code: number): number {
  if (code >= 0x61) return code - 0x57
  return code >= 0x41 ? code - 0x37 : code - 0x30
}
