import type { BlockRange, BlockSet } from '../codec/block-set.ts'

const PIECE_BLOCKS = 2048

/**
 * Where each block of a dataset is: missing, on its way, verified, stored.
 *
 * A block that is on its way is owned by the requests that carry it (`open-requests.ts`); it is given out again only when
 * they lost it. The order of the blocks is a ring that begins at `origin`: position 0 is the block `origin`. Nodes that
 * begin at different places have something to give each other.
 */
export class BlockLedger {
  readonly #origin: number
  readonly #stored: BlockSet
  /** Stored, verified or on its way: not to be asked for. */
  readonly #taken: BlockSet
  /** No position below is missing; so the search does not start at 0 each time. */
  #front = 0

  /** `stored` is what the store has; the ledger keeps it. */
  constructor(stored: BlockSet, init: { origin?: number } = {}) {
    this.#origin = init.origin ?? 0
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

  /** How many blocks are left to ask for. */
  get missingCount(): number {
    return this.blockCount - this.#taken.size
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

  isMissing(index: number): boolean {
    return index >= 0 && index < this.blockCount && !this.#taken.has(index)
  }

  positionOf(index: number): number {
    return index >= this.#origin ? index - this.#origin : index - this.#origin + this.blockCount
  }

  /** The lowest position of a run. */
  firstPositionOf({ start, count }: BlockRange): number {
    return start <= this.#origin && this.#origin < start + count ? 0 : this.positionOf(start)
  }

  /** The position of the first missing block; `blockCount` where there is none. */
  front(): number {
    this.#front = this.#firstPosition(this.#pieces(this.#front, (start, end) => this.#taken.missing(start, end)))
    return this.#front
  }

  /** Its index; `blockCount` where there is none. */
  firstMissing(): number {
    const front = this.front()
    return front === this.blockCount ? front : (front + this.#origin) % this.blockCount
  }

  /** Whether `held` has something that is missing, from position `from` on. */
  hasWanted(held: BlockSet, from: number): boolean {
    return this.wanted(held, from).next().done !== true
  }

  /** Runs of missing blocks that `held` has, in the positions `from` … `to` (exclusive), in their order. */
  *wanted(held: BlockSet, from: number, to = this.blockCount): Generator<BlockRange> {
    for (const gap of this.#pieces(from, (start, end) => this.#taken.missing(start, end), to)) {
      yield* held.ranges(gap.start, gap.start + gap.count)
    }
  }

  /** Takes up to `limit` missing blocks that `held` has, the first from position `from` on. */
  claim(held: BlockSet, from: number, limit: number): number[] {
    const indices: number[] = []
    for (const run of this.wanted(held, from)) {
      for (let index = run.start; index < run.start + run.count && indices.length < limit; index++) indices.push(index)
      if (indices.length >= limit) break
    }
    return this.take(indices)
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

  /** They are on their way from now on. */
  take(indices: number[]): number[] {
    for (const index of indices) this.#taken.add(index)
    return indices
  }

  /** Blocks that their request lost, or that the store no longer has: missing again. */
  release(indices: readonly number[]): void {
    for (const index of indices) {
      this.#taken.delete(index)
      this.#front = Math.min(this.#front, this.positionOf(index))
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

  /**
   * What `runsIn` gives for the positions `from` … `to`, piece by piece: to give a run, a set looks for its end, which in a
   * large dataset may be far away.
   */
  *#pieces(
    from: number,
    runsIn: (start: number, end: number) => Iterable<BlockRange>,
    to = this.blockCount,
  ): Generator<BlockRange> {
    const turn = this.blockCount - this.#origin
    for (let at = from; at < to;) {
      const end = Math.min(to, at + PIECE_BLOCKS, at < turn ? turn : to)
      const shift = at < turn ? this.#origin : -turn
      yield* runsIn(at + shift, end + shift)
      at = end
    }
  }

  #firstPosition(runs: Generator<BlockRange>): number {
    const first = runs.next()
    return first.done === true ? this.blockCount : this.positionOf(first.value.start)
  }
}
