/** What several sources find, each thing once, in the order in which it comes. */
export class Gathered<T> implements AsyncIterable<T> {
  readonly #seen = new Set<T>()
  readonly #waiting: T[] = []
  readonly #signal: AbortSignal
  #hasEnded = false
  #wake: (() => void) | undefined

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  add(value: T): void {
    if (this.#hasEnded || this.#seen.has(value)) return
    this.#seen.add(value)
    this.#waiting.push(value)
    this.#wake?.()
  }

  end(): void {
    this.#hasEnded = true
    this.#wake?.()
  }

  /** Ends after `end`; rejects with the signal’s reason. One reader at a time. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      this.#signal.throwIfAborted()
      const next = this.#waiting.shift()
      if (next !== undefined) yield next
      else if (this.#hasEnded) return
      else await this.#change()
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#signal.removeEventListener('abort', wake)
        this.#wake = undefined
        resolve()
      }
      this.#wake = wake
      this.#signal.addEventListener('abort', wake, { once: true })
    })
  }
}
