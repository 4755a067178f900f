import type { BlockRange } from '../codec/block-set.ts'
import type { TreeCid } from '../codec/cid.ts'
import type { Message } from '../codec/message.ts'
import type { Clock } from './clock.ts'
import { newBlocksMessage } from './interest.ts'
import { BROADCAST_INTERVAL_MS } from './limits.ts'
import type { PeerKey } from './network-port.ts'

export interface AnnouncerComponents {
  readonly clock: Clock
  /** Peers that asked for the dataset and do not have all of it. */
  readonly listeners: () => readonly PeerKey[]
  readonly tell: (peer: PeerKey, message: Message) => void
}

/** Tells peers that asked before which blocks of a dataset are here since; one message a peer in each interval. */
export class Announcer {
  readonly #parts: AnnouncerComponents
  readonly #treeCid: TreeCid
  #fresh: number[] = []
  #toldAtMs = Number.NEGATIVE_INFINITY

  constructor(components: AnnouncerComponents, init: { treeCid: TreeCid }) {
    this.#parts = components
    this.#treeCid = init.treeCid
  }

  /** Blocks that were stored just now. */
  add(indices: readonly number[]): void {
    this.#fresh.push(...indices)
  }

  /** Sends what is new, where it is time. Those who ask later learn it from the answer. */
  tick(): void {
    const nowMs = this.#parts.clock.now()
    if (this.#fresh.length === 0 || nowMs - this.#toldAtMs < BROADCAST_INTERVAL_MS) return
    this.#toldAtMs = nowMs
    const ranges = toRanges(this.#fresh)
    this.#fresh = []
    for (const peer of this.#parts.listeners()) this.#parts.tell(peer, newBlocksMessage(this.#treeCid, ranges))
  }
}

function toRanges(indices: number[]): BlockRange[] {
  const ranges: { start: number; count: number }[] = []
  for (const index of indices.sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last !== undefined && last.start + last.count === index) last.count += 1
    else ranges.push({ start: index, count: 1 })
  }
  return ranges
}
