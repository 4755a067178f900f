import type { BlockLedger } from './block-ledger.ts'
import type { Seat } from './bulk-choice.ts'
import { CHOICE_SPAN_BLOCKS, LAST_BLOCKS_MARGIN_MS } from './limits.ts'
import type { Pace } from './pace.ts'
import type { Way } from './request-way.ts'
import type { Swarm } from './swarm.ts'
import type { DatasetRef } from './verify-answer.ts'

export interface LastBlocksComponents {
  readonly ledger: BlockLedger
  readonly swarm: Pick<Swarm, 'usable'>
  readonly pace: Pick<Pace, 'rateBytesPerMs'>
}

/**
 * The last missing blocks are not asked of a peer whose answer would come when others had long brought them all: it would
 * be what everybody waits for, and the allowance for asking twice (`tail.ts`) is too small for many such peers.
 */
export class LastBlocks {
  readonly #parts: LastBlocksComponents
  readonly #blockSizeBytes: number

  constructor(components: LastBlocksComponents, { blockSizeBytes }: DatasetRef) {
    this.#parts = components
    this.#blockSizeBytes = blockSizeBytes
  }

  /** What may be asked by `way`: all that its peer has, or what nobody has who would bring it clearly sooner. */
  seatOf({ holder, expectedMs }: Way): Seat {
    const { ledger, swarm, pace } = this.#parts
    const { missingCount } = ledger
    if (missingCount === 0 || missingCount > CHOICE_SPAN_BLOCKS) return holder
    // Without end where nothing comes any more, so that whoever is left is asked.
    const restMs = (missingCount * this.#blockSizeBytes) / pace.rateBytesPerMs
    const patienceMs = expectedMs - restMs - LAST_BLOCKS_MARGIN_MS
    if (patienceMs <= 0) return holder
    const sooner = swarm
      .usable()
      .filter(({ link, hasDelivered }) => hasDelivered && link.lanes.first.window.expectedWaitMs() < patienceMs)
    if (sooner.length === 0) return holder
    const held = holder.held.clone()
    for (const { start, count } of ledger.wanted(holder.held, ledger.front())) {
      for (let index = start; index < start + count; index++) {
        if (sooner.some((other) => other.held.has(index))) held.delete(index)
      }
    }
    return { held, cursor: 0, next: holder.next }
  }
}
