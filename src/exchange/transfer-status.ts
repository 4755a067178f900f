import type { Clock } from './clock.ts'
import type { Downloads } from './downloads.ts'
import { PRESENCE_ANSWER_MS } from './limits.ts'
import type { LookupLoop } from './lookup-loop.ts'
import type { ReaderWants } from './reader-wants.ts'
import type { Swarm } from './swarm.ts'
import { stateOf, type TransferState } from './transfer-state.ts'

export interface TransferStatusComponents {
  readonly clock: Clock
  readonly swarm: Swarm
  readonly lookups: LookupLoop
  readonly downloads: Downloads
  readonly readers: ReaderWants
}

/** What a transfer says of itself, and what it does when nobody has what is missing: looks again, and ends the impatient. */
export class TransferStatus {
  readonly #parts: TransferStatusComponents
  #joinedAtMs: number
  #waitingSinceMs: number | undefined

  constructor(components: TransferStatusComponents) {
    this.#parts = components
    this.#joinedAtMs = components.clock.now()
  }

  /** Somebody uses the transfer. */
  get isUsed(): boolean {
    return this.#parts.downloads.size > 0 || this.#parts.readers.size > 0
  }

  /** A peer came, and has the time to answer before it is said that nobody has the dataset. */
  peerJoined(): void {
    this.#joinedAtMs = this.#parts.clock.now()
    this.report()
  }

  /** Passes the present state on; to be called whenever it may have changed, and now and then. */
  report(): void {
    const { clock, downloads, readers, lookups } = this.#parts
    const state = this.#describe()
    downloads.report(state)
    if (state.state !== 'waiting' || !this.isUsed) {
      this.#waitingSinceMs = undefined
      return
    }
    const nowMs = clock.now()
    if (this.#waitingSinceMs === undefined) lookups.hurry()
    this.#waitingSinceMs ??= nowMs
    downloads.giveUp(this.#waitingSinceMs, nowMs)
    readers.giveUp(this.#waitingSinceMs, nowMs)
  }

  #describe(): TransferState {
    const { clock, swarm, lookups } = this.#parts
    const hadTimeToAnswer = clock.now() - this.#joinedAtMs >= PRESENCE_ANSWER_MS
    const hasLooked = lookups.hasLooked && hadTimeToAnswer
    return stateOf({ ...swarm.counts(), connected: swarm.size, hasLooked })
  }
}
