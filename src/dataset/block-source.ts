import type { TreeCid } from '../codec/cid.ts'
import type { AbortOptions } from '../store/block-store.ts'

/**
 * Where a reader’s blocks come from: this device first, then peers (the node decides).
 *
 * `getBlock` gives the verified, padded bytes of one block. Errors: `ERR_BLOCK_NOT_FOUND`, `ERR_NO_PEER_HAS_IT`.
 */
export interface BlockSource {
  getBlock(treeCid: TreeCid, index: number, options?: AbortOptions): Promise<Uint8Array>
}
