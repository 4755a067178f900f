interface Run<T> {
  readonly result: Promise<T>
  readonly controller: AbortController
  callers: number
}

/** Work that is done once at a time for each key: whoever asks for it while it runs joins it. */
export class JoinedRuns<T> {
  readonly #runs = new Map<string, Run<T>>()

  /**
   * The result of the run for `key`, started where there is none.
   *
   * An abort rejects this caller at once with the signal’s reason; the run itself is aborted with its last caller.
   */
  join(key: string, start: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    const run = this.#runs.get(key) ?? this.#start(key, start)
    run.callers++
    if (signal === undefined) return run.result
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => {
        reject(signal.reason)
        this.#leave(key, run, signal.reason)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      run.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
    })
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<T>): Run<T> {
    const controller = new AbortController()
    const result = start(controller.signal)
    const run: Run<T> = { result, controller, callers: 0 }
    this.#runs.set(key, run)
    const forget = (): void => this.#forget(key, run)
    result.then(forget, forget)
    return run
  }

  #leave(key: string, run: Run<T>, reason: unknown): void {
    run.callers--
    if (run.callers > 0) return
    // Forgotten before it has ended: whoever asks now wants a run that goes on.
    this.#forget(key, run)
    run.controller.abort(reason)
  }

  #forget(key: string, run: Run<T>): void {
    if (this.#runs.get(key) === run) this.#runs.delete(key)
  }
}
