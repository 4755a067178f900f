import type { Clock } from './clock.ts'

export interface TokenBucketInit {
  readonly perSecond: number
  /** The most that is saved up, and what there is at first. */
  readonly burst: number
}

/** An allowance that grows with time: whoever spends it may go into debt, and then waits until it is paid. */
export class TokenBucket {
  readonly #clock: Clock
  readonly #perMs: number
  readonly #burst: number
  #balance: number
  #atMs: number

  constructor(clock: Clock, { perSecond, burst }: TokenBucketInit) {
    this.#clock = clock
    this.#perMs = perSecond / 1000
    this.#burst = burst
    this.#balance = burst
    this.#atMs = clock.now()
  }

  /** Milliseconds until something may be spent; 0 for now. */
  waitMs(): number {
    this.#grow()
    return this.#balance > 0 ? 0 : Math.ceil(1 - this.#balance / this.#perMs)
  }

  /** Takes `amount`, into debt where there is less; a negative one gives back. */
  spend(amount: number): void {
    this.#grow()
    this.#balance = Math.min(this.#burst, this.#balance - amount)
  }

  #grow(): void {
    const nowMs = this.#clock.now()
    this.#balance = Math.min(this.#burst, this.#balance + (nowMs - this.#atMs) * this.#perMs)
    this.#atMs = nowMs
  }
}
