import type { BlockRange } from '../codec/block-set.ts'

/** How many of the peers of a dataset are known to have each block; a byte each, as `MAX_SWARM_PEERS` is below 256. */
export class Rarity {
  readonly #counts: Uint8Array

  constructor(blockCount: number) {
    this.#counts = new Uint8Array(blockCount)
  }

  of(index: number): number {
    return this.#counts[index] ?? 0
  }

  /** One more peer has them. */
  add({ start, count }: BlockRange): void {
    for (let index = start; index < start + count; index++) this.#counts[index] = this.of(index) + 1
  }

  /** One peer fewer has them. */
  remove({ start, count }: BlockRange): void {
    for (let index = start; index < start + count; index++) this.#counts[index] = this.of(index) - 1
  }
}
