import type { Clock } from './clock.ts'
import { LINGER_MS, TICK_MS } from './limits.ts'

export interface TransferBeatHandlers {
  /** Whether somebody uses the transfer, or it has something to write. */
  isUsed(): boolean
  /** Every `TICK_MS`. */
  onBeat(): void
  /** Nobody has used it for `LINGER_MS`. */
  onIdle(): void
}

/**
 * The slow affairs of a transfer, and a time that stands still while our own timers are late: after a long task, or sleep,
 * the answers of peers wait to be read, and none of them is late for that.
 */
export class TransferBeat {
  readonly #clock: Clock
  readonly #handlers: TransferBeatHandlers
  #timer: unknown
  #dueMs: number
  #lostMs = 0
  #usedAtMs: number

  constructor(components: { clock: Clock }, handlers: TransferBeatHandlers) {
    this.#clock = components.clock
    this.#handlers = handlers
    this.#usedAtMs = this.#clock.now()
    this.#dueMs = this.#usedAtMs + TICK_MS
  }

  /** Milliseconds in which we were awake. */
  now(): number {
    return Math.min(this.#clock.now(), this.#dueMs) - this.#lostMs
  }

  start(): void {
    this.#schedule()
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer)
  }

  /** Somebody used it just now. */
  used(): void {
    this.#usedAtMs = this.#clock.now()
  }

  #schedule(): void {
    const nowMs = this.#clock.now()
    this.#lostMs += Math.max(0, nowMs - this.#dueMs)
    this.#dueMs = nowMs + TICK_MS
    this.#timer = this.#clock.setTimeout(() => {
      // First, as what follows may stop it.
      this.#schedule()
      if (this.#handlers.isUsed()) this.used()
      if (this.#clock.now() - this.#usedAtMs >= LINGER_MS) this.#handlers.onIdle()
      else this.#handlers.onBeat()
    }, TICK_MS)
  }
}
