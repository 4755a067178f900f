import { type BlockRange, BlockSet } from '../codec/block-set.ts'
import {
  BROKEN_PROMISES_BEFORE_DROP,
  DEFERRED_MS,
  MAX_DEFERRALS,
  FIRST_REST_MS,
  MAX_PRESENCE_REFRESH_MS,
  MAX_REST_MS,
  MIN_PRESENCE_REFRESH_MS,
  MAX_SCAN_BLOCKS,
  STRIKES_BEFORE_REST,
} from './limits.ts'
import type { PeerLink } from './peer-link.ts'
import { Rarity } from './rarity.ts'

interface AskedWindow {
  atMs: number
  againAfterMs: number
}

/** What one peer is to one dataset: which blocks it says it has, and whether it keeps its word. */
export class Holder {
  readonly link: PeerLink
  readonly held: BlockSet
  /** A position of the ledger: below it the peer has nothing that is missing; the search for its next blocks starts here. */
  cursor = 0
  /** The block behind those that it was asked for last. */
  next = -1
  /** Requests of this dataset on their way to it. */
  openRequests = 0
  /** When it was first asked what it has, milliseconds of the clock. */
  firstAskedAtMs = Number.POSITIVE_INFINITY
  /** The last verified block, the same. */
  lastBlockAtMs = Number.NEGATIVE_INFINITY
  /** Its proofs and the manifest disagree, so it is of no use for this dataset. */
  isAvoided = false
  /** Undefined once the peer is gone, as the answer to a last request may still be looked at. */
  #rarity: Rarity | undefined
  /** Blocks that it left out, and until when they rest; the first to end first. */
  readonly #deferred = new Map<number, number>()
  readonly #asked = new Map<number, AskedWindow>()
  /** In a row. */
  #emptyAnswers = 0
  #strikes = 0
  #brokenPromises = 0
  #restMs = FIRST_REST_MS
  #restsUntilMs = Number.NEGATIVE_INFINITY

  /** `rarity` counts what it holds until `forget`. */
  constructor(link: PeerLink, blockCount: number, rarity = new Rarity(blockCount)) {
    this.link = link
    this.held = new BlockSet(blockCount)
    this.#rarity = rarity
  }

  /** Whether a verified block ever came from it. */
  get hasDelivered(): boolean {
    return this.lastBlockAtMs > Number.NEGATIVE_INFINITY
  }

  get wasAsked(): boolean {
    return this.#asked.size > 0
  }

  /** Whether it says that it has everything. */
  get isWhole(): boolean {
    return this.held.size + this.#deferred.size === this.held.blockCount
  }

  isUsable(nowMs: number): boolean {
    this.#resume(nowMs)
    return !this.isAvoided && !this.link.isClosed && nowMs >= this.#restsUntilMs
  }

  /** Adds what the peer says it has; true where something is new. */
  learn(ranges: readonly BlockRange[]): boolean {
    const before = this.held.size
    for (const { start, count } of ranges) {
      for (const run of this.held.missing(start, start + count)) {
        this.#rarity?.add(run)
        this.held.addRange(run.start, run.count)
        if (this.#deferred.size > 0) this.#undefer(run)
      }
    }
    return this.held.size > before
  }

  /** The peer was asked for these and did not have them. */
  lacks(indices: readonly number[]): void {
    for (const index of indices) {
      if (this.held.delete(index)) this.#rarity?.remove({ start: index, count: 1 })
    }
  }

  /** The peer left them out; they count as not held until it is asked again. */
  defers(indices: readonly number[], nowMs: number): void {
    for (const index of indices) {
      if (!this.held.delete(index)) continue
      this.#rarity?.remove({ start: index, count: 1 })
      this.#deferred.set(index, nowMs + DEFERRED_MS)
    }
  }

  /** Another answer without a block; true for as many in a row as one of a crowd gets. */
  gaveNothing(): boolean {
    this.#emptyAnswers += 1
    return this.#emptyAnswers <= MAX_DEFERRALS
  }

  /** The peer is gone. */
  forget(): void {
    for (const run of this.held.ranges()) this.#rarity?.remove(run)
    this.#rarity = undefined
  }

  /** The first of `windows` to ask about now, if any: never asked, or held in part and asked long ago. */
  dueWindow(nowMs: number, windows: Iterable<number>): BlockRange | undefined {
    const { blockCount } = this.held
    for (const window of windows) {
      const start = window * MAX_SCAN_BLOCKS
      const count = Math.min(MAX_SCAN_BLOCKS, blockCount - start)
      if (count > 0 && this.#isDue(window, nowMs) && this.held.countIn(start, count) < count) return { start, count }
    }
    return undefined
  }

  asked(range: BlockRange, nowMs: number): void {
    this.firstAskedAtMs = Math.min(this.firstAskedAtMs, nowMs)
    const window = Math.floor(range.start / MAX_SCAN_BLOCKS)
    const again = this.#asked.get(window)?.againAfterMs
    const againAfterMs = again === undefined ? MIN_PRESENCE_REFRESH_MS : Math.min(2 * again, MAX_PRESENCE_REFRESH_MS)
    this.#asked.set(window, { atMs: nowMs, againAfterMs })
  }

  /** Its answer had something new; there may soon be more. */
  toldNews(): void {
    for (const window of this.#asked.values()) window.againAfterMs = MIN_PRESENCE_REFRESH_MS
  }

  /** It tells what is new by itself, so that asking again is only for news that went lost. */
  toldUnasked(nowMs: number): void {
    for (const window of this.#asked.values()) {
      window.atMs = nowMs
      window.againAfterMs = MAX_PRESENCE_REFRESH_MS
    }
  }

  delivered(nowMs: number): void {
    this.#emptyAnswers = 0
    this.lastBlockAtMs = nowMs
    this.#strikes = 0
    this.#brokenPromises = 0
    this.#restMs = FIRST_REST_MS
  }

  /**
   * It failed or broke its promise; after some in a row it rests, each time longer. After a timeout it rests at once: what
   * it lost would otherwise go straight back to it. True where it says so often that it has blocks, and gives none, that
   * it is better gone.
   */
  strike(nowMs: number, fault: 'failure' | 'timeout' | 'nothing' = 'failure'): boolean {
    // Requests that were on the way together fail together; that is one failure.
    if (nowMs < this.#restsUntilMs) return false
    this.#strikes += 1
    if (fault === 'timeout' || this.#strikes >= STRIKES_BEFORE_REST) {
      if (fault !== 'failure') this.#brokenPromises += 1
      this.#restsUntilMs = nowMs + this.#restMs
      this.#restMs = Math.min(2 * this.#restMs, MAX_REST_MS)
    }
    return this.#brokenPromises >= BROKEN_PROMISES_BEFORE_DROP
  }

  /** What was left out long ago is asked for again. */
  #resume(nowMs: number): void {
    for (const [index, untilMs] of this.#deferred) {
      if (untilMs > nowMs) return
      this.learn([{ start: index, count: 1 }])
      this.cursor = 0
    }
  }

  #undefer({ start, count }: BlockRange): void {
    for (let index = start; index < start + count; index++) this.#deferred.delete(index)
  }

  #isDue(window: number, nowMs: number): boolean {
    const asked = this.#asked.get(window)
    return asked === undefined || nowMs - asked.atMs >= asked.againAfterMs
  }
}
