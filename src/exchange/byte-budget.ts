import type { Use } from './request-window.ts'

/** What may be on its way at once: bytes are reserved when they are asked for and given back when they are stored. */
export class ByteBudget {
  readonly limitBytes: number
  readonly #keptForReadersBytes: number
  readonly #onRelease: () => void
  #usedBytes = 0
  #highWaterBytes = 0

  /** `onRelease` is called after every release, when there is room again. */
  constructor(limitBytes: number, keptForReadersBytes: number, onRelease: () => void) {
    this.limitBytes = limitBytes
    this.#keptForReadersBytes = Math.min(keptForReadersBytes, Math.floor(limitBytes / 4))
    this.#onRelease = onRelease
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  /** The most that was ever reserved. */
  get highWaterBytes(): number {
    return this.#highWaterBytes
  }

  /** Bytes that a request may still reserve: all that is left for a reader’s next block, less what is kept for those else. */
  room(use: Use): number {
    const limitBytes = use === 'next' ? this.limitBytes : this.limitBytes - this.#keptForReadersBytes
    return Math.max(0, limitBytes - this.#usedBytes)
  }

  /** Takes `bytes`; the caller has looked at `room` in the same turn. */
  reserve(bytes: number): void {
    this.#usedBytes += bytes
    this.#highWaterBytes = Math.max(this.#highWaterBytes, this.#usedBytes)
  }

  release(bytes: number): void {
    if (bytes === 0) return
    this.#usedBytes -= bytes
    this.#onRelease()
  }
}
