import type { BlockSet } from '../codec/block-set.ts'
import type { BlockLedger } from './block-ledger.ts'
import type { Holder } from './holder.ts'
import { CHOICE_SPAN_BLOCKS, MAX_SWARM_PEERS } from './limits.ts'
import type { Rarity } from './rarity.ts'

export interface BulkChoiceComponents {
  readonly ledger: BlockLedger
  readonly rarity: Rarity
  readonly random: () => number
  /** Whether other nodes that are connected fetch the same dataset. */
  readonly isShared: () => boolean
}

interface Span {
  readonly front: number
  readonly end: number
  readonly limit: number
  /** The rarest class in it. */
  readonly least: number
  readonly isShared: boolean
}

/**
 * Which missing blocks to ask a peer for: those that the fewest peers have, so that every node soon has something that
 * others lack, and a lone seeder sends each block about once before it sends one again.
 *
 * It looks at the `CHOICE_SPAN_BLOCKS` from the first missing block on, so its cost does not grow with the dataset. Equally
 * rare ones go in order, in long runs; where others fetch the same, chance says where the run begins, as they choose at the
 * same time from the same news, and would all ask for the same.
 */
export class BulkChoice {
  readonly #parts: BulkChoiceComponents
  /** Candidates by the number of peers that have them. */
  readonly #tally = new Uint32Array(MAX_SWARM_PEERS + 1)

  constructor(components: BulkChoiceComponents) {
    this.#parts = components
  }

  /** Takes up to `limit` blocks. */
  claim(holder: Pick<Holder, 'held' | 'cursor'>, limit: number): number[] {
    const { ledger } = this.#parts
    const front = ledger.front()
    const end = Math.min(ledger.blockCount, front + CHOICE_SPAN_BLOCKS)
    const found = this.#count(holder.held, front, end)
    if (found.count === 0) return this.#claimBeyond(holder, limit)
    const isShared = this.#parts.isShared()
    if (found.least === found.most && !isShared) return ledger.claim(holder.held, front, limit)
    return ledger.take(this.#rarest(holder.held, { front, end, limit, least: found.least, isShared }))
  }

  #count(held: BlockSet, front: number, end: number): { count: number; least: number; most: number } {
    const { ledger, rarity } = this.#parts
    this.#tally.fill(0)
    let count = 0
    let least = MAX_SWARM_PEERS
    let most = 0
    for (const run of ledger.wanted(held, front, end)) {
      count += run.count
      for (let index = run.start; index < run.start + run.count; index++) {
        const peers = rarity.of(index)
        this.#tally[peers] = this.#tallyOf(peers) + 1
        if (peers < least) least = peers
        if (peers > most) most = peers
      }
    }
    return { count, least, most }
  }

  /** All blocks of the rarest classes that fit, and of the next one what is left of the limit, from a random place on. */
  #rarest(held: BlockSet, span: Span): number[] {
    const { ledger, rarity, random } = this.#parts
    let last = span.least
    let left = span.limit
    while (last < MAX_SWARM_PEERS && left > this.#tallyOf(last)) left -= this.#tallyOf(last++)
    const among = this.#tallyOf(last)
    const place = span.isShared ? Math.floor(random() * among) : 0
    // Whole requests from the start of the class on, so that what is left of it stays in long runs.
    const first = place - (place % span.limit)
    const rarer: number[] = []
    const before: number[] = []
    const chosen: number[] = []
    let seen = 0
    for (const run of ledger.wanted(held, span.front, span.end)) {
      for (let index = run.start; index < run.start + run.count; index++) {
        const peers = rarity.of(index)
        if (peers < last) rarer.push(index)
        if (peers !== last) continue
        if (seen < first) {
          if (before.length < left) before.push(index)
        } else if (chosen.length < left) chosen.push(index)
        seen += 1
      }
    }
    return [...rarer, ...chosen, ...before].slice(0, span.limit)
  }

  /** The span has nothing that this peer could give; its own blocks further on, in order. */
  #claimBeyond(holder: Pick<Holder, 'held' | 'cursor'>, limit: number): number[] {
    const { ledger } = this.#parts
    const indices = ledger.claim(holder.held, holder.cursor, limit)
    const last = indices.at(-1)
    holder.cursor = last === undefined ? ledger.blockCount : ledger.positionOf(last) + 1
    return indices
  }

  #tallyOf(peers: number): number {
    return this.#tally[peers] ?? 0
  }
}
