import type { BlockSet } from '../codec/block-set.ts'

/** Numbers of a cell, in this order. */
const STATES = 4

/** Where the blocks of a dataset are, summed up in cells of neighbouring blocks. */
export interface BlockMap {
  readonly blockCount: number
  /** Blocks in each cell; the last one may have fewer. */
  readonly cellBlocks: number
  /** Four numbers a cell: blocks here, on their way, known to be with somebody who is connected, known with nobody. */
  readonly counts: Uint32Array<ArrayBuffer>
}

export interface BlockMapInputs {
  /** What is stored. */
  readonly stored: BlockSet
  /** Stored, verified or on its way. */
  readonly taken: BlockSet
  /** What each connected peer says it has. */
  readonly held: readonly BlockSet[]
}

/**
 * Counts the blocks of each of at most `maxCells` cells by where they are.
 *
 * It costs a few passes over bitmaps and one for each peer that has a part, whatever their pattern.
 */
export function mapBlocks({ stored, taken, held }: BlockMapInputs, maxCells: number): BlockMap {
  const { blockCount } = stored
  const cellBlocks = Math.max(1, Math.ceil(blockCount / Math.max(1, Math.floor(maxCells))))
  const cellCount = Math.ceil(blockCount / cellBlocks)
  const reachable = unionOf(taken, held)
  const counts = new Uint32Array(STATES * cellCount)
  for (let cell = 0; cell < cellCount; cell++) {
    const start = cell * cellBlocks
    const size = Math.min(cellBlocks, blockCount - start)
    const here = stored.countIn(start, size)
    const claimed = taken.countIn(start, size)
    const known = reachable.countIn(start, size)
    counts.set([here, claimed - here, known - claimed, size - known], STATES * cell)
  }
  return { blockCount, cellBlocks, counts }
}

function unionOf(taken: BlockSet, held: readonly BlockSet[]): BlockSet {
  const union = taken.clone()
  // Somebody who has everything settles it without a look at the others.
  for (const set of held.toSorted((a, b) => b.size - a.size)) {
    if (union.isComplete) break
    union.addAll(set)
  }
  return union
}
