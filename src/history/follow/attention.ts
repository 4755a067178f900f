import { type HistoryClock, sleepUntil } from '../clock.ts'

interface AttentionInit {
  readonly clock: HistoryClock
  /** Looks at everything, and begins what can begin. */
  readonly look: () => void
  /** When something is to be looked at again by itself; what was due when the look began is not looked at again. */
  readonly timesMs: () => readonly number[]
}

/**
 * Looks at everything once what happens now has happened, and again when the next thing is due.
 *
 * A look that changes nothing never causes another one: it begins what is due, and what it cannot begin (while paused,
 * without room) waits for the poke of whatever changes that.
 */
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
    const { clock, look, timesMs } = this.#init
    // Before the look: what falls due in the middle of it is looked at once more.
    const nowMs = clock.nowMs()
    look()
    this.#timer.abort()
    this.#timer = new AbortController()
    const nextMs = timesMs().reduce(
      (next, atMs) => (atMs > nowMs ? Math.min(next, atMs) : next),
      Number.POSITIVE_INFINITY,
    )
    if (nextMs === Number.POSITIVE_INFINITY) return
    sleepUntil(nextMs, clock, { signal: this.#timer.signal }).then(
      () => this.poke(),
      () => undefined,
    )
  }
}
