import type { ManifestCid } from '../codec/cid.ts'
import { type Clock, startDeadline } from './clock.ts'
import { LOOKUP_TIMEOUT_MS, MAX_LOOKUP_INTERVAL_MS, MIN_LOOKUP_INTERVAL_MS } from './limits.ts'
import type { ExchangeNetwork } from './network-port.ts'

/**
 * Looks for holders beside a transfer: at once, then again and again while more are needed, ever less often.
 *
 * A peer that is found gets connected by the network and then joins like any other; nothing waits for a lookup.
 */
export class LookupLoop {
  readonly #network: Pick<ExchangeNetwork, 'findProviders'>
  readonly #clock: Clock
  readonly #manifestCid: ManifestCid
  readonly #needsMore: () => boolean
  #stopping: AbortController | undefined
  #wake: (() => void) | undefined
  #intervalMs = MIN_LOOKUP_INTERVAL_MS
  #finishedCount = 0

  constructor(
    components: { network: Pick<ExchangeNetwork, 'findProviders'>; clock: Clock },
    init: { manifestCid: ManifestCid; needsMore: () => boolean },
  ) {
    this.#network = components.network
    this.#clock = components.clock
    this.#manifestCid = init.manifestCid
    this.#needsMore = init.needsMore
  }

  /** Whether one lookup came to its end, found or not. */
  get hasLooked(): boolean {
    return this.#finishedCount > 0
  }

  start(): void {
    if (this.#stopping !== undefined) return
    this.#stopping = new AbortController()
    void this.#run(this.#stopping.signal)
  }

  stop(): void {
    this.#stopping?.abort(new Error('the transfer ended'))
    this.#stopping = undefined
  }

  /** Something went missing: look again now, and then often. */
  hurry(): void {
    this.#intervalMs = MIN_LOOKUP_INTERVAL_MS
    this.#wake?.()
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const isNeeded = this.#needsMore()
      if (isNeeded) await this.#look(signal)
      await this.#wait(signal)
      if (isNeeded) this.#intervalMs = Math.min(2 * this.#intervalMs, MAX_LOOKUP_INTERVAL_MS)
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const deadline = startDeadline(this.#clock, LOOKUP_TIMEOUT_MS, { signal })
    try {
      const found = this.#network.findProviders(this.#manifestCid, { signal: deadline.signal })
      for await (const _ of found) deadline.signal.throwIfAborted()
    } catch {
      // A lookup that fails (no router, no keeper, out of time) is made again; the transfer says that it waits.
    } finally {
      deadline.clear()
      this.#finishedCount += 1
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#clock.clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        this.#wake = undefined
        resolve()
      }
      const timer = this.#clock.setTimeout(wake, this.#intervalMs)
      this.#wake = wake
      signal.addEventListener('abort', wake, { once: true })
    })
  }
}
