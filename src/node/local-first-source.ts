import { quiet } from '../dataset/read-ahead.ts'
import type { BlockReadOptions, BlockSource } from '../dataset/block-source.ts'
import { QuireError } from '../errors.ts'
import { cidText, type TreeCid } from '../codec/cid.ts'
import type { BlockStore } from '../store/block-store.ts'

interface Asked {
  readonly index: number
  readonly resolve: (bytes: Uint8Array | undefined) => void
  readonly reject: (reason: unknown) => void
}

/** Where blocks that are not here come from. */
export interface PeerSource extends BlockSource {
  /** Whether it knows that the block is not stored: it fetches the dataset, and notes what arrives. */
  isMissing(index: number): boolean
}

/**
 * Blocks from this device, and those that are not here from `peers`. Where those know that a block is missing they are asked
 * beside the store rather than after it, whose reads wait for what a download writes.
 *
 * What is asked for in one turn of the event loop is read from the store in one transaction: in IndexedDB that is twice
 * as fast as block by block.
 */
export class LocalFirstSource implements BlockSource {
  readonly #store: Pick<BlockStore, 'getBlocks'>
  readonly #peers: PeerSource
  readonly #asked = new Map<string, { treeCid: TreeCid; blocks: Asked[] }>()

  constructor(components: { store: Pick<BlockStore, 'getBlocks'>; peers: PeerSource }) {
    this.#store = components.store
    this.#peers = components.peers
  }

  async getBlock(treeCid: TreeCid, index: number, options: BlockReadOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted()
    if (this.#peers.isMissing(index)) return this.#askBoth(treeCid, index, options)
    const here = await this.#askStore(treeCid, index)
    options.signal?.throwIfAborted()
    return here ?? this.#peers.getBlock(treeCid, index, options)
  }

  /** Peers, unless the store has it all the same: it may have been added from a file meanwhile. */
  async #askBoth(treeCid: TreeCid, index: number, options: BlockReadOptions): Promise<Uint8Array> {
    const stopping = new AbortController()
    const signal = options.signal === undefined ? stopping.signal : AbortSignal.any([options.signal, stopping.signal])
    const coming = quiet(this.#peers.getBlock(treeCid, index, { ...options, signal }))
    try {
      return (await Promise.race([this.#askStore(treeCid, index), coming])) ?? (await coming)
    } finally {
      stopping.abort()
    }
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
export const noPeers: PeerSource = {
  isMissing: () => false,
  getBlock: (_treeCid, index) =>
    Promise.reject(new QuireError('ERR_BLOCK_NOT_FOUND', 'This block is not on this device.', { details: { index } })),
}
