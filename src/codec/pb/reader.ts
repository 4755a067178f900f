import { invalid } from '../binary.ts'

export const VARINT = 0
export const FIXED64 = 1
export const BYTES = 2
export const FIXED32 = 5
export type WireType = typeof VARINT | typeof FIXED64 | typeof BYTES | typeof FIXED32

export interface Tag {
  readonly number: number
  readonly wire: WireType
}

/** How many repeated elements a whole message may still hold, shared by all its nested messages. */
export interface Budget {
  elements: number
}

const MAX_FIELD_NUMBER = 2 ** 29 - 1
const MAX_VARINT_BYTES = 10

/**
 * Reads protobuf fields one after the other; strict, because protons-runtime’s reader runs past the end of a cut varint.
 *
 * Every method throws `ERR_MESSAGE_INVALID`: truncated input, a varint of more than 10 bytes or 64 bits, a field number
 * of 0 or above 2^29 - 1, a group or unknown wire type.
 */
export class ProtoReader {
  readonly budget: Budget
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array, budget: Budget) {
    this.#bytes = bytes
    this.budget = budget
  }

  /** How many bytes were read. */
  get offset(): number {
    return this.#offset
  }

  get done(): boolean {
    return this.#offset >= this.#bytes.byteLength
  }

  tag(): Tag {
    const value = this.uint32()
    const number = value >>> 3
    const wire = value & 7
    if (number === 0 || number > MAX_FIELD_NUMBER) throw invalid(`The field number ${number} is not allowed.`)
    if (wire !== VARINT && wire !== FIXED64 && wire !== BYTES && wire !== FIXED32) {
      throw invalid(`The wire type ${wire} is not allowed.`)
    }
    return { number, wire }
  }

  uint64(): bigint {
    let low = 0
    for (let i = 0; i < 4; i++) {
      const byte = this.#byte()
      low |= (byte & 0x7f) << (7 * i)
      if (byte < 0x80) return BigInt(low)
    }
    let value = BigInt(low)
    for (let i = 4; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#byte()
      value |= BigInt(byte & 0x7f) << BigInt(7 * i)
      if (byte < 0x80) {
        if (value > 0xffff_ffff_ffff_ffffn) break
        return value
      }
    }
    throw invalid('A varint is longer than 64 bits.')
  }

  uint32(): number {
    const fast = this.#shortVarint(4)
    if (fast !== undefined) return fast
    const value = this.uint64()
    if (value > 0xffff_ffffn) throw invalid(`The number ${value} does not fit 32 bits.`)
    return Number(value)
  }

  /** A u64 of at most 2^53 - 1. */
  safeUint64(): number {
    const fast = this.#shortVarint(7)
    if (fast !== undefined) return fast
    const value = this.uint64()
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid(`The number ${value} is too large.`)
    return Number(value)
  }

  /** Length-prefixed bytes as a view, not a copy. */
  bytes(): Uint8Array {
    return this.#take(this.uint32())
  }

  skip(wire: WireType): void {
    if (wire === VARINT) this.uint64()
    else if (wire === FIXED64) this.#take(8)
    else if (wire === FIXED32) this.#take(4)
    else this.bytes()
  }

  /** A reader over the next length-prefixed message. */
  nested(): ProtoReader {
    return new ProtoReader(this.bytes(), this.budget)
  }

  /** A varint of at most `maxBytes` ≤ 7 bytes without a bigint; undefined, and nothing read, for a longer one. */
  #shortVarint(maxBytes: number): number | undefined {
    let value = 0
    let factor = 1
    for (let i = 0; i < maxBytes; i++) {
      const byte = this.#bytes[this.#offset + i]
      if (byte === undefined) throw invalid('The message ends in the middle of a number.')
      value += (byte & 0x7f) * factor
      if (byte < 0x80) {
        this.#offset += i + 1
        return value
      }
      factor *= 128
    }
    return undefined
  }

  #byte(): number {
    const byte = this.#bytes[this.#offset]
    if (byte === undefined) throw invalid('The message ends in the middle of a number.')
    this.#offset++
    return byte
  }

  #take(length: number): Uint8Array {
    const left = this.#bytes.byteLength - this.#offset
    if (length > left) throw invalid(`${length} bytes were announced and ${left} are there.`)
    const start = this.#offset
    this.#offset += length
    return this.#bytes.subarray(start, start + length)
  }
}
