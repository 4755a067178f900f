import { asTreeCid, type TreeCid } from '../codec/cid.ts'
import type { Manifest } from '../codec/manifest.ts'
import { QuireError } from '../errors.ts'
import type { BlockSource } from './block-source.ts'
import { ReadPosition } from './read-position.ts'

/** Content asked for before it is needed: enough to hide a round trip to disk or a peer. */
const READ_AHEAD_BYTES = 2 * 1024 * 1024
/** Bounds of the same in blocks: the next one is always on its way, and small blocks do not flood a source. */
const MIN_READ_AHEAD_BLOCKS = 2
const MAX_READ_AHEAD_BLOCKS = 128

export interface BlockWindowInit {
  readonly source: BlockSource
  readonly manifest: Manifest
  /** The first block, and the last. */
  readonly index: number
  readonly lastIndex: number
}

interface AskedBlock {
  readonly index: number
  readonly bytes: Promise<Uint8Array>
  readonly controller: AbortController
}

/**
 * The blocks that were asked for and not yet read, oldest first: two in the beginning, twice as many with each block read.
 *
 * Each has a signal of its own: Node warns of a leak where a signal has more than ten listeners, and a source adds one a
 * block.
 */
export class BlockWindow {
  readonly #init: BlockWindowInit
  readonly #treeCid: TreeCid
  readonly #mostBlocks: number
  readonly #signal: AbortSignal | undefined
  readonly #onAbort = (): void => this.#abortAll(this.#signal?.reason)
  readonly #asked: AskedBlock[] = []
  readonly #reader = new ReadPosition()
  #blocks: number
  #nextIndex: number

  constructor(
    init: BlockWindowInit,
    options: { readAheadBlocks?: number | undefined; signal?: AbortSignal | undefined } = {},
  ) {
    this.#init = init
    this.#treeCid = asTreeCid(init.manifest.treeCid)
    this.#nextIndex = init.index
    this.#mostBlocks = Math.max(1, options.readAheadBlocks ?? defaultBlocks(init.manifest.blockSizeBytes))
    this.#blocks = Math.min(this.#mostBlocks, MIN_READ_AHEAD_BLOCKS)
    this.#signal = options.signal
    this.#signal?.addEventListener('abort', this.#onAbort)
  }

  async next(): Promise<Uint8Array> {
    this.#signal?.throwIfAborted()
    if (this.#asked.length <= this.#blocks / 2) this.#fill()
    // It stays in the window while it is waited for, so that an abort reaches it.
    const [asked] = this.#asked
    if (asked === undefined) throw new QuireError('ERR_RANGE_INVALID', 'There is no block after the last one.')
    this.#reader.waitFor(asked.index)
    const bytes = await asked.bytes
    this.#asked.shift()
    this.#blocks = Math.min(this.#mostBlocks, 2 * this.#blocks)
    return bytes
  }

  close(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#abortAll(new DOMException('The reader ended before this block.', 'AbortError'))
  }

  #abortAll(reason: unknown): void {
    for (const { controller } of this.#asked) controller.abort(reason)
  }

  #fill(): void {
    const { source, lastIndex } = this.#init
    while (this.#asked.length < this.#blocks && this.#nextIndex <= lastIndex) {
      const index = this.#nextIndex++
      const controller = new AbortController()
      const { signal } = controller
      const bytes = source.getBlock(this.#treeCid, index, { signal, reader: this.#reader })
      // The reader may end before this one’s turn; then nobody hears its failure.
      bytes.catch(() => undefined)
      this.#asked.push({ index, bytes, controller })
    }
  }
}

function defaultBlocks(blockSizeBytes: number): number {
  const blocks = Math.floor(READ_AHEAD_BYTES / blockSizeBytes)
  return Math.min(MAX_READ_AHEAD_BLOCKS, Math.max(MIN_READ_AHEAD_BLOCKS, blocks))
}
