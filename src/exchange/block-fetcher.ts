/**
 * The scheduler of one dataset: peers pull work whenever they have room, so each gets as much as it delivers.
 *
 *   pump: what readers wait for, then what they read ahead, each from the peer that will have it soonest; then bulk, a
 *         request a peer in turn; while the peer’s window and the node’s byte budget have room
 *   request → answer → verify → readers at once, writer → stored → budget released → pump
 *   lost (timeout, stream or peer gone, left out of the answer) → the blocks are missing again → pump
 *
 * A block has one owner at a time (`block-ledger.ts`); it is asked for twice only where it was lost, or near the end or for
 * a reader where somebody else is clearly sooner (`tail.ts`).
 */
import type { IndexRange } from '../codec/message.ts'
import { MAX_BLOCKS_PER_BATCH, type WantBlocksResponse } from '../codec/want-blocks.ts'
import { isQuireError, QuireError } from '../errors.ts'
import type { NodeHasher } from '../merkle/hasher.ts'
import type { ProvenBlock } from '../store/block-store.ts'
import type { BlockLedger } from './block-ledger.ts'
import { BulkChoice } from './bulk-choice.ts'
import { type Bulk, BulkRounds } from './bulk-rounds.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { Clock } from './clock.ts'
import type { Holder } from './holder.ts'
import { LastBlocks } from './last-blocks.ts'
import type { PeerKey } from './network-port.ts'
import { isHopeless, type OpenRequest, OpenRequests, SUPERSEDED } from './open-requests.ts'
import { Pace } from './pace.ts'
import { ReaderRounds } from './reader-rounds.ts'
import type { ReaderWants } from './reader-wants.ts'
import type { Way } from './request-way.ts'
import type { Swarm } from './swarm.ts'
import { Tail } from './tail.ts'
import { type AnswerFault, type DatasetRef, verifyAnswer } from './verify-answer.ts'

const NO_BLOCKS = 'It says that it has blocks, and does not give them.'

export interface BlockFetcherComponents {
  readonly ledger: BlockLedger
  readonly readers: ReaderWants
  readonly swarm: Swarm
  readonly budget: ByteBudget
  readonly clock: Clock
  /** Time by which peers are late, or not. */
  readonly awake: Pick<Clock, 'now'>
  readonly random: () => number
  readonly hasher: NodeHasher
  /** Whether other nodes that are connected fetch the same dataset. */
  readonly isShared: () => boolean
  /** The least round trip to a peer that was seen. */
  readonly roundTripMs: (peer: PeerKey) => number | undefined
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
  readonly #choice: BulkChoice
  readonly #pace: Pace
  readonly #rounds: BulkRounds
  readonly #readerRounds: ReaderRounds
  readonly #open = new OpenRequests()
  readonly #tail: Tail
  readonly #lastBlocks: LastBlocks
  /** Requests on their way or being verified. */
  readonly #running = new Set<Promise<void>>()
  #isStopped = false

  constructor(components: BlockFetcherComponents, handlers: BlockFetcherHandlers, init: { dataset: DatasetRef }) {
    const { ledger, random, swarm, clock, awake } = components
    this.#parts = components
    this.#handlers = handlers
    this.#dataset = init.dataset
    this.#choice = new BulkChoice({ ledger, random, rarity: swarm.rarity })
    this.#pace = new Pace({ clock })
    this.#rounds = new BulkRounds({ ...components, pace: this.#pace }, init.dataset)
    this.#lastBlocks = new LastBlocks({ ledger, swarm, pace: this.#pace }, init.dataset)
    this.#tail = new Tail({ ledger, clock: awake, open: this.#open }, init.dataset)
    this.#readerRounds = new ReaderRounds({ ...components, tail: this.#tail }, init.dataset)
  }

  /** Requests on their way or being verified. */
  get requestCount(): number {
    return this.#running.size
  }

  /** Asks for whatever may be asked for now. */
  pump(includesBulk: boolean): void {
    if (this.#isStopped) return
    this.#readerRounds.run((way, indices) => this.#ask(way, indices))
    if (includesBulk) this.#rounds.run((way, bulk) => this.#askBulk(way, bulk))
  }

  /** Gives up what is on its way. */
  stop(reason: unknown): void {
    this.#isStopped = true
    this.#open.abortAll(reason)
  }

  /** Resolves when nothing is on its way or being verified. */
  async settled(): Promise<void> {
    await Promise.all(this.#running)
  }

  #askBulk(way: Way, bulk: Bulk): boolean {
    const { window } = way.lane
    const requestBytes = bulk.isLone === true ? window.loneRequestBytes : window.requestBytes
    const wished = Math.floor(requestBytes / this.#dataset.blockSizeBytes)
    const limit = Math.min(MAX_BLOCKS_PER_BATCH, Math.max(1, wished), this.#bulkInBudget)
    if (limit === 0) return false
    const indices = this.#choice.claim(this.#lastBlocks.seatOf(way), { ...bulk, limit })
    return this.#ask(way, indices.length > 0 ? indices : this.#tail.choose(way, limit))
  }

  get #bulkInBudget(): number {
    return Math.floor(this.#parts.budget.room('bulk') / this.#dataset.blockSizeBytes)
  }

  /** True where there was something to ask. */
  #ask({ holder, lane, expectedMs }: Way, indices: readonly number[]): boolean {
    if (indices.length === 0) return false
    this.#parts.budget.reserve(indices.length * this.#dataset.blockSizeBytes)
    const sentAtMs = this.#parts.awake.now()
    const dueAtMs = sentAtMs + expectedMs
    const request = { holder, lane, indices, sentAtMs, dueAtMs, controller: new AbortController() }
    this.#open.add(request)
    const fetching = this.#fetch(request).finally(() => {
      this.#running.delete(fetching)
      this.#handlers.onChange()
    })
    this.#running.add(fetching)
    return true
  }

  /** One request from start to end; whatever happens, each of its blocks ends up taken over or missing again. */
  async #fetch(request: OpenRequest): Promise<void> {
    const { ledger, swarm, budget } = this.#parts
    const { holder, indices, controller } = request
    let keptCount = 0
    try {
      const answer = await this.#request(request)
      // The window has room again; the next request leaves while this answer is verified.
      this.#handlers.onChange()
      keptCount = await this.#keepProven(request, answer)
    } catch (error) {
      if (controller.signal.reason !== SUPERSEDED) this.#countFailure(holder, error)
      // As after a timeout: what another brought in its place would go straight back to it.
      else if (isHopeless(request, this.#parts.awake.now())) this.#strike(holder, 'timeout')
    } finally {
      const lost = this.#open.end(request)
      ledger.release(lost)
      swarm.rewind(lost)
      budget.release((indices.length - keptCount) * this.#dataset.blockSizeBytes)
    }
  }

  async #request({ holder, lane, indices, controller, sentAtMs, dueAtMs }: OpenRequest): Promise<WantBlocksResponse> {
    const { clock } = this.#parts
    const { window } = lane
    const bytes = indices.length * this.#dataset.blockSizeBytes
    const options = { timeoutMs: window.timeoutMs(bytes), signal: controller.signal }
    const sent = window.sent(bytes, clock.now())
    this.#pace.sent(holder.link.peer, { bytes, expectedMs: dueAtMs - sentAtMs })
    holder.openRequests += 1
    let receivedBytes = 0
    try {
      const { treeCid } = this.#dataset
      const answer = await lane.requestBlocks({ treeCid, ranges: rangesOf(indices) }, options)
      receivedBytes = answer.blocks.reduce((sum, block) => sum + block.data.byteLength, 0)
      return answer
    } finally {
      holder.openRequests -= 1
      window.settled(sent, receivedBytes, clock.now())
      this.#pace.settled(holder.link.peer, { bytes, receivedBytes })
    }
  }

  /** Passes proven blocks on and gives their number; those that came from somebody else meanwhile are not needed. */
  async #keepProven(request: OpenRequest, answer: WantBlocksResponse): Promise<number> {
    const { readers, clock, hasher } = this.#parts
    const { holder, indices } = request
    const { blocks, fault } = await verifyAnswer(answer, { dataset: this.#dataset, indices }, hasher)
    if (this.#isStopped) return 0
    let keptCount = 0
    for (const block of blocks) {
      if (!this.#open.isOpen(block.index, request)) {
        holder.link.counters.repeatedBytes += block.bytes.byteLength
        continue
      }
      if (!this.#handlers.onBlock(block)) break
      this.#open.arrived(block.index, request)
      keptCount += 1
      readers.deliver(block.index, block.bytes)
    }
    holder.link.counters.receivedBlocks += blocks.length
    if (blocks.length > 0) holder.delivered(clock.now())
    if (fault !== undefined) {
      this.#blame(holder, fault)
      return keptCount
    }
    const given = new Set(blocks.map(({ index }) => index))
    const leftOut = indices.filter((index) => !given.has(index))
    if (leftOut.length > 0) this.#leftOut(holder, leftOut, blocks.length === 0)
    return keptCount
  }

  /** One of a crowd is first given what nobody has yet, so a peer that has everything may leave out blocks for a while. */
  #leftOut(holder: Holder, indices: readonly number[], isEmpty: boolean): void {
    const { clock, readers, isShared } = this.#parts
    const isDeferral = holder.isWhole && holder.hasDelivered && isShared()
    // A reader asks again at once.
    const bulk = indices.filter((index) => !readers.has(index))
    if (isDeferral) holder.defers(bulk, clock.now())
    else holder.lacks(indices)
    // An empty answer breaks the peer’s word; a partial one still moves things on.
    if (isEmpty && !(isDeferral && holder.gaveNothing())) this.#strike(holder, 'nothing')
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
    this.#strike(holder, isTimeout ? 'timeout' : 'failure')
  }

  #strike(holder: Holder, fault: 'failure' | 'timeout' | 'nothing'): void {
    if (holder.strike(this.#parts.clock.now(), fault)) this.#handlers.onBadPeer(holder, NO_BLOCKS)
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
