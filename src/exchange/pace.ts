import type { Clock } from './clock.ts'
import { BULK_WAIT_FACTOR, BULK_WAIT_MS, MIN_BULK_BYTES } from './limits.ts'
import type { PeerKey } from './network-port.ts'
import { RecentRate } from './recent-rate.ts'

const SPAN_MS = 500

/** What is on its way from one peer. */
interface Due {
  bytes: number
  /** Something came from it, or was first asked of it. */
  sinceMs: number
  expectedMs: number
}

/**
 * How much bulk of one dataset may be on its way where others fetch the same, from what comes in all.
 *
 * What a peer owes counts only as long as its answers come when they should: else one that keeps silent would take the room
 * of all others, the less comes the more of it.
 */
export class Pace {
  readonly #clock: Clock
  readonly #due = new Map<PeerKey, Due>()
  readonly #rate: RecentRate

  constructor(components: { clock: Clock }) {
    this.#clock = components.clock
    this.#rate = new RecentRate(components, { spanMs: SPAN_MS })
  }

  /** Bytes per millisecond over the last half to whole second. */
  get rateBytesPerMs(): number {
    return this.#rate.bytesPerMs
  }

  /** Content was asked of a peer; the answer should take `expectedMs`. */
  sent(peer: PeerKey, { bytes, expectedMs }: { bytes: number; expectedMs: number }): void {
    const due = this.#due.get(peer) ?? { bytes: 0, sinceMs: this.#clock.now(), expectedMs }
    due.bytes += bytes
    due.expectedMs = expectedMs
    this.#due.set(peer, due)
  }

  /** A request for `bytes` is over. */
  settled(peer: PeerKey, { bytes, receivedBytes }: { bytes: number; receivedBytes: number }): void {
    this.#rate.add(receivedBytes)
    const due = this.#due.get(peer)
    if (due === undefined) return
    due.bytes -= bytes
    if (receivedBytes > 0) due.sinceMs = this.#clock.now()
    if (due.bytes <= 0) this.#due.delete(peer)
  }

  /** `roundTripMs` is that to the nearest peer. */
  hasRoom(roundTripMs: number): boolean {
    const waitMs = Math.max(BULK_WAIT_MS, BULK_WAIT_FACTOR * roundTripMs)
    return this.#expectedBytes() < Math.max(MIN_BULK_BYTES, waitMs * this.rateBytesPerMs)
  }

  #expectedBytes(): number {
    const nowMs = this.#clock.now()
    let sum = 0
    for (const { bytes, sinceMs, expectedMs } of this.#due.values()) {
      if (nowMs <= sinceMs + expectedMs + BULK_WAIT_MS) sum += bytes
    }
    return sum
  }
}
