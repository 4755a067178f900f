/** Time between two pings. */
const PING_INTERVAL_MS = 10_000
/**
 * Pings in a row without an answer before the worker counts as dead: a minute, since a worker may hash or compile for
 * seconds. Counted in pings and not in time, so that a laptop’s sleep costs one ping however long it was.
 */
const MAX_MISSED_PINGS = 6
/** How long the worker has to answer after the browser reported an uncaught error in it. */
const PROBE_TIMEOUT_MS = 5_000

export interface WatchdogInit {
  readonly pingIntervalMs?: number | undefined
  readonly maxMissedPings?: number | undefined
  readonly probeTimeoutMs?: number | undefined
}

interface WatchdogComponents {
  /** Resolves when the worker answered. */
  readonly ping: () => Promise<unknown>
  /** Called once, when the worker counts as dead. */
  readonly onDead: (reason: string) => void
}

/** Watches over a worker: browsers do not tell a page that its worker was killed for want of memory. */
export class Watchdog {
  readonly #components: WatchdogComponents
  readonly #pingIntervalMs: number
  readonly #maxMissedPings: number
  readonly #probeTimeoutMs: number
  #missed = 0
  #interval: ReturnType<typeof setInterval> | undefined
  #probe: ReturnType<typeof setTimeout> | undefined

  constructor(components: WatchdogComponents, init: WatchdogInit = {}) {
    this.#components = components
    this.#pingIntervalMs = init.pingIntervalMs ?? PING_INTERVAL_MS
    this.#maxMissedPings = init.maxMissedPings ?? MAX_MISSED_PINGS
    this.#probeTimeoutMs = init.probeTimeoutMs ?? PROBE_TIMEOUT_MS
  }

  start(): void {
    this.#interval = setInterval(() => this.#beat(), this.#pingIntervalMs)
  }

  stop(): void {
    clearInterval(this.#interval)
    clearTimeout(this.#probe)
  }

  /** Asks at once: an uncaught error in a worker may have ended it or not. */
  probe(reason: string): void {
    if (this.#probe !== undefined) return
    this.#probe = setTimeout(() => this.#die(reason), this.#probeTimeoutMs)
    this.#ping()
  }

  #beat(): void {
    if (this.#missed >= this.#maxMissedPings) return this.#die('The worker does not answer.')
    this.#missed++
    this.#ping()
  }

  #ping(): void {
    const answered = (): void => {
      this.#missed = 0
      clearTimeout(this.#probe)
      this.#probe = undefined
    }
    // A ping that fails got no answer, which is what the count already says.
    this.#components.ping().then(answered, () => undefined)
  }

  #die(reason: string): void {
    this.stop()
    this.#components.onDead(reason)
  }
}
