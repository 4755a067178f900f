/** What one direction or all of a line holds at a time; a home router’s buffer is smaller, a transfer’s window never larger. */
const MAX_QUEUED_BYTES = 64 * 1024 * 1024

interface Waiting<T> {
  readonly item: T
  readonly sizeBytes: number
  readonly dueMs: number
}

/** Things that come out some time after they went in, in the same order; what has no room is dropped and counted. */
export class DelayQueue<T> {
  readonly #maxBytes: number
  #waiting: Waiting<T>[] = []
  #first = 0
  #queuedBytes = 0
  #dropped = 0
  #lastDueMs = 0

  constructor({ maxBytes = MAX_QUEUED_BYTES }: { maxBytes?: number } = {}) {
    this.#maxBytes = maxBytes
  }

  get dropped(): number {
    return this.#dropped
  }

  /** When the first of all is due; undefined where nothing waits. */
  get nextDueMs(): number | undefined {
    return this.#waiting[this.#first]?.dueMs
  }

  /** False where it was dropped. A shorter delay than that of the thing before waits for it: a line does not reorder. */
  push(item: T, { sizeBytes, dueMs }: { sizeBytes: number; dueMs: number }): boolean {
    if (this.#queuedBytes + sizeBytes > this.#maxBytes) {
      this.#dropped += 1
      return false
    }
    this.#lastDueMs = Math.max(this.#lastDueMs, dueMs)
    this.#waiting.push({ item, sizeBytes, dueMs: this.#lastDueMs })
    this.#queuedBytes += sizeBytes
    return true
  }

  /** Takes everything that is due at `nowMs`, oldest first. */
  *takeDue(nowMs: number): Generator<T> {
    for (;;) {
      const first = this.#waiting[this.#first]
      if (first === undefined || first.dueMs > nowMs) break
      this.#first += 1
      this.#queuedBytes -= first.sizeBytes
      yield first.item
    }
    // Moved seldom, so that a long queue costs the same for each item.
    if (this.#first < 1024 && this.#first < this.#waiting.length) return
    this.#waiting = this.#waiting.slice(this.#first)
    this.#first = 0
  }
}
