import type { Clock } from '../../src/exchange/clock.ts'

interface Timer {
  readonly dueMs: number
  readonly handle: number
  readonly callback: () => void
}

/**
 * Time that passes from event to event; events of the same time run in the order in which they were set.
 *
 * After each one everything that it set off is over before the next: nothing in a simulated swarm waits for anything but
 * promises and this clock (see `instant-hashing.ts`), and one turn of the event loop empties the queue of promises.
 */
export class SimulatedClock implements Clock {
  /** A binary heap, the first event at 0. */
  readonly #heap: Timer[] = []
  readonly #open = new Set<number>()
  #nowMs = 0
  #nextHandle = 1

  now(): number {
    return this.#nowMs
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    const handle = this.#nextHandle++
    this.#open.add(handle)
    this.#push({ dueMs: this.#nowMs + Math.max(0, delayMs), handle, callback })
    return handle
  }

  clearTimeout(handle: unknown): void {
    if (typeof handle === 'number') this.#open.delete(handle)
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.setTimeout(resolve, ms))
  }

  /** Lets time pass until `isDone`, or until nothing is left to happen before `limitMs`. */
  async run(isDone: () => boolean, limitMs: number): Promise<void> {
    await settle()
    while (!isDone()) {
      const timer = this.#pop()
      if (timer === undefined || timer.dueMs > limitMs) return
      if (!this.#open.delete(timer.handle)) continue
      this.#nowMs = timer.dueMs
      timer.callback()
      await settle()
    }
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(timer)
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || isBefore(parent, timer)) break
      heap[at] = parent
      at = above
    }
    heap[at] = timer
  }

  #pop(): Timer | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      let child = heap[below]
      const right = heap[below + 1]
      if (child !== undefined && right !== undefined && isBefore(right, child)) {
        child = right
        below += 1
      }
      if (child === undefined || isBefore(last, child)) break
      heap[at] = child
      at = below
    }
    heap[at] = last
    return first
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.handle < b.handle)
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
