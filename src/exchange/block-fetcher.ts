/**
 * The scheduler of one dataset: peers pull work whenever they have room, so each gets as much as it delivers.
 *
 *   pump: readers’ blocks first, each from the peer that will have it soonest; then bulk, a request a peer in turn,
 *         while the peer’s window and the node’s byte budget have room
 *   request → answer → verify → readers at once, writer → stored → budget released → pump
 *   lost (timeout, stream or peer gone, left out of the answer) → the blocks are missing again → pump
 *
 * A block has one owner at a time (`block-ledger.ts`); nothing is asked for twice unless it was lost.
 */
import type { IndexRange } from '../codec/message.ts'
import { MAX_BLOCKS_PER_BATCH, type WantBlocksResponse } from '../codec/want-blocks.ts'
import { isQuireError, QuireError } from '../errors.ts'
import type { NodeHasher } from '../merkle/hasher.ts'
import type { ProvenBlock } from '../store/block-store.ts'
import type { BlockLedger } from './block-ledger.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { Clock } from './clock.ts'
import type { Holder } from './holder.ts'
import { READER_REQUEST_BLOCKS } from './limits.ts'
import type { ReaderWants } from './reader-wants.ts'
import type { Swarm } from './swarm.ts'
import { type AnswerFault, type DatasetRef, verifyAnswer } from './verify-answer.ts'

type Use = 'reader' | 'bulk'

const NO_BLOCKS = 'It says that it has blocks, and does not give them.'

export interface BlockFetcherComponents {
  readonly ledger: BlockLedger
  readonly readers: ReaderWants
  readonly swarm: Swarm
  readonly budget: ByteBudget
  readonly clock: Clock
  readonly random: () => number
  readonly hasher: NodeHasher
}

export interface BlockFetcherHandlers {
  /** A proven block; its bytes stay on the budget until the caller releases them. False where it is not taken. */
  onBlock(block: ProvenBlock): boolean
  /** The peer broke the rules. */
  onBadPeer(holder: Holder, reason: string): void
  /** The manifest does not describe its content. */
  onBadManifest(error: QuireError): void
  /** Something changed that may let more be asked for. */
  onChange(): void
}

export class BlockFetcher {
  readonly #parts: BlockFetcherComponents
  readonly #handlers: BlockFetcherHandlers
  readonly #dataset: DatasetRef
  /** Where bulk begins: elsewhere in each node, so that nodes that come together have something to give each other. */
  readonly #origin: number
  /** Requests on their way or being verified; a signal each, as Node warns of more than ten listeners on one. */
  readonly #running = new Map<AbortController, Promise<void>>()
  /** The peer that bulk begins with, so that a short budget does not always feed the same. */
  #turn = 0
  #isStopped = false

  constructor(components: BlockFetcherComponents, handlers: BlockFetcherHandlers, init: { dataset: DatasetRef }) {
    this.#parts = components
    this.#handlers = handlers
    this.#dataset = init.dataset
    this.#origin = Math.floor(components.random() * init.dataset.blockCount)
  }

  /** Requests on their way or being verified. */
  get requestCount(): number {
    return this.#running.size
  }

  /** Asks for whatever may be asked for now. */
  pump(includesBulk: boolean): void {
    if (this.#isStopped) return
    this.#pumpReaders()
    if (includesBulk) this.#pumpBulk()
  }

  /** Gives up what is on its way. */
  stop(reason: unknown): void {
    this.#isStopped = true
    for (const controller of this.#running.keys()) controller.abort(reason)
  }

  /** Resolves when nothing is on its way or being verified. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  #pumpReaders(): void {
    const { readers, ledger, swarm } = this.#parts
    if (readers.size === 0) return
    for (;;) {
      const holders = swarm
        .usable()
        .filter((holder) => holder.link.window.hasRoom('reader'))
        .sort((a, b) => a.link.window.expectedWaitMs() - b.link.window.expectedWaitMs())
      const isAsked = holders.some((holder) => {
        const limit = Math.min(READER_REQUEST_BLOCKS, this.#blocksInBudget('reader'))
        return this.#ask(holder, ledger.claimOf(readers.indices(), holder.held, limit))
      })
      if (!isAsked) return
    }
  }

  #pumpBulk(): void {
    let open = this.#parts.swarm.usable()
    if (open.length > 0) {
      const first = this.#turn++ % open.length
      open = [...open.slice(first), ...open.slice(0, first)]
    }
    while (open.length > 0) open = open.filter((holder) => this.#askBulk(holder))
  }

  #askBulk(holder: Holder): boolean {
    const { window } = holder.link
    if (!window.hasRoom('bulk')) return false
    const wished = Math.floor(window.requestBytes / this.#dataset.blockSizeBytes)
    const limit = Math.min(MAX_BLOCKS_PER_BATCH, Math.max(1, wished), this.#blocksInBudget('bulk'))
    if (limit === 0) return false
    return this.#ask(holder, this.#claimBulk(holder, limit))
  }

  /** From the origin to the end first, then what lies before it. */
  #claimBulk(holder: Holder, limit: number): number[] {
    const { ledger } = this.#parts
    if (holder.cursor < this.#origin) {
      const beyond = ledger.claim(holder.held, this.#origin, limit)
      if (beyond.length > 0) return beyond
    }
    const indices = ledger.claim(holder.held, holder.cursor, limit)
    const last = indices.at(-1)
    holder.cursor = last === undefined ? ledger.blockCount : last + 1
    return indices
  }

  #blocksInBudget(use: Use): number {
    return Math.floor(this.#parts.budget.room(use) / this.#dataset.blockSizeBytes)
  }

  /** True where there was something to ask. */
  #ask(holder: Holder, indices: readonly number[]): boolean {
    if (indices.length === 0) return false
    this.#parts.budget.reserve(indices.length * this.#dataset.blockSizeBytes)
    const controller = new AbortController()
    const fetching = this.#fetch(holder, indices, controller.signal).finally(() => {
      this.#running.delete(controller)
      this.#handlers.onChange()
    })
    this.#running.set(controller, fetching)
    return true
  }

  /** One request from start to end; whatever happens, each of its blocks ends up taken over or missing again. */
  async #fetch(holder: Holder, indices: readonly number[], signal: AbortSignal): Promise<void> {
    const { ledger, swarm, budget } = this.#parts
    const kept = new Set<number>()
    try {
      const answer = await this.#request(holder, indices, signal)
      // The window has room again; the next request leaves while this answer is verified.
      this.#handlers.onChange()
      await this.#keepProven(holder, answer, { indices, kept })
    } catch (error) {
      this.#countFailure(holder, error)
    } finally {
      const lost = indices.filter((index) => !kept.has(index))
      ledger.release(lost)
      swarm.rewind(lost)
      budget.release(lost.length * this.#dataset.blockSizeBytes)
    }
  }

  async #request(holder: Holder, indices: readonly number[], signal: AbortSignal): Promise<WantBlocksResponse> {
    const { clock } = this.#parts
    const { link } = holder
    const bytes = indices.length * this.#dataset.blockSizeBytes
    const options = { timeoutMs: link.window.timeoutMs(bytes), signal }
    const sent = link.window.sent(bytes, clock.now())
    let receivedBytes = 0
    try {
      const answer = await link.requestBlocks({ treeCid: this.#dataset.treeCid, ranges: rangesOf(indices) }, options)
      receivedBytes = answer.blocks.reduce((sum, block) => sum + block.data.byteLength, 0)
      return answer
    } finally {
      link.window.settled(sent, receivedBytes, clock.now())
    }
  }

  async #keepProven(
    holder: Holder,
    answer: WantBlocksResponse,
    batch: { indices: readonly number[]; kept: Set<number> },
  ): Promise<void> {
    const { readers, clock, hasher } = this.#parts
    const { blocks, fault } = await verifyAnswer(answer, { dataset: this.#dataset, indices: batch.indices }, hasher)
    if (this.#isStopped) return
    for (const block of blocks) {
      if (!this.#handlers.onBlock(block)) break
      batch.kept.add(block.index)
      readers.deliver(block.index, block.bytes)
    }
    holder.link.counters.receivedBlocks += blocks.length
    if (blocks.length > 0) holder.delivered(clock.now())
    if (fault !== undefined) {
      this.#blame(holder, fault)
      return
    }
    holder.lacks(batch.indices.filter((index) => !batch.kept.has(index)))
    // An empty answer breaks the peer’s word; a partial one still moves things on.
    if (blocks.length === 0 && holder.strike(clock.now(), 'nothing')) this.#handlers.onBadPeer(holder, NO_BLOCKS)
  }

  #blame(holder: Holder, fault: AnswerFault): void {
    holder.link.counters.failures += 1
    switch (fault.blame) {
      case 'peer':
        this.#handlers.onBadPeer(holder, fault.reason)
        return
      case 'manifest':
        this.#handlers.onBadManifest(
          new QuireError(
            'ERR_MANIFEST_INVALID',
            `The dataset’s description does not match its content. ${fault.reason}`,
          ),
        )
        return
      case 'doubt':
        holder.isAvoided = true
    }
  }

  #countFailure(holder: Holder, error: unknown): void {
    if (this.#isStopped || holder.link.isClosed) return
    const isTimeout = isQuireError(error, 'ERR_PEER_TIMEOUT')
    if (isTimeout) holder.link.counters.timeouts += 1
    else holder.link.counters.failures += 1
    if (holder.strike(this.#parts.clock.now(), isTimeout ? 'timeout' : 'failure'))
      this.#handlers.onBadPeer(holder, NO_BLOCKS)
  }
}

/** Ascending or not: neighbours in the order given become one range. */
function rangesOf(indices: readonly number[]): IndexRange[] {
  const ranges: { start: bigint; count: bigint }[] = []
  for (const index of indices) {
    const last = ranges.at(-1)
    if (last !== undefined && last.start + last.count === BigInt(index)) last.count += 1n
    else ranges.push({ start: BigInt(index), count: 1n })
  }
  return ranges
}
