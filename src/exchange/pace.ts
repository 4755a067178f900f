import type { Clock } from './clock.ts'
import { BULK_WAIT_FACTOR, BULK_WAIT_MS, MIN_BULK_BYTES } from './limits.ts'

const SPAN_MS = 500

/** How much bulk of one dataset may be on its way where others fetch the same, from what comes in all. */
export class Pace {
  readonly #clock: Clock
  #inFlightBytes = 0
  #spanSinceMs: number
  #spanBytes = 0
  #lastSpanBytes = 0

  constructor(components: { clock: Clock }) {
    this.#clock = components.clock
    this.#spanSinceMs = components.clock.now()
  }

  /** Bytes per millisecond over the last half to whole second. */
  get rateBytesPerMs(): number {
    this.#roll()
    return (this.#lastSpanBytes + this.#spanBytes) / (SPAN_MS + this.#clock.now() - this.#spanSinceMs)
  }

  /** Content was asked for. */
  sent(bytes: number): void {
    this.#inFlightBytes += bytes
  }

  /** A request for `bytes` is over. */
  settled(bytes: number, receivedBytes: number): void {
    this.#inFlightBytes -= bytes
    this.#roll()
    this.#spanBytes += receivedBytes
  }

  /** `roundTripMs` is that to the nearest peer. */
  hasRoom(roundTripMs: number): boolean {
    const waitMs = Math.max(BULK_WAIT_MS, BULK_WAIT_FACTOR * roundTripMs)
    return this.#inFlightBytes < Math.max(MIN_BULK_BYTES, waitMs * this.rateBytesPerMs)
  }

  #roll(): void {
    const nowMs = this.#clock.now()
    const passedMs = nowMs - this.#spanSinceMs
    if (passedMs < SPAN_MS) return
    this.#lastSpanBytes = passedMs < 2 * SPAN_MS ? this.#spanBytes : 0
    this.#spanBytes = 0
    this.#spanSinceMs = nowMs
  }
}
