import type { BlockRange } from '../codec/block-set.ts'
import type { TreeCid } from '../codec/cid.ts'
import type { Message } from '../codec/message.ts'
import type { Clock } from './clock.ts'
import { newBlocksMessage } from './interest.ts'
import {
  MAX_BROADCAST_RANGES,
  MAX_NEWS_INTERVAL_MS,
  MIN_NEWS_INTERVAL_MS,
  NEWS_BURST_BYTES,
  NEWS_MESSAGE_BYTES,
  NEWS_PART,
  NEWS_RANGE_BYTES,
} from './limits.ts'
import type { PeerKey } from './network-port.ts'

export interface AnnouncerComponents {
  readonly clock: Clock
  /** Peers that asked for the dataset and do not have all of it. */
  readonly listeners: () => readonly PeerKey[]
  /** What of a run a peer is not known to have. */
  readonly lackedBy: (peer: PeerKey, run: BlockRange) => Iterable<BlockRange>
  readonly tell: (peer: PeerKey, message: Message) => void
}

/**
 * Tells peers that asked before which blocks of a dataset are here since, as far as they lack them.
 *
 * News leave soon while they are cheap: the part `NEWS_PART` of what is stored may be spent on them. Where there are many
 * listeners they gather for longer, so that a message carries more.
 */
export class Announcer {
  readonly #parts: AnnouncerComponents
  readonly #treeCid: TreeCid
  readonly #blockSizeBytes: number
  #fresh: number[] = []
  #timer: unknown
  #toldAtMs = Number.NEGATIVE_INFINITY
  #creditBytes = NEWS_BURST_BYTES
  #isStopped = false

  constructor(components: AnnouncerComponents, init: { treeCid: TreeCid; blockSizeBytes: number }) {
    this.#parts = components
    this.#treeCid = init.treeCid
    this.#blockSizeBytes = init.blockSizeBytes
  }

  /** Blocks that were stored just now. Those who ask later learn of them from the answer. */
  add(indices: readonly number[]): void {
    if (this.#isStopped) return
    for (const index of indices) this.#fresh.push(index)
    const earned = NEWS_PART * indices.length * this.#blockSizeBytes
    this.#creditBytes = Math.min(NEWS_BURST_BYTES, this.#creditBytes + earned)
    if (this.#creditBytes > 0) this.#schedule(MIN_NEWS_INTERVAL_MS)
    else this.#schedule(MAX_NEWS_INTERVAL_MS)
  }

  /** Sends what is new now. */
  flush(): void {
    this.#parts.clock.clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#fresh.length === 0) return
    this.#toldAtMs = this.#parts.clock.now()
    const runs = toRuns(this.#fresh)
    this.#fresh = []
    for (const peer of this.#parts.listeners()) this.#tell(peer, runs)
  }

  /** Nothing more is told. */
  stop(): void {
    this.#isStopped = true
    this.#fresh = []
    this.#parts.clock.clearTimeout(this.#timer)
  }

  #schedule(intervalMs: number): void {
    const { clock } = this.#parts
    const delayMs = Math.max(0, this.#toldAtMs + intervalMs - clock.now())
    if (this.#timer !== undefined && intervalMs === MAX_NEWS_INTERVAL_MS) return
    clock.clearTimeout(this.#timer)
    this.#timer = clock.setTimeout(() => this.flush(), delayMs)
  }

  #tell(peer: PeerKey, runs: readonly BlockRange[]): void {
    const lacked = runs.flatMap((run) => [...this.#parts.lackedBy(peer, run)])
    for (let from = 0; from < lacked.length; from += MAX_BROADCAST_RANGES) {
      const told = lacked.slice(from, from + MAX_BROADCAST_RANGES)
      this.#creditBytes -= NEWS_MESSAGE_BYTES + told.length * NEWS_RANGE_BYTES
      this.#parts.tell(peer, newBlocksMessage(this.#treeCid, told))
    }
  }
}

function toRuns(indices: number[]): BlockRange[] {
  const runs: { start: number; count: number }[] = []
  for (const index of indices.sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last !== undefined && last.start + last.count === index) last.count += 1
    else runs.push({ start: index, count: 1 })
  }
  return runs
}
