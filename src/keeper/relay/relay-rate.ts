/**
 * The bandwidth that all circuits share.
 *
 * A piece goes on its way as soon as it is here, into debt where need be; who sent it then waits for its turn until the debt
 * is paid. Circuits take turns by pieces, in the order in which they began to wait.
 */
import type { Clock } from '../../exchange/clock.ts'
import { TokenBucket } from '../../exchange/token-bucket.ts'

export class RelayRate {
  readonly #clock: Clock
  readonly #bucket: TokenBucket
  readonly #waiting = new Set<() => void>()
  #timer: unknown

  constructor(clock: Clock, bytesPerSecond: number) {
    this.#clock = clock
    this.#bucket = new TokenBucket(clock, { perSecond: bytesPerSecond, burst: bytesPerSecond })
  }

  /** Circuits that wait for their turn, each direction counted. */
  get waitingCount(): number {
    return this.#waiting.size
  }

  /** Counts bytes that go on their way now. */
  spend(sizeBytes: number): void {
    this.#bucket.spend(sizeBytes)
  }

  /** True where more than the share of the moment is on its way. */
  isSpent(): boolean {
    return this.#bucket.waitMs() > 0
  }

  /** Calls `onTurn` once something may be sent, after all who wait already. */
  wait(onTurn: () => void): void {
    this.#waiting.add(onTurn)
    this.#arm()
  }

  /** Takes a place in the queue back. */
  leave(onTurn: () => void): void {
    this.#waiting.delete(onTurn)
  }

  #arm(): void {
    if (this.#timer !== undefined) return
    this.#timer = this.#clock.setTimeout(() => this.#serve(), Math.max(1, this.#bucket.waitMs()))
  }

  #serve(): void {
    this.#timer = undefined
    for (const onTurn of this.#waiting) {
      if (this.isSpent()) break
      this.#waiting.delete(onTurn)
      onTurn()
    }
    if (this.#waiting.size > 0) this.#arm()
  }
}
