import { MAX_REMEMBERED_PEERS } from './limits.ts'
import type { PeerKey } from './network-port.ts'

/** What passed between this node and one peer; bytes are frames with their headers. */
export interface PeerCounters {
  receivedBytes: number
  sentBytes: number
  /** Verified blocks that came from it. */
  receivedBlocks: number
  sentBlocks: number
  /** Requests made to it, and how they ended. */
  requests: number
  answers: number
  failures: number
  timeouts: number
  /** Answers that came after their time limit and were ignored. */
  lateAnswers: number
  /** Content that came from it and was here by then, bytes. */
  repeatedBytes: number
  /** Requests of it that were answered. */
  served: number
  /** Why the connection was cut, where we cut it. */
  dropReason?: string
}

/** One line of the connectivity data. */
export interface PeerReport extends Readonly<PeerCounters> {
  readonly peer: PeerKey
  readonly isConnected: boolean
}

/** Counters of the peers that are or were connected; the oldest that left are forgotten. */
export class PeerBook {
  readonly #counters = new Map<PeerKey, PeerCounters>()

  /** The counters of a peer, made on first use; a peer that comes back finds its own. */
  of(peer: PeerKey): PeerCounters {
    const known = this.#counters.get(peer)
    if (known !== undefined) {
      // Last used, last forgotten.
      this.#counters.delete(peer)
      this.#counters.set(peer, known)
      return known
    }
    const counters = emptyCounters()
    this.#counters.set(peer, counters)
    return counters
  }

  /** Forgets the oldest peers that are not connected, down to the limit. */
  prune(isConnected: (peer: PeerKey) => boolean): void {
    for (const peer of this.#counters.keys()) {
      if (this.#counters.size <= MAX_REMEMBERED_PEERS) return
      if (!isConnected(peer)) this.#counters.delete(peer)
    }
  }

  report(isConnected: (peer: PeerKey) => boolean): PeerReport[] {
    return Array.from(this.#counters, ([peer, counters]) => ({ ...counters, peer, isConnected: isConnected(peer) }))
  }
}

function emptyCounters(): PeerCounters {
  return {
    receivedBytes: 0,
    sentBytes: 0,
    receivedBlocks: 0,
    sentBlocks: 0,
    requests: 0,
    answers: 0,
    failures: 0,
    timeouts: 0,
    lateAnswers: 0,
    repeatedBytes: 0,
    served: 0,
  }
}
