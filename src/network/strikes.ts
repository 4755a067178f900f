/** What peers sent that they should have known to be wrong, forgotten with time. */
import type { PeerKey } from '../codec/peer-key.ts'

/** Peers that are remembered; the one that was told of longest ago is forgotten first. */
const MAX_PEERS = 1_000
const FORGET_MS = 60_000
// gossipsub reads nothing of a peer below −80: after eight in a minute.
const SCORE_OF_ONE = -11

interface Record {
  readonly count: number
  readonly atMs: number
}

export class Strikes {
  readonly #records = new Map<string, Record>()
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  add(peer: PeerKey): void {
    const count = this.#countOf(peer) + 1
    this.#records.delete(peer)
    this.#records.set(peer, { count, atMs: this.#now() })
    const [oldest] = this.#records.keys()
    if (this.#records.size > MAX_PEERS && oldest !== undefined) this.#records.delete(oldest)
  }

  /** 0, or less the more there are. */
  scoreOf(peer: string): number {
    const count = this.#countOf(peer)
    return count === 0 ? 0 : count * SCORE_OF_ONE
  }

  // One is forgotten each minute.
  #countOf(peer: string): number {
    const record = this.#records.get(peer)
    if (record === undefined) return 0
    return Math.max(0, record.count - Math.floor((this.#now() - record.atMs) / FORGET_MS))
  }
}
