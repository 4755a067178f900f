import { QuireError } from '../errors.ts'
import type { BlockStore } from '../store/block-store.ts'
import type { BlockLedger } from './block-ledger.ts'
import type { BlockWriter } from './block-writer.ts'
import type { ReaderWants, ReadOptions } from './reader-wants.ts'
import type { DatasetRef } from './verify-answer.ts'

export interface BlockReadsComponents {
  readonly store: Pick<BlockStore, 'getBlocks'>
  readonly ledger: BlockLedger
  readonly readers: ReaderWants
  readonly writer: BlockWriter
}

export interface BlockReadsHandlers {
  /** Throws where nothing is read any more. */
  check(): void
  /** Somebody waits for a block that is not here. */
  onWanted(): void
  /** A block that was stored is no longer. */
  onGone(index: number): void
}

/** Single blocks of a dataset, from wherever they are: waiting for the store, stored, or still to come. */
export class BlockReads {
  readonly #parts: BlockReadsComponents
  readonly #handlers: BlockReadsHandlers
  readonly #dataset: DatasetRef

  constructor(components: BlockReadsComponents, handlers: BlockReadsHandlers, init: { dataset: DatasetRef }) {
    this.#parts = components
    this.#handlers = handlers
    this.#dataset = init.dataset
  }

  /** A block’s bytes, its own copy. Errors: `ERR_BLOCK_NOT_FOUND` (no such index). */
  async read(index: number, options: ReadOptions): Promise<Uint8Array> {
    const { writer, ledger, readers } = this.#parts
    options.signal?.throwIfAborted()
    this.#handlers.check()
    if (!Number.isInteger(index) || index < 0 || index >= this.#dataset.blockCount) {
      throw new QuireError('ERR_BLOCK_NOT_FOUND', 'The dataset has no such block.', { details: { index } })
    }
    const unwritten = writer.peek(index)
    if (unwritten !== undefined) return unwritten.slice()
    if (ledger.isStored(index)) {
      const stored = await this.#readStored(index, options.signal)
      if (stored !== undefined) return stored
      // It was deleted meanwhile.
      if (ledger.isStored(index)) this.#handlers.onGone(index)
      return this.read(index, options)
    }
    // Nothing is awaited since the block was found missing, so it cannot slip by before the reader is entered.
    const bytes = readers.want(index, options)
    this.#handlers.onWanted()
    return bytes
  }

  async #readStored(index: number, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    const [block] = await this.#parts.store.getBlocks(this.#dataset.treeCid, [index], { signal })
    return block?.bytes
  }
}
