import type { BudgetReading } from '../protocol.ts'

/**
 * `kMaxPeerConnections` in Chromium's rtc_peer_connection.cc. It counts objects, and a closed connection counts until
 * it is garbage collected. A quiet page collects so seldom that in practice its 501st connection ever failed
 * (js-libp2p#2591); after a collection Chromium 156 makes the next 500 (measured). It never collects one that was
 * closed between the scheduling and the firing of its icegatheringstatechange; dials that end so are rare.
 */
const CHROMIUM_LIMIT = 500

/** Closed connections that may wait for the collector before it is urged on: far from the limit, far from often. */
const URGE_AT_CLOSED = 100

/** The collector works beside the page, so what an urge frees shows only later; a second is long enough here. */
const FIRST_PAUSE_MS = 1_000

/** Twice the pause after each urge that freed nothing, up to this: something may still use those connections. */
const LONGEST_PAUSE_MS = 60_000

export interface ConnectionBudgetInit {
  /** How many connections may be held; by default 500 in Chromium and no limit elsewhere. */
  readonly limit?: number
  /** Asks for a garbage collection; it may not come. */
  readonly urgeCollection?: () => Promise<void>
  readonly pause?: (timeMs: number) => Promise<void>
}

/** Counts the peer connections of a tab and lets the closed ones be collected before the browser refuses new ones. */
export class ConnectionBudget {
  readonly #limit: number
  readonly #urgeCollection: () => Promise<void>
  readonly #pause: (timeMs: number) => Promise<void>
  readonly #subscribers = new Set<(reading: BudgetReading) => void>()
  readonly #registry = new FinalizationRegistry<undefined>(() => this.#countCollected())
  #made = 0
  #closed = 0
  #collected = 0
  #isUrging = false

  constructor(init: ConnectionBudgetInit = {}) {
    this.#limit = init.limit ?? browserLimit()
    this.#urgeCollection = init.urgeCollection ?? urgeByAllocating
    this.#pause = init.pause ?? ((timeMs) => new Promise((resolve) => setTimeout(resolve, timeMs)))
  }

  get reading(): BudgetReading {
    return { made: this.#made, held: this.#made - this.#collected, limit: this.#limit }
  }

  /** Calls `subscriber` when connections were collected; returns what ends that. */
  subscribe(subscriber: (reading: BudgetReading) => void): () => void {
    this.#subscribers.add(subscriber)
    return () => void this.#subscribers.delete(subscriber)
  }

  countMade(connection: object): void {
    this.#made += 1
    this.#registry.register(connection, undefined)
  }

  /** The connection was closed, and its owner keeps no reference to it. */
  countClosed(): void {
    this.#closed += 1
    if (this.#hasManyClosed) {
      this.urge()
    }
  }

  /** Asks for a collection, again and again until few closed connections wait for it. */
  urge(): void {
    if (!this.#isUrging) {
      this.#isUrging = true
      void this.#urgeUntilCollected()
    }
  }

  get #hasManyClosed(): boolean {
    return this.#closed - this.#collected >= URGE_AT_CLOSED
  }

  async #urgeUntilCollected(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS
    do {
      const collectedBefore = this.#collected
      await this.#urgeCollection()
      await this.#pause(pauseMs)
      const wasInVain = this.#collected === collectedBefore
      pauseMs = wasInVain ? Math.min(2 * pauseMs, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS
    } while (this.#hasManyClosed)
    this.#isUrging = false
  }

  #countCollected(): void {
    this.#collected += 1
    for (const subscriber of this.#subscribers) {
      subscriber(this.reading)
    }
  }
}

function browserLimit(): number {
  const userAgent = globalThis.navigator?.userAgent ?? ''
  return /Chrom(?:e|ium)\//.test(userAgent) ? CHROMIUM_LIMIT : Number.POSITIVE_INFINITY
}

/**
 * Makes V8 collect by allocating what it counts as external memory; the pages are never touched, so none is used.
 * Sixteen buffers of 64 MiB freed all of 450 closed connections in Chromium 156 within 0.4 s; 64 of 8 MiB did not.
 */
async function urgeByAllocating(): Promise<void> {
  const bufferCount = 16
  const bufferSizeBytes = 64 * 1024 * 1024
  for (let i = 0; i < bufferCount; i += 1) {
    try {
      void new ArrayBuffer(bufferSizeBytes)
    } catch {
      // Out of address space: the browser has just collected what it could, which is what was wanted.
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
