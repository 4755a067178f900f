import type { BlockLedger } from './block-ledger.ts'
import type { Clock } from './clock.ts'
import type { Holder } from './holder.ts'
import { CLEARLY_SOONER, MAX_REPEAT_BYTES, MIN_REPEAT_BLOCKS, REPEAT_PART, TAIL_MARGIN_MS } from './limits.ts'
import { isHopeless, type OpenRequest, type OpenRequests } from './open-requests.ts'
import type { Way } from './request-way.ts'
import type { DatasetRef } from './verify-answer.ts'

/**
 * Blocks on their way from a slow peer that somebody else would bring clearly sooner: the last ones of a dataset, and those
 * that a reader waits for. They are asked for a second time, within an allowance; whoever comes second is given up.
 */
export class Tail {
  readonly #ledger: BlockLedger
  readonly #open: OpenRequests
  readonly #clock: Pick<Clock, 'now'>
  readonly #allowedBlocks: number
  #repeatedBlocks = 0

  constructor(
    components: { ledger: BlockLedger; open: OpenRequests; clock: Pick<Clock, 'now'> },
    { blockCount, blockSizeBytes }: DatasetRef,
  ) {
    this.#ledger = components.ledger
    this.#open = components.open
    this.#clock = components.clock
    const most = Math.floor(MAX_REPEAT_BYTES / blockSizeBytes)
    this.#allowedBlocks = Math.min(most, Math.max(MIN_REPEAT_BLOCKS, Math.floor(REPEAT_PART * blockCount)))
  }

  /** Of the slowest request, up to `limit` blocks that would be here clearly sooner by `way`; none while others are missing. */
  choose(way: Way, limit: number): number[] {
    const { holder } = way
    if (!this.#ledger.isAllTaken || this.#open.size === 0 || !this.#isTrusted(holder)) return []
    let slowest: OpenRequest | undefined
    for (const request of this.#open.all()) {
      if (!this.#isLate(request, way)) continue
      if (slowest !== undefined && this.#restMs(slowest) >= this.#restMs(request)) continue
      if (this.#open.openOf(request).some((index) => this.#isLone(index, holder))) slowest = request
    }
    if (slowest === undefined) return []
    const from = slowest
    const indices = this.#open.openOf(from).filter((index) => this.#isLone(index, holder))
    return indices.slice(0, limit).filter(() => this.#allows(from))
  }

  /** The same of the blocks that readers wait for, at any time. */
  chooseOf(wanted: Iterable<number>, way: Way, limit: number): number[] {
    const { holder } = way
    const indices: number[] = []
    if (!this.#isTrusted(holder)) return indices
    for (const index of wanted) {
      if (indices.length >= limit) break
      if (!this.#isLone(index, holder)) continue
      for (const request of this.#open.carriersOf(index)) {
        if (!this.#isLate(request, way) || !this.#allows(request)) continue
        indices.push(index)
        break
      }
    }
    return indices
  }

  /**
   * One block more of a request. The allowance is for what may come twice: from a peer that never gave a block, or that is
   * many times later than it ever was, nothing is expected any more.
   */
  #allows(request: OpenRequest): boolean {
    if (!request.holder.hasDelivered || this.#isHopeless(request)) return true
    if (this.#repeatedBlocks >= this.#allowedBlocks) return false
    this.#repeatedBlocks += 1
    return true
  }

  #isHopeless(request: OpenRequest): boolean {
    return isHopeless(request, this.#clock.now())
  }

  /** Only who has given blocks, and gives them still, is known to be sooner than another. */
  #isTrusted(holder: Holder): boolean {
    if (!holder.hasDelivered) return false
    for (const request of this.#open.all()) if (request.holder === holder && this.#isHopeless(request)) return false
    return true
  }

  /** Whether it may be asked for once more: one carries it, or those who do are not expected any more. */
  #isLone(index: number, holder: Holder): boolean {
    if (!holder.held.has(index)) return false
    const carriers = [...this.#open.carriersOf(index)]
    return carriers.length === 1 || carriers.every((request) => request.holder !== holder && this.#isHopeless(request))
  }

  /** Sooner by more than what the other way was late itself, as after a long task here all are. */
  #isLate(request: OpenRequest, { holder, expectedMs, lateMs }: Way): boolean {
    const surelyMs = CLEARLY_SOONER * (expectedMs + lateMs) + TAIL_MARGIN_MS
    return request.holder !== holder && this.#restMs(request) > surelyMs
  }

  /** What a request still needs: by its peer’s rate, and once that has proved wrong, half of what it has had already. */
  #restMs({ sentAtMs, dueAtMs }: OpenRequest): number {
    const nowMs = this.#clock.now()
    return Math.max(dueAtMs - nowMs, nowMs > dueAtMs ? (nowMs - sentAtMs) / 2 : 0)
  }
}
