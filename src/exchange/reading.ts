import type { Clock } from './clock.ts'
import { READING_MS } from './limits.ts'

/** Whether somebody at this node waits for a block just now, or did a moment ago. */
export class Reading {
  readonly #clock: Clock
  #lastMs = Number.NEGATIVE_INFINITY

  constructor(components: { clock: Clock }) {
    this.#clock = components.clock
  }

  /** A reader waits. */
  note(): void {
    this.#lastMs = this.#clock.now()
  }

  get isRecent(): boolean {
    return this.#clock.now() - this.#lastMs < READING_MS
  }
}
