import { blockCidFromDigest, cidText, SHA2_256, type TreeCid } from '../codec/cid.ts'
import { encodeFrame, WANT_BLOCKS_RESPONSE } from '../codec/frame.ts'
import type { IndexRange } from '../codec/message.ts'
import {
  type DeliveredBlock,
  encodeWantBlocksResponse,
  MAX_BLOCKS_PER_BATCH,
  type WantBlocksRequest,
} from '../codec/want-blocks.ts'
import type { BlockStore, ProvenBlock } from '../store/block-store.ts'
import type { FairTurns } from './fair-turns.ts'
import { MAX_ANSWER_BYTES, MAX_REMEMBERED_TREES, SERVE_READ_BLOCKS } from './limits.ts'
import type { PeerKey } from './network-port.ts'
import { treeOf } from './serve-presence.ts'

export interface BlocksAnswer {
  readonly frame: Uint8Array
  readonly blockCount: number
}

/** Answers requests for blocks from the store, the peers in turn. */
export class BlockServer {
  readonly #store: Pick<BlockStore, 'presence' | 'getProvenBlocks'>
  readonly #turns: FairTurns
  /** Block counts of trees that were served; a tree’s never changes. */
  readonly #leafCounts = new Map<string, number>()

  constructor(components: { store: Pick<BlockStore, 'presence' | 'getProvenBlocks'>; turns: FairTurns }) {
    this.#store = components.store
    this.#turns = components.turns
  }

  /**
   * The answer to one request: the blocks that are here, in the order asked, up to what one frame may carry.
   *
   * A range that is empty or too long, a tree that is not here and more than 32 blocks give an answer without blocks, as in
   * generation C. An abort rejects with `signal.reason`.
   */
  async answer(peer: PeerKey, request: WantBlocksRequest, signal: AbortSignal): Promise<BlocksAnswer> {
    const giveBack = await this.#turns.take(peer, signal)
    try {
      const blocks = await this.#find(request, signal)
      const payload = encodeWantBlocksResponse({ requestId: request.requestId, treeCid: request.treeCid, blocks })
      return { frame: encodeFrame(WANT_BLOCKS_RESPONSE, payload), blockCount: blocks.length }
    } finally {
      giveBack()
    }
  }

  async #find(request: WantBlocksRequest, signal: AbortSignal): Promise<DeliveredBlock[]> {
    const indices = indicesOf(request.ranges)
    const treeCid = treeOf(request.treeCid)
    if (indices === undefined || treeCid === undefined) return []
    const leafCount = await this.#leafCount(treeCid)
    if (leafCount === undefined) return []
    const blocks = await this.#read(treeCid, indices, signal)
    return blocks.map(({ index, digest, bytes, path }) => ({
      index: BigInt(index),
      cid: blockCidFromDigest(digest),
      data: bytes,
      proof: { mcodec: SHA2_256, index, leafCount, path },
    }))
  }

  /** Reads in small groups, since the size of a block is known only from the first. */
  async #read(treeCid: TreeCid, indices: readonly number[], signal: AbortSignal): Promise<ProvenBlock[]> {
    const blocks: ProvenBlock[] = []
    let roomBytes = MAX_ANSWER_BYTES
    for (let i = 0; i < indices.length; i += SERVE_READ_BLOCKS) {
      const group = await this.#store.getProvenBlocks(treeCid, indices.slice(i, i + SERVE_READ_BLOCKS), { signal })
      for (const block of group) {
        roomBytes -= block.bytes.byteLength
        if (roomBytes < 0) return blocks
        blocks.push(block)
      }
    }
    return blocks
  }

  async #leafCount(treeCid: TreeCid): Promise<number | undefined> {
    const key = cidText(treeCid)
    const known = this.#leafCounts.get(key)
    if (known !== undefined) return known
    const leafCount = (await this.#store.presence(treeCid))?.blockCount
    if (leafCount === undefined) return undefined
    const oldest = this.#leafCounts.keys().next()
    if (this.#leafCounts.size >= MAX_REMEMBERED_TREES && oldest.done !== true) this.#leafCounts.delete(oldest.value)
    this.#leafCounts.set(key, leafCount)
    return leafCount
  }
}

/** The indices of a request; undefined where generation C answers with nothing. */
function indicesOf(ranges: readonly IndexRange[]): number[] | undefined {
  const indices: number[] = []
  for (const { start, count } of ranges) {
    if (count === 0n || count > BigInt(MAX_BLOCKS_PER_BATCH)) return undefined
    if (start + count > BigInt(Number.MAX_SAFE_INTEGER) || indices.length + Number(count) > MAX_BLOCKS_PER_BATCH)
      return undefined
    for (let i = 0; i < Number(count); i++) indices.push(Number(start) + i)
  }
  return indices.length === 0 ? undefined : indices
}
