import { LANE_LAG_MS, LANE_LOOK_MS, MAX_FURTHER_LANES, MAX_LANES } from './limits.ts'

/** How many lanes each peer may have: the node’s further connections, shared by the peers that are far and busy now. */
export class LaneShares {
  readonly #busy = new Set<object>()

  add(peer: object): void {
    this.#busy.add(peer)
  }

  remove(peer: object): void {
    this.#busy.delete(peer)
  }

  /** By how much a busy peer looks later than the first, so that no two of the next few open connections at the same time. */
  lagMs(peer: object): number {
    return ([...this.#busy].indexOf(peer) * LANE_LAG_MS) % LANE_LOOK_MS
  }

  /** Lanes that a busy peer may have, its first included; 1 where there are many. */
  get lanesEach(): number {
    return Math.min(MAX_LANES, 1 + Math.floor(MAX_FURTHER_LANES / Math.max(1, this.#busy.size)))
  }
}
