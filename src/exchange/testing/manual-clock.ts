import type { Clock } from '../clock.ts'

interface Timer {
  readonly dueMs: number
  readonly callback: () => void
}

/** A clock that stands until it is told to go on. */
export class ManualClock implements Clock {
  readonly #timers = new Map<number, Timer>()
  #nowMs = 0
  #nextHandle = 1

  now(): number {
    return this.#nowMs
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    const handle = this.#nextHandle++
    this.#timers.set(handle, { dueMs: this.#nowMs + delayMs, callback })
    return handle
  }

  clearTimeout(handle: unknown): void {
    if (typeof handle === 'number') this.#timers.delete(handle)
  }

  get timerCount(): number {
    return this.#timers.size
  }

  /** Lets `ms` pass; timers run in order, and what they set off is given the time to happen. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms
    await settle()
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      const [handle, timer] = next
      this.#timers.delete(handle)
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs)
      timer.callback()
      await settle()
    }
    this.#nowMs = endMs
    await settle()
  }

  /** Lets time pass in steps until `done` is settled or true, at most `limitMs`; gives the milliseconds that it took. */
  async advanceUntil(done: Promise<unknown> | (() => boolean), limitMs = 600_000, stepMs = 50): Promise<number> {
    const startMs = this.#nowMs
    let isSettled = false
    if (typeof done !== 'function') {
      done.then(
        () => (isSettled = true),
        () => (isSettled = true),
      )
    }
    const isDone = (): boolean => (typeof done === 'function' ? done() : isSettled)
    await settle()
    while (!isDone() && this.#nowMs - startMs < limitMs) await this.advance(stepMs)
    if (!isDone()) throw new Error(`nothing happened in ${limitMs} ms of the manual clock`)
    return this.#nowMs - startMs
  }

  #next(endMs: number): [number, Timer] | undefined {
    let first: [number, Timer] | undefined
    for (const entry of this.#timers) {
      if (entry[1].dueMs <= endMs && (first === undefined || entry[1].dueMs < first[1].dueMs)) first = entry
    }
    return first
  }
}

const HASHING_THREADS = 4
const HASHED = new Uint8Array(65_536)

/**
 * Time for what was set off: turns of the event loop for exchanges over memory streams, and hashing of our own that waits
 * behind theirs. Turns alone are not enough: hashing runs in other threads, and the clock would go on ahead of it.
 */
async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve))
    await Promise.all(Array.from({ length: HASHING_THREADS }, () => crypto.subtle.digest('SHA-256', HASHED)))
  }
}
