/** Ten times a second: as often as a person can follow a number, and as the contract with the page promises. */
const DEFAULT_INTERVAL_MS = 100

/** Gathers marks and hands them on together: the first at once, the next after `intervalMs` at the soonest. */
export class Coalescer<K> {
  readonly #flush: (keys: ReadonlySet<K>) => void
  readonly #intervalMs: number
  #marked = new Set<K>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(flush: (keys: ReadonlySet<K>) => void, { intervalMs = DEFAULT_INTERVAL_MS } = {}) {
    this.#flush = flush
    this.#intervalMs = intervalMs
  }

  mark(key: K): void {
    this.#marked.add(key)
    if (this.#timer === undefined) this.#run()
  }

  /** Forgets what is marked. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#marked.clear()
  }

  #run(): void {
    const keys = this.#marked
    this.#marked = new Set()
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#marked.size > 0) this.#run()
    }, this.#intervalMs)
    this.#flush(keys)
  }
}
