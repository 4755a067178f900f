import type { PeerKey } from './network-port.ts'

interface Waiter {
  readonly start: () => void
  readonly signal: AbortSignal
}

/**
 * Turns for work that peers ask of us: at most `limit` at a time, given out peer by peer, so that one who asks for much
 * waits for himself and not others for him.
 */
export class FairTurns {
  readonly #limit: number
  readonly #waiting = new Map<PeerKey, Waiter[]>()
  #running = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Resolves with the function that gives the turn back. An abort rejects with `signal.reason` and leaves nothing running. */
  take(peer: PeerKey, signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason)
        return
      }
      const onAbort = (): void => {
        this.#forget(peer, waiter)
        reject(signal.reason)
      }
      const start = (): void => {
        signal.removeEventListener('abort', onAbort)
        resolve(this.#giveBack())
      }
      const waiter = { start, signal }
      const others = this.#waiting.get(peer)
      if (others === undefined) this.#waiting.set(peer, [waiter])
      else others.push(waiter)
      signal.addEventListener('abort', onAbort, { once: true })
      this.#next()
    })
  }

  #next(): void {
    for (const [peer, waiters] of this.#waiting) {
      if (this.#running >= this.#limit) return
      const waiter = waiters.shift()
      // To the end of the round.
      this.#waiting.delete(peer)
      if (waiters.length > 0) this.#waiting.set(peer, waiters)
      if (waiter === undefined) continue
      this.#running += 1
      waiter.start()
    }
  }

  #giveBack(): () => void {
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.#running -= 1
      this.#next()
    }
  }

  #forget(peer: PeerKey, waiter: Waiter): void {
    const left = (this.#waiting.get(peer) ?? []).filter((other) => other !== waiter)
    if (left.length > 0) this.#waiting.set(peer, left)
    else this.#waiting.delete(peer)
  }
}
