/** Aborts when nothing happens for a while: `touch` says that something did. */
export class IdleTimer {
  readonly #controller = new AbortController()
  readonly #idleMs: number
  readonly #reason: () => Error
  readonly #timer: NodeJS.Timeout

  /** `reason` makes what the signal aborts with. */
  constructor(idleMs: number, reason: () => Error) {
    this.#idleMs = idleMs
    this.#reason = reason
    this.#timer = this.#arm()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  touch(): void {
    this.#timer.refresh()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #arm(): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(this.#reason()), this.#idleMs)
  }
}
