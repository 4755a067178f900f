import type { Clock } from '../clock.ts'
import { TimerHeap } from './timer-heap.ts'

export interface ManualClockInit {
  /** Lets everything happen that the last timer set off; by default what real hashing in other threads needs, too. */
  readonly settle?: () => Promise<void>
}

/** A clock that stands until it is told to go on; timers that are due at the same time run in the order in which they were set. */
export class ManualClock implements Clock {
  readonly #settle: () => Promise<void>
  readonly #timers = new TimerHeap()
  /** Those that were not cleared; the heap lets the others go when they are due. */
  readonly #open = new Set<number>()
  #nowMs = 0
  #nextHandle = 1

  constructor({ settle = untilHashed }: ManualClockInit = {}) {
    this.#settle = settle
  }

  now(): number {
    return this.#nowMs
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    const handle = this.#nextHandle++
    this.#open.add(handle)
    this.#timers.push({ dueMs: this.#nowMs + Math.max(0, delayMs), handle, callback })
    return handle
  }

  clearTimeout(handle: unknown): void {
    if (typeof handle === 'number') this.#open.delete(handle)
  }

  get timerCount(): number {
    return this.#open.size
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.setTimeout(resolve, ms))
  }

  /** Lets `ms` pass. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms
    await this.run(() => false, endMs)
    this.#nowMs = endMs
    await this.#settle()
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
    await this.#settle()
    while (!isDone() && this.#nowMs - startMs < limitMs) await this.advance(stepMs)
    if (!isDone()) throw new Error(`nothing happened in ${limitMs} ms of the manual clock`)
    return this.#nowMs - startMs
  }

  /** Lets time pass from timer to timer until `isDone`, or until none is left that is due at `untilMs` at the latest. */
  async run(isDone: () => boolean, untilMs: number): Promise<void> {
    await this.#settle()
    while (!isDone()) {
      const timer = this.#timers.peek()
      if (timer === undefined || timer.dueMs > untilMs) return
      this.#timers.pop()
      if (!this.#open.delete(timer.handle)) continue
      this.#nowMs = timer.dueMs
      timer.callback()
      await this.#settle()
    }
  }
}

/**
 * Settled for those who wait for nothing but promises and the clock: a turn of the event loop empties the queue of promises.
 * Hashing must then be done where it is asked for, as in a simulated swarm.
 */
export function oneTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

const HASHING_THREADS = 4
const HASHED = new Uint8Array(65_536)

/**
 * Time for what was set off: turns of the event loop for exchanges over memory streams, and hashing of our own that waits
 * behind theirs. Turns alone are not enough: hashing runs in other threads, and the clock would go on ahead of it.
 */
async function untilHashed(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    for (let turn = 0; turn < 6; turn++) await oneTurn()
    await Promise.all(Array.from({ length: HASHING_THREADS }, () => crypto.subtle.digest('SHA-256', HASHED)))
  }
}
