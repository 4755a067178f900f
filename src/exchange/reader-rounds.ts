import type { BlockLedger } from './block-ledger.ts'
import type { ByteBudget } from './byte-budget.ts'
import { AHEAD_REQUEST_BLOCKS, READER_REQUEST_BLOCKS } from './limits.ts'
import type { ReaderWants, Urgency } from './reader-wants.ts'
import { type Way, wayTo } from './request-way.ts'
import type { Swarm } from './swarm.ts'
import type { Tail } from './tail.ts'

export interface ReaderRoundsComponents {
  readonly ledger: BlockLedger
  readonly readers: ReaderWants
  readonly swarm: Swarm
  readonly budget: ByteBudget
  readonly tail: Tail
}

/**
 * Which peer is asked for what readers want: whoever will have it soonest.
 *
 * What a reader waits for goes on the readers’ stream, above windows and on a part of the budget that is kept for it. What
 * is read ahead goes the way of bulk, before any bulk, so that it is never in the way of another reader’s next block.
 */
export class ReaderRounds {
  readonly #parts: ReaderRoundsComponents
  readonly #blockSizeBytes: number

  constructor(components: ReaderRoundsComponents, init: { blockSizeBytes: number }) {
    this.#parts = components
    this.#blockSizeBytes = init.blockSizeBytes
  }

  /** `ask` is given the blocks and the way, and is true where there was something to ask. */
  run(ask: (way: Way, indices: readonly number[]) => boolean): void {
    for (const urgency of ['next', 'ahead'] as const) {
      while (this.#ways(urgency).some((way) => ask(way, this.#choose(urgency, way))));
    }
  }

  /** The soonest first; none where nobody wants anything so urgently. */
  #ways(urgency: Urgency): Way[] {
    const { readers, swarm } = this.#parts
    if (readers.wanted(urgency).next().done === true) return []
    const leastBytes = mostBlocks(urgency) * this.#blockSizeBytes
    const ways = swarm.usable().flatMap((holder) => wayTo(holder, urgency, leastBytes))
    return ways.sort((a, b) => a.expectedMs - b.expectedMs)
  }

  #choose(urgency: Urgency, way: Way): number[] {
    const { readers, ledger, budget, tail } = this.#parts
    const limit = Math.min(mostBlocks(urgency), Math.floor(budget.room(urgency) / this.#blockSizeBytes))
    const indices = ledger.claimOf(readers.wanted(urgency), way.holder.held, limit)
    if (urgency === 'ahead') return indices
    readers.asked(indices)
    if (indices.length > 0) return indices
    return tail.chooseOf(readers.wanted('next'), way, limit)
  }
}

function mostBlocks(urgency: Urgency): number {
  return urgency === 'next' ? READER_REQUEST_BLOCKS : AHEAD_REQUEST_BLOCKS
}
