import type { BlockRange, BlockSet } from '../codec/block-set.ts'
import type { BlockLedger } from './block-ledger.ts'
import type { Holder } from './holder.ts'
import { CHOICE_SPAN_BLOCKS, MAX_SWARM_PEERS } from './limits.ts'
import type { Rarity } from './rarity.ts'

export interface BulkChoiceComponents {
  readonly ledger: BlockLedger
  readonly rarity: Rarity
  readonly random: () => number
}

export interface ClaimOptions {
  readonly limit: number
  /** Whether other nodes that are connected fetch the same dataset. */
  readonly isShared: boolean
  /** Leaves out blocks that more peers have. */
  readonly mostPeers?: number | undefined
}

/** What the choice knows and keeps of a peer. */
export type Seat = Pick<Holder, 'held' | 'cursor' | 'next'>

/** Positions `front` … `end` (exclusive), and the blocks that at most so many peers have. */
interface Span {
  readonly front: number
  readonly end: number
  readonly mostPeers: number
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
  claim(holder: Seat, options: ClaimOptions): number[] {
    const { ledger } = this.#parts
    const { limit, isShared, mostPeers = MAX_SWARM_PEERS } = options
    const front = ledger.front()
    const span = { front, mostPeers, end: Math.min(ledger.blockCount, front + CHOICE_SPAN_BLOCKS) }
    const found = this.#count(holder.held, span)
    if (found.count === 0) return options.mostPeers === undefined ? this.#claimBeyond(holder, limit) : []
    if (found.least === found.most && !isShared) return ledger.claim(holder.held, front, limit)
    return ledger.take(this.#rarest(holder, span, { limit, isShared, least: found.least }))
  }

  #count(held: BlockSet, { front, end, mostPeers }: Span): { count: number; least: number; most: number } {
    const { ledger, rarity } = this.#parts
    this.#tally.fill(0)
    let count = 0
    let least = MAX_SWARM_PEERS
    let most = 0
    for (const run of ledger.wanted(held, front, end)) {
      for (let index = run.start; index < run.start + run.count; index++) {
        const peers = rarity.of(index)
        if (peers > mostPeers) continue
        count += 1
        this.#tally[peers] = this.#tallyOf(peers) + 1
        if (peers < least) least = peers
        if (peers > most) most = peers
      }
    }
    return { count, least, most }
  }

  /** All blocks of the rarest classes that fit, and of the next one what is left of the limit. */
  #rarest(holder: Seat, span: Span, { limit, isShared, least }: ClaimOptions & { least: number }): number[] {
    const { ledger, rarity } = this.#parts
    let peers = least
    let left = limit
    while (peers < span.mostPeers && left > this.#tallyOf(peers)) left -= this.#tallyOf(peers++)
    const start = isShared ? this.#startIn(holder, span, { peers, limit: left }) : span.front
    const rarer: number[] = []
    const before: number[] = []
    const chosen: number[] = []
    for (const run of ledger.wanted(holder.held, span.front, span.end)) {
      for (let index = run.start; index < run.start + run.count; index++) {
        const count = rarity.of(index)
        if (count < peers) rarer.push(index)
        if (count !== peers) continue
        if (ledger.positionOf(index) >= start) {
          if (chosen.length < left) chosen.push(index)
        } else if (before.length < left) before.push(index)
      }
    }
    const last = chosen.at(-1) ?? before.at(-1)
    if (last !== undefined) holder.next = last + 1
    return [...rarer, ...chosen, ...before].slice(0, limit)
  }

  /**
   * The position in a class from which to take: behind what this peer was asked for last; else a place that chance chooses,
   * in the later half of a run, since whoever else is at work in that run came from its start.
   */
  #startIn(holder: Seat, span: Span, { peers, limit }: { peers: number; limit: number }): number {
    const { ledger, rarity, random } = this.#parts
    const isNext = ledger.isMissing(holder.next) && holder.held.has(holder.next) && rarity.of(holder.next) === peers
    if (isNext && ledger.positionOf(holder.next) < span.end) return ledger.positionOf(holder.next)
    let left = Math.floor(random() * this.#tallyOf(peers))
    for (const run of this.#runsOf(holder.held, peers, span)) {
      left -= run.count
      if (left >= 0) continue
      const half = Math.floor(run.count / 2)
      const into = Math.min(half + Math.floor(random() * (run.count - half)), Math.max(0, run.count - limit))
      return ledger.positionOf(run.start) + into
    }
    return span.front
  }

  /** Neighbouring blocks of one class. */
  *#runsOf(held: BlockSet, peers: number, { front, end }: Span): Generator<BlockRange> {
    const { ledger, rarity } = this.#parts
    for (const run of ledger.wanted(held, front, end)) {
      let start = -1
      for (let index = run.start; index <= run.start + run.count; index++) {
        const isIn = index < run.start + run.count && rarity.of(index) === peers
        if (isIn && start < 0) start = index
        if (isIn || start < 0) continue
        yield { start, count: index - start }
        start = -1
      }
    }
  }

  /** The span has nothing that this peer could give; its own blocks further on, in order. */
  #claimBeyond(holder: Seat, limit: number): number[] {
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
