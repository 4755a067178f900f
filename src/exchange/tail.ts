import type { BlockLedger } from './block-ledger.ts'
import type { Clock } from './clock.ts'
import type { Holder } from './holder.ts'
import { CLEARLY_SOONER, MAX_REPEAT_BYTES, MIN_REPEAT_BLOCKS, REPEAT_PART, TAIL_MARGIN_MS } from './limits.ts'
import type { OpenRequest, OpenRequests } from './open-requests.ts'
import type { DatasetRef } from './verify-answer.ts'

/**
 * Blocks on their way from a slow peer that somebody else would bring clearly sooner: the last ones of a dataset, and those
 * that a reader waits for. They are asked for a second time, within an allowance; whoever comes second is given up.
 */
export class Tail {
  readonly #ledger: BlockLedger
  readonly #open: OpenRequests
  readonly #clock: Clock
  readonly #allowedBlocks: number
  #repeatedBlocks = 0

  constructor(
    components: { ledger: BlockLedger; open: OpenRequests; clock: Clock },
    { blockCount, blockSizeBytes }: DatasetRef,
  ) {
    this.#ledger = components.ledger
    this.#open = components.open
    this.#clock = components.clock
    const most = Math.floor(MAX_REPEAT_BYTES / blockSizeBytes)
    this.#allowedBlocks = Math.min(most, Math.max(MIN_REPEAT_BLOCKS, Math.floor(REPEAT_PART * blockCount)))
  }

  /** Of the slowest request, up to `limit` blocks that `holder` would have here in `expectedMs`; none while others are missing. */
  choose(holder: Holder, limit: number, expectedMs: number): number[] {
    if (!this.#ledger.isAllTaken || this.#open.size === 0) return []
    let slowest: OpenRequest | undefined
    for (const request of this.#open.all()) {
      if (!this.#isLate(request, holder, expectedMs)) continue
      if (slowest !== undefined && this.#restMs(slowest) >= this.#restMs(request)) continue
      if (this.#open.openOf(request).some((index) => this.#isLone(index, holder))) slowest = request
    }
    if (slowest === undefined) return []
    const indices = this.#open.openOf(slowest).filter((index) => this.#isLone(index, holder))
    return this.#take(indices, limit)
  }

  /** The same of the blocks that readers wait for, at any time. */
  chooseOf(
    wanted: Iterable<number>,
    holder: Holder,
    { limit, expectedMs }: { limit: number; expectedMs: number },
  ): number[] {
    const indices: number[] = []
    for (const index of wanted) {
      if (indices.length >= limit) break
      if (!this.#isLone(index, holder)) continue
      for (const request of this.#open.carriersOf(index)) {
        if (this.#isLate(request, holder, expectedMs)) indices.push(index)
      }
    }
    return this.#take(indices, limit)
  }

  #take(indices: readonly number[], limit: number): number[] {
    const taken = indices.slice(0, Math.min(limit, this.#allowedBlocks - this.#repeatedBlocks))
    this.#repeatedBlocks += taken.length
    return taken
  }

  #isLone(index: number, holder: Holder): boolean {
    return this.#open.carrierCount(index) === 1 && holder.held.has(index)
  }

  #isLate(request: OpenRequest, holder: Holder, expectedMs: number): boolean {
    return request.holder !== holder && this.#restMs(request) > CLEARLY_SOONER * expectedMs + TAIL_MARGIN_MS
  }

  /** What a request still needs: by its peer’s rate, and once that has proved wrong, half of what it has had already. */
  #restMs({ sentAtMs, dueAtMs }: OpenRequest): number {
    const nowMs = this.#clock.now()
    return Math.max(dueAtMs - nowMs, nowMs > dueAtMs ? (nowMs - sentAtMs) / 2 : 0)
  }
}
