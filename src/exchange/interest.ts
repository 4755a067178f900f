import type { BlockRange } from '../codec/block-set.ts'
import { cidText, type TreeCid } from '../codec/cid.ts'
import type { Message } from '../codec/message.ts'
import { MAX_INTEREST_PEERS, MAX_INTEREST_TREES } from './limits.ts'
import type { PeerKey } from './network-port.ts'

/**
 * Who asked for which dataset, so that they can be told when more of it is here.
 *
 * A peer that asks for very many is told of the last of them; that others asked is not forgotten for it.
 */
export class InterestBook {
  readonly #peersOf = new Map<string, Set<PeerKey>>()
  /** The tree that a peer asked for last is last. */
  readonly #treesOf = new Map<PeerKey, Set<string>>()

  note(treeCid: TreeCid, peer: PeerKey): void {
    const tree = cidText(treeCid)
    const peers = this.#peersOf.get(tree) ?? new Set()
    if (!peers.has(peer) && peers.size >= MAX_INTEREST_PEERS) return
    this.#peersOf.set(tree, peers.add(peer))
    const trees = this.#treesOf.get(peer) ?? new Set()
    trees.delete(tree)
    this.#treesOf.set(peer, trees.add(tree))
    const oldest = trees.values().next()
    if (trees.size > MAX_INTEREST_TREES && oldest.done !== true) this.#remove(oldest.value, peer)
  }

  peersOf(treeCid: TreeCid): PeerKey[] {
    return [...(this.#peersOf.get(cidText(treeCid)) ?? [])]
  }

  forget(peer: PeerKey): void {
    for (const tree of this.#treesOf.get(peer) ?? []) this.#remove(tree, peer)
  }

  #remove(tree: string, peer: PeerKey): void {
    const peers = this.#peersOf.get(tree)
    const trees = this.#treesOf.get(peer)
    peers?.delete(peer)
    trees?.delete(tree)
    if (peers?.size === 0) this.#peersOf.delete(tree)
    if (trees?.size === 0) this.#treesOf.delete(peer)
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
