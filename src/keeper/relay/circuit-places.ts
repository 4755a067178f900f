/** How many circuits there may be: in all, from one dialler, to one who waits. */

// What a circuit may hold here is two windows of 1 MiB where both its receivers are stuck: half a GiB at worst.
const MAX_CIRCUITS = 256
// As nim-libp2p’s relay, twice: a browser looks for a way to several peers at once, and for another circuit meanwhile.
const MAX_PER_DIALER = 32
/** A file that many want from one browser. */
const MAX_PER_LISTENER = 64

/** Streams that one connection may have open for circuits: some are still in their handshake. */
export const MAX_HOP_STREAMS = 2 * MAX_PER_DIALER
export const MAX_STOP_STREAMS = 2 * MAX_PER_LISTENER

export class CircuitPlaces {
  readonly #byDialer = new Map<string, number>()
  readonly #byListener = new Map<string, number>()
  #count = 0

  /** Takes a place; gives the way to leave it, or undefined where there is none. */
  take(dialer: string, listener: string): (() => void) | undefined {
    const dialed = this.#byDialer.get(dialer) ?? 0
    const heard = this.#byListener.get(listener) ?? 0
    if (this.#count >= MAX_CIRCUITS || dialed >= MAX_PER_DIALER || heard >= MAX_PER_LISTENER) return undefined
    this.#add(dialer, listener, 1)
    let isTaken = true
    return () => {
      if (isTaken) this.#add(dialer, listener, -1)
      isTaken = false
    }
  }

  #add(dialer: string, listener: string, change: number): void {
    this.#count += change
    for (const [map, peer] of [[this.#byDialer, dialer] as const, [this.#byListener, listener] as const]) {
      const count = (map.get(peer) ?? 0) + change
      if (count === 0) map.delete(peer)
      else map.set(peer, count)
    }
  }
}
