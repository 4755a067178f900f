import type { BlockRange, BlockSet } from '../codec/block-set.ts'
import type { BlockPresence } from '../codec/message.ts'
import type { BlockLedger } from './block-ledger.ts'
import type { Clock } from './clock.ts'
import { Holder } from './holder.ts'
import {
  MAX_SCAN_BLOCKS,
  MAX_SWARM_PEERS,
  MIN_PRESENCE_REFRESH_MS,
  PRESENCE_WINDOWS_AHEAD,
  STALL_MS,
} from './limits.ts'
import type { PeerKey } from './network-port.ts'
import type { PeerLink } from './peer-link.ts'
import type { PresenceQuery } from './presence-queries.ts'
import { Rarity } from './rarity.ts'
import type { ReaderWants } from './reader-wants.ts'
import type { DatasetRef } from './verify-answer.ts'

export interface SwarmCounts {
  /** Peers that were asked what they have. */
  readonly asked: number
  /** Peers that have something that is missing and may be asked for it, or are delivering. */
  readonly holders: number
  /** Peers that delivered a block lately. */
  readonly delivering: number
  /** Of these, peers whose blocks come through a relay. */
  readonly relayed: number
}

/**
 * The peers of one dataset: what each holds, kept fresh by asking the ones that lack something.
 *
 * Where more are connected than have a place, those that turn out to have nothing that is missing make room for the others.
 */
export class Swarm {
  readonly rarity: Rarity
  readonly #clock: Clock
  readonly #ledger: BlockLedger
  readonly #readers: ReaderWants
  readonly #dataset: DatasetRef
  readonly #downloadId: bigint
  readonly #ask: (peer: PeerKey, query: PresenceQuery) => void
  readonly #holders = new Map<PeerKey, Holder>()
  /** Connected peers that have no place, the one that waits longest first. */
  readonly #leftOut = new Map<PeerKey, PeerLink>()

  constructor(
    components: {
      clock: Clock
      ledger: BlockLedger
      readers: ReaderWants
      ask: (peer: PeerKey, query: PresenceQuery) => void
    },
    init: { dataset: DatasetRef; downloadId: bigint },
  ) {
    this.#clock = components.clock
    this.#ledger = components.ledger
    this.#readers = components.readers
    this.#ask = components.ask
    this.#dataset = init.dataset
    this.#downloadId = init.downloadId
    this.rarity = new Rarity(init.dataset.blockCount)
  }

  get size(): number {
    return this.#holders.size
  }

  /** Takes a peer in and asks it; one too many waits for a place. */
  add(link: PeerLink): void {
    if (this.#holders.has(link.peer)) return
    this.#leftOut.set(link.peer, link)
    this.#fill()
  }

  remove(peer: PeerKey): void {
    this.#leftOut.delete(peer)
    this.#release(peer)
    this.#fill()
  }

  get(peer: PeerKey): Holder | undefined {
    return this.#holders.get(peer)
  }

  /** Peers that may be asked for blocks now. */
  usable(): Holder[] {
    const nowMs = this.#clock.now()
    return [...this.#holders.values()].filter((holder) => holder.isUsable(nowMs))
  }

  /** Takes what a peer says; true where it says something new. “Don’t have” and ranges beyond the end change nothing. */
  learn(peer: PeerKey, presence: BlockPresence): boolean {
    const holder = this.#holders.get(peer)
    if (holder === undefined || holder.isWhole) return false
    const ranges = rangesOf(presence, this.#dataset.blockCount)
    const isNew = holder.learn(ranges)
    for (const range of ranges) holder.cursor = Math.min(holder.cursor, this.#ledger.firstPositionOf(range))
    if (presence.downloadId !== this.#downloadId) {
      holder.toldUnasked(this.#clock.now())
      return isNew
    }
    if (isNew) holder.toldNews()
    this.#refresh(holder)
    return isNew
  }

  /** Blocks became missing again: every holder’s search starts at them. */
  rewind(indices: readonly number[]): void {
    const positions = indices.map((index) => this.#ledger.positionOf(index))
    const lowest = positions.reduce((least, position) => Math.min(least, position), this.#dataset.blockCount)
    for (const holder of this.#holders.values()) holder.cursor = Math.min(holder.cursor, lowest)
  }

  /** Asks every peer that is due. */
  refresh(): void {
    this.#makeRoom()
    const windows = this.#neededWindows()
    for (const holder of this.#holders.values()) this.#refresh(holder, windows)
  }

  counts(): SwarmCounts {
    const nowMs = this.#clock.now()
    let asked = 0
    let holders = 0
    let delivering = 0
    let relayed = 0
    for (const holder of this.#holders.values()) {
      const isDelivering = nowMs - holder.lastBlockAtMs < STALL_MS
      if (holder.wasAsked) asked += 1
      if (isDelivering) delivering += 1
      if (isDelivering && holder.link.isRelayed) relayed += 1
      if (isDelivering || (holder.isUsable(nowMs) && this.#hasSomething(holder))) holders += 1
    }
    return { asked, holders, delivering, relayed }
  }

  /** What each peer says it has; not to be changed. */
  heldSets(): BlockSet[] {
    return [...this.#holders.values()].filter((holder) => !holder.isAvoided).map(({ held }) => held)
  }

  /** What of a run a peer is not known to have. */
  readonly lackedBy = (peer: PeerKey, run: BlockRange): Iterable<BlockRange> =>
    this.#holders.get(peer)?.held.missing(run.start, run.start + run.count) ?? [run]

  /** Whether a peer has something that is missing, and is of use. */
  hasWanted(peer: PeerKey): boolean {
    const holder = this.#holders.get(peer)
    return holder !== undefined && !holder.isAvoided && this.#hasSomething(holder)
  }

  /** Peers known to have everything. */
  isComplete(peer: PeerKey): boolean {
    return this.#holders.get(peer)?.isWhole === true
  }

  #fill(): void {
    for (const [peer, link] of this.#leftOut) {
      if (this.#holders.size >= MAX_SWARM_PEERS) return
      this.#leftOut.delete(peer)
      const holder = new Holder(link, this.#dataset.blockCount, this.rarity)
      this.#holders.set(peer, holder)
      this.#refresh(holder)
    }
  }

  #release(peer: PeerKey): void {
    this.#holders.get(peer)?.forget()
    this.#holders.delete(peer)
  }

  /** Whoever had the time to say what it has, and has nothing that is missing, waits behind those who wait for its place. */
  #makeRoom(): void {
    if (this.#leftOut.size === 0 || this.#ledger.isAllTaken) return
    const askedBeforeMs = this.#clock.now() - MIN_PRESENCE_REFRESH_MS
    const idle = [...this.#holders.values()].filter(
      (holder) => holder.firstAskedAtMs <= askedBeforeMs && !this.#hasSomething(holder),
    )
    for (const { link } of idle.slice(0, this.#leftOut.size)) {
      this.#release(link.peer)
      this.#leftOut.set(link.peer, link)
    }
    this.#fill()
  }

  #hasSomething(holder: Holder): boolean {
    return holder.openRequests > 0 || this.#ledger.hasWanted(holder.held, holder.cursor)
  }

  /** Windows that readers wait for, then those from the first missing block on. */
  #neededWindows(): Set<number> {
    const windows = new Set<number>()
    for (const index of this.#readers.indices()) {
      if (!this.#ledger.isTaken(index)) windows.add(windowOf(index))
    }
    const firstMissing = this.#ledger.firstMissing()
    if (firstMissing >= this.#dataset.blockCount) return windows
    const windowCount = Math.ceil(this.#dataset.blockCount / MAX_SCAN_BLOCKS)
    for (let ahead = 0; ahead <= PRESENCE_WINDOWS_AHEAD; ahead++)
      windows.add((windowOf(firstMissing) + ahead) % windowCount)
    return windows
  }

  #refresh(holder: Holder, windows = this.#neededWindows()): void {
    if (holder.isAvoided || holder.isWhole) return
    const nowMs = this.#clock.now()
    const due = holder.dueWindow(nowMs, windows)
    if (due === undefined) return
    holder.asked(due, nowMs)
    const { treeCid } = this.#dataset
    this.#ask(holder.link.peer, { downloadId: this.#downloadId, treeCid, ...due })
  }
}

function windowOf(index: number): number {
  return Math.floor(index / MAX_SCAN_BLOCKS)
}

function rangesOf(presence: BlockPresence, blockCount: number): BlockRange[] {
  if (presence.kind === 'complete') return [{ start: 0, count: blockCount }]
  if (presence.kind === 'dont-have') return []
  const end = BigInt(blockCount)
  const ranges: BlockRange[] = []
  let from = 0n
  for (const { start, count } of presence.ranges) {
    // An honest answer ascends; one that goes over the same blocks again and again would cost us each time.
    if (start < from || start >= end || count === 0n) continue
    from = start + count > end ? end : start + count
    ranges.push({ start: Number(start), count: Number(from - start) })
  }
  return ranges
}
