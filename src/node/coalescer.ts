/**
 * Four times a second: a person reads no figure faster, and each change costs the page a layout and a paint, which on two
 * cores are taken from the transfer (10 ms of 140 ms a MB at ten changes a second).
 */
const DEFAULT_INTERVAL_MS = 250

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
