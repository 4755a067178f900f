import type { QuireError } from '../errors.ts'
import type { CallOptions } from './api.ts'
import { asQuireError, isAbort } from './errors.ts'
import { CALL_ENDED } from './wire.ts'

/** A call on its way: its own signal for the worker, and how to let go of it. */
interface Call {
  readonly options: CallOptions
  readonly end: () => void
}

/**
 * The calls of a page to its node that have no answer yet.
 *
 * An abort rejects at once with the signal’s reason; the worker is told and cleans up behind it. After `fail` every pending
 * and every later call rejects with its reason.
 */
export class PendingCalls {
  readonly #pending = new Set<(reason: QuireError) => void>()
  #failedBecause: QuireError | undefined
  #noticed = 0

  get failedBecause(): QuireError | undefined {
    return this.#failedBecause
  }

  /** Whether a call that a person or a page waits for has no answer yet. */
  get isWaiting(): boolean {
    return this.#noticed > 0
  }

  fail(reason: QuireError): void {
    this.#failedBecause ??= reason
    for (const reject of this.#pending) reject(reason)
    this.#pending.clear()
  }

  /** Runs one call; `run` gets the options that cross in place of the caller’s. */
  async call<T>(run: (options: CallOptions) => Promise<T>, options: CallOptions = {}): Promise<T> {
    const call = openCall(options)
    try {
      return await this.settled(run(call.options), options.signal)
    } finally {
      call.end()
    }
  }

  /** `result`, unless the node goes or the signal aborts first; a result that comes after that is given to `onLate`. */
  async settled<T>(result: Promise<T>, signal?: AbortSignal, onLate: (late: T) => void = () => undefined): Promise<T> {
    this.#noticed++
    try {
      return await this.unnoticed(result, signal, onLate)
    } finally {
      this.#noticed--
    }
  }

  /** As `settled`, for what no person or page waits for. */
  unnoticed<T>(result: Promise<T>, signal?: AbortSignal, onLate: (late: T) => void = () => undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let isOpen = true
      const settle = (act: () => void): void => {
        if (!isOpen) return
        isOpen = false
        this.#pending.delete(onClosed)
        signal?.removeEventListener('abort', onAbort)
        act()
      }
      const onClosed = (reason: QuireError): void => settle(() => reject(reason))
      const onAbort = (): void => settle(() => reject(signal?.reason))
      this.#pending.add(onClosed)
      signal?.addEventListener('abort', onAbort, { once: true })
      if (signal?.aborted === true) onAbort()
      if (this.#failedBecause !== undefined) onClosed(this.#failedBecause)
      result.then(
        (value) => (isOpen ? settle(() => resolve(value)) : onLate(value)),
        (error: unknown) => settle(() => reject(isAbort(error) ? error : asQuireError(error))),
      )
    })
  }
}

/** The call has a signal of its own, so that its port to the worker can be closed at its end, whatever the caller’s does. */
export function openCall({ signal }: CallOptions): Call {
  if (signal === undefined) return { options: {}, end: () => undefined }
  const own = new AbortController()
  const onAbort = (): void => own.abort(signal.reason)
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  const end = (): void => {
    signal.removeEventListener('abort', onAbort)
    own.abort(CALL_ENDED)
  }
  return { options: { signal: own.signal }, end }
}
