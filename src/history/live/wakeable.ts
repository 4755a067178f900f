import type { HistoryClock } from '../clock.ts'

/** A pause that can be cut short; a wake that comes before the pause ends that one at once. */
export class Wakeable {
  readonly #clock: HistoryClock
  #isWoken = false
  #wake: (() => void) | undefined

  constructor(clock: HistoryClock) {
    this.#clock = clock
  }

  wake(): void {
    this.#isWoken = true
    this.#wake?.()
  }

  /** True where it was woken; false after `ms` (never, where it is undefined), or once the signal aborts. */
  async pause(ms: number | undefined, signal: AbortSignal): Promise<boolean> {
    const ended = new AbortController()
    const either = AbortSignal.any([ended.signal, signal])
    this.#wake = () => ended.abort()
    if (this.#isWoken) ended.abort()
    try {
      await (ms === undefined ? aborted(either) : this.#clock.sleep(ms, { signal: either }))
    } catch (error) {
      if (!either.aborted) throw error
    }
    this.#wake = undefined
    const wasWoken = this.#isWoken
    this.#isWoken = false
    return wasWoken
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
