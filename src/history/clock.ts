import type { AbortOptions } from './ports.ts'

/** A day of UTC. */
export const DAY_MS = 86_400_000
export const WEEK_MS = 7 * DAY_MS

/** Time as the history service sees it; tests bring their own. */
export interface HistoryClock {
  nowMs(): number
  /** Resolves after `ms`, rejects with the signal’s reason. At most 2^31 − 1 ms. */
  sleep(ms: number, options?: AbortOptions): Promise<void>
}

/** A timer stands still while a device sleeps, so a long wait looks at the time of day now and then. */
const LONGEST_NAP_MS = 10 * 60_000
const FAR_AHEAD_MS = 24 * 60 * 60_000
/** When this was written: a device that says that it is earlier has lost its time. */
const WRITTEN_MS = Date.UTC(2026, 0, 1)

export const systemClock: HistoryClock = {
  nowMs: () => Date.now(),
  sleep: async (ms, { signal } = {}) => {
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    const onAbort = (): void => reject(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      await promise
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  },
}

/**
 * True for the clock of something that was signed while its device’s own was wrong: more than a day ahead. Nobody believes it,
 * and counted on, it would make everything that is signed after it one that nobody believes. Never where it is `nowMs` that
 * cannot be right.
 */
export function isFarAhead(clockMs: number, nowMs: number): boolean {
  return nowMs >= WRITTEN_MS && clockMs > nowMs + FAR_AHEAD_MS
}

/** Waits for a moment, also over a sleep of the device. Rejects with the signal’s reason. */
export async function sleepUntil(atMs: number, clock: HistoryClock, options: AbortOptions = {}): Promise<void> {
  for (let leftMs = atMs - clock.nowMs(); leftMs > 0; leftMs = atMs - clock.nowMs()) {
    await clock.sleep(Math.min(leftMs, LONGEST_NAP_MS), options)
  }
}
