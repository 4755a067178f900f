import type { FetchOptions, FetchResult } from './contestant.ts'
import { sha256HexOf } from './seeded-bytes.ts'

interface ReceiptInit extends FetchOptions {
  /** When the fetch was called, by `performance.now()`. */
  readonly startedMs: number
}

/** Takes the clock and the pieces of one fetch; nothing but a push happens for a piece. */
export class Receipt {
  readonly #wantedBytes: number
  readonly #limitMs: number
  readonly #pieces: Uint8Array[] = []
  readonly #startedMs: number
  #firstByteMs = 0
  #elapsedMs = 0
  #sizeBytes = 0

  constructor(wantedBytes: number, { startedMs, limitMs = Number.POSITIVE_INFINITY }: ReceiptInit) {
    this.#startedMs = startedMs
    this.#wantedBytes = wantedBytes
    this.#limitMs = limitMs
  }

  /** True once this was the last piece, or time is over. */
  add(piece: Uint8Array): boolean {
    const nowMs = performance.now() - this.#startedMs
    if (this.#sizeBytes === 0) this.#firstByteMs = nowMs
    this.#elapsedMs = nowMs
    this.#sizeBytes += piece.byteLength
    this.#pieces.push(piece)
    return this.#sizeBytes >= this.#wantedBytes || nowMs - this.#firstByteMs >= this.#limitMs
  }

  async result(): Promise<FetchResult> {
    return {
      elapsedMs: this.#elapsedMs,
      firstByteMs: this.#firstByteMs,
      sizeBytes: this.#sizeBytes,
      sha256Hex: this.#sizeBytes < this.#wantedBytes ? '' : await sha256HexOf(this.#pieces),
    }
  }
}
