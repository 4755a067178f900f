import { BlockSet } from '../codec/block-set.ts'
import type { Clock } from './clock.ts'
import { CROWD_PEERS, CROWD_SPAN_MS, MAX_DEFERRALS } from './limits.ts'
import type { PeerKey } from './network-port.ts'

interface Asker {
  atMs: number
  /** Answers without a block that it had in a row. */
  deferrals: number
}

/**
 * What a node that has a whole dataset gives to a crowd: each block once before any is given a second time, so that the
 * crowd soon has all of them, and passes them on. Those who ask cannot see to it: most of them do not know each other.
 *
 * What is left out of an answer can be asked for again; generation C puts it at the end of its queue, without blame.
 */
export class FirstCopies {
  readonly #clock: Clock
  readonly #blockCount: number
  /** Who asked last is last. */
  readonly #askers = new Map<PeerKey, Asker>()
  /** Given since the crowd came; none where there is no crowd. */
  #given: BlockSet | undefined

  constructor(components: { clock: Clock }, init: { blockCount: number }) {
    this.#clock = components.clock
    this.#blockCount = init.blockCount
  }

  /** Notes that a peer asks; true where it is one of many. */
  asks(peer: PeerKey): boolean {
    const nowMs = this.#clock.now()
    // A newcomer is given what it asks for, so that it knows that blocks come from here.
    const asker = this.#askers.get(peer) ?? { atMs: nowMs, deferrals: MAX_DEFERRALS }
    asker.atMs = nowMs
    this.#askers.delete(peer)
    this.#askers.set(peer, asker)
    for (const [key, { atMs }] of this.#askers) {
      if (nowMs - atMs < CROWD_SPAN_MS) break
      this.#askers.delete(key)
    }
    if (this.#askers.size >= CROWD_PEERS) return true
    this.#given = undefined
    return false
  }

  /** What of `indices` one of the crowd is given now. */
  choose(peer: PeerKey, indices: readonly number[]): readonly number[] {
    const given = (this.#given ??= new BlockSet(this.#blockCount))
    if (given.isComplete) return indices
    const fresh = indices.filter((index) => given.add(index))
    const asker = this.#askers.get(peer)
    if (asker === undefined) return fresh
    if (fresh.length === 0 && asker.deferrals >= MAX_DEFERRALS) {
      asker.deferrals = 0
      return indices
    }
    asker.deferrals = fresh.length === 0 ? asker.deferrals + 1 : 0
    return fresh
  }

  /** They were not given after all. */
  undo(indices: readonly number[]): void {
    for (const index of indices) this.#given?.delete(index)
  }
}
