import { type HistoryClock, sleepUntil } from '../clock.ts'

interface AttentionInit {
  readonly clock: HistoryClock
  /** Looks at everything, and begins what can begin. */
  readonly look: () => void
  /** When something is to be looked at again by itself. */
  readonly nextMs: () => number | undefined
}

/** Looks at everything once what happens now has happened, and again when the next thing is due. */
export class Attention {
  readonly #init: AttentionInit
  #isRunning = false
  #isPoked = false
  #timer = new AbortController()

  constructor(init: AttentionInit) {
    this.#init = init
  }

  start(): void {
    this.#isRunning = true
    this.poke()
  }

  stop(): void {
    this.#isRunning = false
    this.#timer.abort()
  }

  poke(): void {
    if (this.#isPoked || !this.#isRunning) return
    this.#isPoked = true
    queueMicrotask(() => this.#look())
  }

  #look(): void {
    this.#isPoked = false
    if (!this.#isRunning) return
    this.#init.look()
    this.#timer.abort()
    this.#timer = new AbortController()
    const nextMs = this.#init.nextMs()
    // What is due now was begun, or is held up by a pause that ends with a poke of its own.
    if (nextMs === undefined || nextMs <= this.#init.clock.nowMs()) return
    sleepUntil(nextMs, this.#init.clock, { signal: this.#timer.signal }).then(
      () => this.poke(),
      () => undefined,
    )
  }
}
