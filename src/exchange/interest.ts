import type { BlockRange } from '../codec/block-set.ts'
import { cidText, type TreeCid } from '../codec/cid.ts'
import type { Message } from '../codec/message.ts'
import { MAX_INTEREST_PEERS, MAX_INTEREST_TREES } from './limits.ts'
import type { PeerKey } from './network-port.ts'

/** Who asked for which dataset, so that they can be told when more of it is here. */
export class InterestBook {
  /** By tree; the tree that was asked for last is last. */
  readonly #peers = new Map<string, Set<PeerKey>>()

  note(treeCid: TreeCid, peer: PeerKey): void {
    const key = cidText(treeCid)
    const peers = this.#peers.get(key) ?? new Set()
    this.#peers.delete(key)
    this.#peers.set(key, peers)
    if (peers.size < MAX_INTEREST_PEERS) peers.add(peer)
    const oldest = this.#peers.keys().next()
    if (this.#peers.size > MAX_INTEREST_TREES && oldest.done !== true) this.#peers.delete(oldest.value)
  }

  peersOf(treeCid: TreeCid): PeerKey[] {
    return [...(this.#peers.get(cidText(treeCid)) ?? [])]
  }

  forget(peer: PeerKey): void {
    for (const [key, peers] of this.#peers) {
      if (peers.delete(peer) && peers.size === 0) this.#peers.delete(key)
    }
  }
}

/** “I have these as well”: presence that nobody asked for carries the download id 0, which means every download of the tree. */
export function newBlocksMessage(treeCid: TreeCid, ranges: readonly BlockRange[]): Message {
  return {
    wantList: { entries: [], full: false },
    blockPresences: [
      {
        address: { treeCid, index: BigInt(ranges[0]?.start ?? 0) },
        kind: 'have-range',
        ranges: ranges.map(({ start, count }) => ({ start: BigInt(start), count: BigInt(count) })),
        downloadId: 0n,
      },
    ],
  }
}
