import { QuireError } from '../errors.ts'

/** Time as the exchange sees it; a simulator gives its own. `now` is in milliseconds and never goes back. */
export interface Clock {
  now(): number
  setTimeout(callback: () => void, delayMs: number): unknown
  clearTimeout(handle: unknown): void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  // The handle is what the line above gave: a number in browsers, an object in Node.
  clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
}

/** A signal that aborts with its parent, by hand, or with `ERR_PEER_TIMEOUT` when its time is over. */
export interface Deadline {
  readonly signal: AbortSignal
  abort(reason: unknown): void
  /** Frees the timer and the listener; the signal stays as it is. */
  clear(): void
}

/**
 * Starts a deadline of `timeoutMs`; `moreMs` is asked when they are over, and gives more where there is a reason, else 0.
 *
 * `AbortSignal.any` is not used: signals made from a long-lived parent stay reachable from it in Node 20.
 */
export function startDeadline(
  clock: Clock,
  timeoutMs: number,
  options: { signal?: AbortSignal | undefined; moreMs?: () => number } = {},
): Deadline {
  const { signal: parent, moreMs = () => 0 } = options
  const controller = new AbortController()
  const clear = (): void => {
    clock.clearTimeout(timer)
    parent?.removeEventListener('abort', onParentAbort)
  }
  const abort = (reason: unknown): void => {
    clear()
    controller.abort(reason)
  }
  const onParentAbort = (): void => abort(parent?.reason)
  const onTime = (): void => {
    const delayMs = moreMs()
    if (delayMs > 0) timer = clock.setTimeout(onTime, delayMs)
    else abort(new QuireError('ERR_PEER_TIMEOUT', 'The peer took too long.', { details: { timeoutMs } }))
  }
  let timer = clock.setTimeout(onTime, timeoutMs)
  parent?.addEventListener('abort', onParentAbort, { once: true })
  if (parent?.aborted === true) onParentAbort()
  return { signal: controller.signal, abort, clear }
}
