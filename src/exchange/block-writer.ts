import type { TreeCid } from '../codec/cid.ts'
import { isQuireError, QuireError } from '../errors.ts'
import type { BlockStore, ProvenBlock } from '../store/block-store.ts'
import type { Clock } from './clock.ts'
import { MAX_WRITE_GROUP_BLOCKS, WRITE_DELAY_MS, WRITE_GROUP_BLOCKS } from './limits.ts'

export interface BlockWriterHandlers {
  onStored(indices: readonly number[]): void
  /** Blocks that could not be stored are lost; nothing more is written after it. */
  onFailed(error: Error, lostCount: number): void
}

/**
 * Writes verified blocks in groups, one group at a time; while one is written the next gathers, so a slow store gets larger
 * groups. What waits is bounded by the byte budget, which holds a block’s bytes until it is stored. A store takes a group
 * whole or not at all, so one that is full is offered half of it, down to a single block: what fits is kept.
 */
export class BlockWriter {
  readonly #store: Pick<BlockStore, 'putBlocks'>
  readonly #clock: Clock
  readonly #treeCid: TreeCid
  readonly #handlers: BlockWriterHandlers
  #waiting = new Map<number, ProvenBlock>()
  #writing: ReadonlyMap<number, ProvenBlock> = new Map()
  #maxGroupBlocks = MAX_WRITE_GROUP_BLOCKS
  #timer: unknown
  #isHurried = false
  #hasFailed = false
  #onIdle: (() => void)[] = []

  constructor(
    components: { store: Pick<BlockStore, 'putBlocks'>; clock: Clock; treeCid: TreeCid },
    handlers: BlockWriterHandlers,
  ) {
    this.#store = components.store
    this.#clock = components.clock
    this.#treeCid = components.treeCid
    this.#handlers = handlers
  }

  /** Blocks verified and not yet stored. */
  get pendingCount(): number {
    return this.#waiting.size + this.#writing.size
  }

  /** False where an earlier write failed; the block is then not taken. */
  add(block: ProvenBlock): boolean {
    if (this.#hasFailed) return false
    this.#waiting.set(block.index, block)
    this.#schedule()
    return true
  }

  /** The bytes of a block that is verified and not yet stored. */
  peek(index: number): Uint8Array | undefined {
    return (this.#waiting.get(index) ?? this.#writing.get(index))?.bytes
  }

  /** Writes what waits without gathering more than comes while a group is written. */
  hurry(): void {
    this.#isHurried = this.pendingCount > 0
    this.#schedule()
  }

  /** The same; resolves when all of it is stored or lost. */
  flush(): Promise<void> {
    if (this.pendingCount === 0) return Promise.resolve()
    this.#isHurried = true
    return new Promise((resolve) => {
      this.#onIdle.push(resolve)
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#writing.size > 0 || this.#waiting.size === 0) return
    if (this.#isHurried || this.#waiting.size >= WRITE_GROUP_BLOCKS) {
      this.#clock.clearTimeout(this.#timer)
      this.#timer = undefined
      void this.#write()
    } else {
      this.#timer ??= this.#clock.setTimeout(() => {
        this.#timer = undefined
        if (this.#writing.size === 0) void this.#write()
      }, WRITE_DELAY_MS)
    }
  }

  async #write(): Promise<void> {
    const group = [...this.#waiting.values()].slice(0, this.#maxGroupBlocks)
    if (group.length === 0) return
    for (const block of group) this.#waiting.delete(block.index)
    this.#writing = new Map(group.map((block) => [block.index, block]))
    try {
      await this.#store.putBlocks(this.#treeCid, group)
      this.#writing = new Map()
      this.#handlers.onStored(group.map((block) => block.index))
    } catch (error) {
      if (isQuireError(error, 'ERR_STORE_FULL') && group.length > 1) this.#offerHalf()
      else this.#fail(error)
    }
    this.#schedule()
    if (this.pendingCount === 0) this.#settle()
  }

  #offerHalf(): void {
    this.#maxGroupBlocks = Math.floor(this.#writing.size / 2)
    this.#waiting = new Map([...this.#writing, ...this.#waiting])
    this.#writing = new Map()
    this.#isHurried = true
  }

  #fail(error: unknown): void {
    this.#hasFailed = true
    const lostCount = this.pendingCount
    this.#writing = new Map()
    this.#waiting.clear()
    const failure = error instanceof Error ? error : new QuireError('ERR_STORE_FAILED', 'Blocks could not be stored.')
    this.#handlers.onFailed(failure, lostCount)
  }

  #settle(): void {
    this.#isHurried = false
    this.#maxGroupBlocks = MAX_WRITE_GROUP_BLOCKS
    const listeners = this.#onIdle
    this.#onIdle = []
    for (const listener of listeners) listener()
  }
}
