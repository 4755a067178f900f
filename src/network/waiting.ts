/** Waiting that can be cut short: pauses that grow between attempts, and signals that end with the first of several. */

/** Pauses between attempts: doubling from `firstMs` to `maxMs`, each shortened by a random part. */
export interface BackoffInit {
  readonly firstMs?: number
  readonly maxMs?: number
  /** Share of the pause that chance may take away, 0..1. */
  readonly jitter?: number
  readonly random?: () => number
}

// A second lets a keeper that restarts come back. Whenever it does, however long it was away, whoever waits behind it must be
// back within ten seconds: that leaves two for the dial and the reservation.
const DEFAULT_FIRST_MS = 1_000
const DEFAULT_MAX_MS = 8_000
// Chance takes up to a third, so that a thousand browsers do not return to a restarted keeper in the same instant.
const DEFAULT_JITTER = 1 / 3

export class Backoff {
  readonly #firstMs: number
  readonly #maxMs: number
  readonly #jitter: number
  readonly #random: () => number
  #failures = 0

  constructor(init: BackoffInit = {}) {
    this.#firstMs = init.firstMs ?? DEFAULT_FIRST_MS
    this.#maxMs = init.maxMs ?? DEFAULT_MAX_MS
    this.#jitter = init.jitter ?? DEFAULT_JITTER
    this.#random = init.random ?? Math.random
  }

  /** How long to pause after one more failure. */
  nextMs(): number {
    const wholeMs = Math.min(this.#firstMs * 2 ** this.#failures, this.#maxMs)
    this.#failures++
    return Math.round(wholeMs * (1 - this.#jitter * this.#random()))
  }

  /** Starts again from `firstMs`. */
  reset(): void {
    this.#failures = 0
  }
}

/** Resolves after `ms`, or at once when a signal aborts: the caller looks at the signal to tell which. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}

/** A signal that aborts with the first of `signals`, or after `timeoutMs`. */
export function within(timeoutMs: number, ...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any([AbortSignal.timeout(timeoutMs), ...signals.filter((signal) => signal !== undefined)])
}
