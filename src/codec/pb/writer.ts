import type { WireType } from './reader.ts'

const INITIAL_BYTES = 64

/** Writes protobuf fields one after the other into a buffer that doubles. */
export class ProtoWriter {
  #buffer = new Uint8Array(INITIAL_BYTES)
  #length = 0

  tag(number: number, wire: WireType): void {
    this.safeVarint(number * 8 + wire)
  }

  /** `value` in 0 … 2^64 - 1. */
  varint(value: bigint): void {
    let rest = value
    while (rest > 0x7fn) {
      this.#byte(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    this.#byte(Number(rest))
  }

  /** `value` in 0 … 2^53 - 1. */
  safeVarint(value: number): void {
    let rest = value
    while (rest > 0x7f) {
      this.#byte((rest % 128) | 0x80)
      rest = Math.floor(rest / 128)
    }
    this.#byte(rest)
  }

  /** Fields that are encoded already. */
  raw(value: Uint8Array): void {
    this.#reserve(value.byteLength)
    this.#buffer.set(value, this.#length)
    this.#length += value.byteLength
  }

  bytes(value: Uint8Array): void {
    this.safeVarint(value.byteLength)
    this.raw(value)
  }

  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length)
  }

  #byte(value: number): void {
    this.#reserve(1)
    this.#buffer[this.#length++] = value
  }

  #reserve(length: number): void {
    const needed = this.#length + length
    if (needed <= this.#buffer.byteLength) return
    const grown = new Uint8Array(Math.max(needed, this.#buffer.byteLength * 2))
    grown.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = grown
  }
}
