/** The reason with which a pause interrupts work; nobody outside sees it. */
const PAUSED = Symbol('paused')

/** One that gives a promise keeps those after it waiting, as long as nothing has changed again. */
type PauseListener = (isPaused: boolean) => void | Promise<void>

/** Work that a person may pause and resume. */
export class PauseSwitch {
  readonly #listeners = new Set<PauseListener>()
  #isPaused: boolean
  #resumed = Promise.withResolvers<void>()
  #interrupt: () => void = () => undefined

  constructor({ isPaused = false } = {}) {
    this.#isPaused = isPaused
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** Calls back after every change, the first listener first; returns the unsubscribe. */
  onChange(listener: PauseListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#interrupt()
    void this.#tell(true)
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#resumed.resolve()
    this.#resumed = Promise.withResolvers<void>()
    void this.#tell(false)
  }

  /**
   * Does `work` until it is done: a pause aborts its signal, and it is begun anew with the next `resume`.
   *
   * Rejects as the work does, or with the reason of `signal`, also while paused.
   */
  async run<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      if (this.#isPaused) await this.#untilResumed(signal)
      signal.throwIfAborted()
      const running = new AbortController()
      const onAbort = (): void => running.abort(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      this.#interrupt = () => running.abort(PAUSED)
      try {
        return await work(running.signal)
      } catch (error) {
        if (running.signal.reason !== PAUSED) throw error
      } finally {
        signal.removeEventListener('abort', onAbort)
        this.#interrupt = () => undefined
      }
    }
  }

  async #tell(isPaused: boolean): Promise<void> {
    for (const listener of this.#listeners) {
      const done = listener(isPaused)
      if (done !== undefined) await done
      if (this.#isPaused !== isPaused) return
    }
  }

  async #untilResumed(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>()
    const onAbort = (): void => aborted.reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    try {
      while (this.#isPaused) await Promise.race([this.#resumed.promise, aborted.promise])
    } finally {
      signal.removeEventListener('abort', onAbort)
      // Nobody may be waiting for it any more.
      aborted.promise.catch(() => undefined)
    }
  }
}
