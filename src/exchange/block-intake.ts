import type { BlockStore, ProvenBlock } from '../store/block-store.ts'
import { Announcer, type AnnouncerComponents } from './announcer.ts'
import type { BlockLedger } from './block-ledger.ts'
import { BlockWriter } from './block-writer.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { DatasetRef } from './verify-answer.ts'

export interface BlockIntakeComponents extends AnnouncerComponents {
  readonly store: BlockStore
  readonly ledger: BlockLedger
  readonly budget: ByteBudget
}

export interface BlockIntakeHandlers {
  /** Blocks were stored. */
  onStored(): void
  onFailed(error: Error): void
}

/** Verified blocks on their way into the store, and what follows: peers hear of them, and their budget is free again. */
export class BlockIntake {
  readonly writer: BlockWriter
  readonly #parts: BlockIntakeComponents
  readonly #handlers: BlockIntakeHandlers
  readonly #announcer: Announcer
  readonly #blockSizeBytes: number

  constructor(
    components: BlockIntakeComponents,
    handlers: BlockIntakeHandlers,
    { treeCid, blockSizeBytes }: DatasetRef,
  ) {
    const { store, clock, budget } = components
    this.#parts = components
    this.#handlers = handlers
    this.#blockSizeBytes = blockSizeBytes
    this.#announcer = new Announcer(components, { treeCid, blockSizeBytes })
    this.writer = new BlockWriter(
      { store, clock, treeCid },
      {
        onStored: (indices) => this.#onStored(indices),
        onFailed: (error, lostCount) => {
          budget.release(lostCount * blockSizeBytes)
          handlers.onFailed(error)
        },
      },
    )
  }

  /** Whether other nodes that are connected fetch the same dataset. */
  get isShared(): boolean {
    return this.#parts.listeners().length > 0
  }

  /** Takes a block; false where nothing is taken any more. */
  add(block: ProvenBlock): boolean {
    if (!this.writer.add(block)) return false
    // Others wait for it, and it is served from the store.
    if (this.isShared) this.writer.hurry()
    return true
  }

  /** Nobody is told of anything any more; what was taken is still written. */
  stop(): void {
    this.#announcer.stop()
  }

  #onStored(indices: readonly number[]): void {
    const { ledger, budget } = this.#parts
    ledger.markStored(indices)
    // Before anybody hears of it, as a listener may fail.
    budget.release(indices.length * this.#blockSizeBytes)
    this.#announcer.add(indices)
    if (ledger.isComplete) this.#announcer.flush()
    this.#handlers.onStored()
  }
}
