import type { Clock } from './clock.ts'

/** Bytes per millisecond over the last one to two spans. */
export class RecentRate {
  readonly #clock: Clock
  readonly #spanMs: number
  #sinceMs: number
  #bytes = 0
  #lastBytes = 0

  constructor(components: { clock: Clock }, init: { spanMs: number }) {
    this.#clock = components.clock
    this.#spanMs = init.spanMs
    this.#sinceMs = components.clock.now()
  }

  get bytesPerMs(): number {
    this.#roll()
    return (this.#lastBytes + this.#bytes) / (this.#spanMs + this.#clock.now() - this.#sinceMs)
  }

  add(bytes: number): void {
    this.#roll()
    this.#bytes += bytes
  }

  #roll(): void {
    const nowMs = this.#clock.now()
    const passedMs = nowMs - this.#sinceMs
    if (passedMs < this.#spanMs) return
    this.#lastBytes = passedMs < 2 * this.#spanMs ? this.#bytes : 0
    this.#bytes = 0
    this.#sinceMs = nowMs
  }
}
