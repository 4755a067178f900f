import type { BlockReadOptions, BlockSource } from '../dataset/block-source.ts'
import { QuireError } from '../errors.ts'
import { cidText, type TreeCid } from '../codec/cid.ts'
import type { BlockStore } from '../store/block-store.ts'

interface Asked {
  readonly index: number
  readonly resolve: (bytes: Uint8Array | undefined) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Blocks from this device, and those that are not here from `peers`.
 *
 * What is asked for in one turn of the event loop is read from the store in one transaction: in IndexedDB that is twice
 * as fast as block by block.
 */
export class LocalFirstSource implements BlockSource {
  readonly #store: Pick<BlockStore, 'getBlocks'>
  readonly #peers: BlockSource
  readonly #asked = new Map<string, { treeCid: TreeCid; blocks: Asked[] }>()

  constructor(components: { store: Pick<BlockStore, 'getBlocks'>; peers: BlockSource }) {
    this.#store = components.store
    this.#peers = components.peers
  }

  async getBlock(treeCid: TreeCid, index: number, options: BlockReadOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted()
    const here = await this.#askStore(treeCid, index)
    options.signal?.throwIfAborted()
    return here ?? this.#peers.getBlock(treeCid, index, options)
  }

  #askStore(treeCid: TreeCid, index: number): Promise<Uint8Array | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | undefined>()
    const key = cidText(treeCid)
    const batch = this.#asked.get(key) ?? { treeCid, blocks: [] }
    batch.blocks.push({ index, resolve, reject })
    if (!this.#asked.has(key)) {
      this.#asked.set(key, batch)
      queueMicrotask(() => void this.#readBatch(key))
    }
    return promise
  }

  async #readBatch(key: string): Promise<void> {
    const batch = this.#asked.get(key)
    this.#asked.delete(key)
    if (batch === undefined) return
    const { treeCid, blocks } = batch
    try {
      const indices = [...new Set(blocks.map(({ index }) => index))]
      const found = await this.#store.getBlocks(treeCid, indices)
      const bytesOf = new Map(found.map(({ index, bytes }) => [index, bytes]))
      for (const { index, resolve } of blocks) resolve(bytesOf.get(index))
    } catch (error) {
      for (const { reject } of blocks) reject(error)
    }
  }
}

/** For reading only what is on this device. */
export const noPeers: BlockSource = {
  getBlock: (_treeCid, index) =>
    Promise.reject(new QuireError('ERR_BLOCK_NOT_FOUND', 'This block is not on this device.', { details: { index } })),
}
