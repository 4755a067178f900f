/** Who may wait behind the relay, and until when. */

export interface ReservationTableInit {
  readonly maxCount: number
  readonly lifeMs: number
  /** In milliseconds since 1970: clients are told the end. */
  readonly now?: () => number
}

export class ReservationTable {
  readonly #maxCount: number
  readonly #lifeMs: number
  readonly #now: () => number
  readonly #endsAtMs = new Map<string, number>()

  constructor(init: ReservationTableInit) {
    this.#maxCount = init.maxCount
    this.#lifeMs = init.lifeMs
    this.#now = init.now ?? Date.now
  }

  /** Reservations that have not ended. */
  get size(): number {
    this.#sweep()
    return this.#endsAtMs.size
  }

  /** Makes a reservation, or makes one last longer; gives its end in seconds since 1970, or undefined where all are taken. */
  reserve(peer: string): number | undefined {
    if (!this.has(peer) && this.#endsAtMs.size >= this.#maxCount && this.size >= this.#maxCount) return undefined
    const endSeconds = Math.floor((this.#now() + this.#lifeMs) / 1000)
    // Removed first, so that the map’s order stays the order of ends.
    this.#endsAtMs.delete(peer)
    this.#endsAtMs.set(peer, endSeconds * 1000)
    return endSeconds
  }

  has(peer: string): boolean {
    const endsAtMs = this.#endsAtMs.get(peer)
    return endsAtMs !== undefined && endsAtMs > this.#now()
  }

  release(peer: string): void {
    this.#endsAtMs.delete(peer)
  }

  clear(): void {
    this.#endsAtMs.clear()
  }

  #sweep(): void {
    for (const [peer, endsAtMs] of this.#endsAtMs) {
      if (endsAtMs > this.#now()) break
      this.#endsAtMs.delete(peer)
    }
  }
}
