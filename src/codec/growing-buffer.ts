/** What is allocated at once for a length that a peer only announced, where nothing else is known of it. */
export const EAGER_BYTES = 262_144

/**
 * Collects an announced number of bytes from chunks of any size.
 *
 * It doubles as bytes arrive: a peer that announces 16 MiB and sends five bytes costs `eagerBytes`, a peer that sends single
 * bytes costs no object for each, and the copying stays linear; up to `eagerBytes` nothing is copied a second time.
 */
export class GrowingBuffer {
  readonly #lengthBytes: number
  #bytes: Uint8Array
  #filled = 0

  constructor(lengthBytes: number, eagerBytes = EAGER_BYTES) {
    this.#lengthBytes = lengthBytes
    this.#bytes = new Uint8Array(Math.min(lengthBytes, eagerBytes))
  }

  get filledBytes(): number {
    return this.#filled
  }

  get capacityBytes(): number {
    return this.#bytes.byteLength
  }

  get isFull(): boolean {
    return this.#filled === this.#lengthBytes
  }

  /** Takes what still fits of `chunk` from `offset` on and says how many bytes that was. */
  take(chunk: Uint8Array, offset: number): number {
    const count = Math.min(chunk.byteLength - offset, this.#lengthBytes - this.#filled)
    this.#reserve(this.#filled + count)
    this.#bytes.set(chunk.subarray(offset, offset + count), this.#filled)
    this.#filled += count
    return count
  }

  /** The collected bytes, not copied: the buffer is done with after this. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#filled)
  }

  #reserve(needed: number): void {
    if (needed <= this.#bytes.byteLength) return
    const grown = new Uint8Array(Math.min(this.#lengthBytes, Math.max(needed, this.#bytes.byteLength * 2)))
    grown.set(this.#bytes.subarray(0, this.#filled))
    this.#bytes = grown
  }
}
