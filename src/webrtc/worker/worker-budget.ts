import type { BudgetReading } from '../protocol.ts'

/** From this share of the limit on, dial only what is needed: 450 of Chromium's 500. */
const SCARCE_SHARE = 0.9

export interface WebRtcBudget extends BudgetReading {
  /** `scarce`: dial only what is needed; `spent`: `new RTCPeerConnection()` throws until closed ones were collected. */
  readonly state: 'ample' | 'scarce' | 'spent'
}

/** The page's last reading, with the connections counted that were asked for since. */
export class WorkerBudget {
  #reading: BudgetReading = { made: 0, held: 0, limit: Number.POSITIVE_INFINITY }
  #unconfirmed = 0

  get current(): WebRtcBudget {
    const made = this.#reading.made + this.#unconfirmed
    const held = this.#reading.held + this.#unconfirmed
    const { limit } = this.#reading
    const state = held >= limit ? 'spent' : held >= limit * SCARCE_SHARE ? 'scarce' : 'ample'
    return { made, held, limit, state }
  }

  countAsked(): void {
    this.#unconfirmed += 1
  }

  /** The page has made, or failed to make, one that was asked for. */
  countAnswered(reading: BudgetReading): void {
    this.#unconfirmed -= 1
    this.#reading = reading
  }

  update(reading: BudgetReading): void {
    this.#reading = reading
  }
}
