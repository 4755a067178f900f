import type { TreeCid } from '../codec/cid.ts'
import type { AbortOptions } from '../store/block-store.ts'
import type { ReadPosition } from './read-position.ts'

export interface BlockReadOptions extends AbortOptions {
  /** Who reads the block in its turn; without it somebody waits for this one block. */
  readonly reader?: ReadPosition | undefined
}

/**
 * Where a reader’s blocks come from: this device first, then peers (the node decides).
 *
 * `getBlock` gives the verified, padded bytes of one block. Errors: `ERR_BLOCK_NOT_FOUND`, `ERR_NO_PEER_HAS_IT`.
 */
export interface BlockSource {
  getBlock(treeCid: TreeCid, index: number, options?: BlockReadOptions): Promise<Uint8Array>
}
