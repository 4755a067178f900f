import type { Clock } from './clock.ts'
import { noPeerError } from './downloads.ts'

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined
  /** Fails with `ERR_NO_PEER_HAS_IT` after waiting so long for somebody who has it; by default it waits. */
  readonly giveUpAfterMs?: number | undefined
}

interface Waiter {
  readonly addedAtMs: number
  readonly giveUpAfterMs: number
  readonly resolve: (bytes: Uint8Array) => void
  readonly reject: (reason: unknown) => void
}

/** Blocks that readers wait for, in the order they asked. */
export class ReaderWants {
  readonly #clock: Clock
  readonly #waiters = new Map<number, Set<Waiter>>()

  constructor(components: { clock: Clock }) {
    this.#clock = components.clock
  }

  get size(): number {
    return this.#waiters.size
  }

  indices(): Iterable<number> {
    return this.#waiters.keys()
  }

  has(index: number): boolean {
    return this.#waiters.has(index)
  }

  /** The block’s bytes, a copy for each reader. An abort rejects with `signal.reason`; other readers go on. */
  want(index: number, options: ReadOptions = {}): Promise<Uint8Array> {
    const { signal, giveUpAfterMs = Number.POSITIVE_INFINITY } = options
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason)
        return
      }
      const onAbort = (): void => {
        this.#remove(index, waiter)
        reject(signal?.reason)
      }
      const unlisten = (): void => signal?.removeEventListener('abort', onAbort)
      const waiter: Waiter = {
        addedAtMs: this.#clock.now(),
        giveUpAfterMs,
        resolve: (bytes) => {
          unlisten()
          resolve(bytes)
        },
        reject: (reason) => {
          unlisten()
          reject(reason)
        },
      }
      const others = this.#waiters.get(index)
      if (others === undefined) this.#waiters.set(index, new Set([waiter]))
      else others.add(waiter)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  deliver(index: number, bytes: Uint8Array): void {
    const waiters = this.#waiters.get(index)
    if (waiters === undefined) return
    this.#waiters.delete(index)
    // A reader may hand its bytes to another thread, which would empty those that wait for the store.
    for (const waiter of waiters) waiter.resolve(bytes.slice())
  }

  /** Ends those whose patience is over; nobody has had the blocks since `waitingSinceMs`. */
  giveUp(waitingSinceMs: number, nowMs: number): void {
    for (const [index, waiters] of this.#waiters) {
      for (const waiter of waiters) {
        if (nowMs - Math.max(waitingSinceMs, waiter.addedAtMs) < waiter.giveUpAfterMs) continue
        this.#remove(index, waiter)
        waiter.reject(noPeerError())
      }
    }
  }

  rejectAll(reason: unknown): void {
    const all = [...this.#waiters.values()]
    this.#waiters.clear()
    for (const waiters of all) for (const waiter of waiters) waiter.reject(reason)
  }

  #remove(index: number, waiter: Waiter): void {
    const waiters = this.#waiters.get(index)
    waiters?.delete(waiter)
    if (waiters?.size === 0) this.#waiters.delete(index)
  }
}
