import type { BlockSet } from '../codec/block-set.ts'

/**
 * Where each block of a dataset is: missing, on its way, verified, stored.
 *
 * A block that is on its way is owned by one request; it is given out again only when that request lost it.
 */
export class BlockLedger {
  readonly #stored: BlockSet
  /** Stored, verified or on its way: not to be asked for. */
  readonly #taken: BlockSet
  /** Nothing below is missing; so the search does not start at 0 each time. */
  #lowest = 0

  /** `stored` is what the store has; the ledger keeps it. */
  constructor(stored: BlockSet) {
    this.#stored = stored
    this.#taken = stored.clone()
  }

  get blockCount(): number {
    return this.#stored.blockCount
  }

  get storedCount(): number {
    return this.#stored.size
  }

  get isComplete(): boolean {
    return this.#stored.isComplete
  }

  /** Whether nothing is left to ask for. */
  get isAllTaken(): boolean {
    return this.#taken.isComplete
  }

  /** What is stored, and what is stored, verified or on its way, as copies. */
  snapshot(): { stored: BlockSet; taken: BlockSet } {
    return { stored: this.#stored.clone(), taken: this.#taken.clone() }
  }

  isStored(index: number): boolean {
    return this.#stored.has(index)
  }

  isTaken(index: number): boolean {
    return this.#taken.has(index)
  }

  /** The first missing block; `blockCount` where there is none. */
  firstMissing(): number {
    const next = this.#taken.missing(this.#lowest).next()
    this.#lowest = next.done === true ? this.blockCount : next.value.start
    return this.#lowest
  }

  /** The first missing block that `held` has, from `from` on; `blockCount` where there is none. */
  firstWanted(held: BlockSet, from: number): number {
    for (const gap of this.#taken.missing(from)) {
      const next = held.ranges(gap.start, gap.start + gap.count).next()
      if (next.done !== true) return next.value.start
    }
    return this.blockCount
  }

  /** Takes up to `limit` missing blocks that `held` has, the lowest first, from `from` on. */
  claim(held: BlockSet, from: number, limit: number): number[] {
    const indices: number[] = []
    for (const gap of this.#taken.missing(from)) {
      for (const run of held.ranges(gap.start, gap.start + gap.count)) {
        for (let index = run.start; index < run.start + run.count && indices.length < limit; index++)
          indices.push(index)
        if (indices.length >= limit) break
      }
      if (indices.length >= limit) break
    }
    for (const index of indices) this.#taken.add(index)
    return indices
  }

  /** Takes those of `wanted` that are missing and that `held` has, up to `limit`. */
  claimOf(wanted: Iterable<number>, held: BlockSet, limit: number): number[] {
    const indices: number[] = []
    for (const index of wanted) {
      if (indices.length >= limit) break
      if (held.has(index) && this.#taken.add(index)) indices.push(index)
    }
    return indices
  }

  /** Blocks that their request lost, or that the store no longer has: missing again. */
  release(indices: readonly number[]): void {
    for (const index of indices) {
      this.#taken.delete(index)
      this.#lowest = Math.min(this.#lowest, index)
      this.#stored.delete(index)
    }
  }

  /** Takes over what the store says, while nothing is on its way; gives the blocks that are missing again. */
  align(stored: BlockSet): number[] {
    const gone: number[] = []
    for (const run of stored.missing()) {
      for (const { start, count } of this.#stored.ranges(run.start, run.start + run.count)) {
        for (let index = start; index < start + count; index++) gone.push(index)
      }
    }
    this.release(gone)
    for (const { start, count } of stored.ranges()) {
      this.#stored.addRange(start, count)
      this.#taken.addRange(start, count)
    }
    return gone
  }

  markStored(indices: readonly number[]): void {
    for (const index of indices) {
      this.#taken.add(index)
      this.#stored.add(index)
    }
  }
}
