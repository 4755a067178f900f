/**
 * One dataset on its way: its consumers (downloads, readers), and the parts that serve them.
 *
 *   LookupLoop finds peers → Swarm asks what they have → BlockFetcher asks for blocks and verifies them
 *   → ReaderWants and BlockWriter → store → progress, Announcer
 *
 * It lives while somebody uses it and `LINGER_MS` longer, so that a reader who comes back finds its peers known.
 */
import type { BlockSet } from '../codec/block-set.ts'
import type { BlockPresence, Message } from '../codec/message.ts'
import { QuireError } from '../errors.ts'
import type { NodeHasher } from '../merkle/hasher.ts'
import type { BlockStore, ProvenBlock } from '../store/block-store.ts'
import { Announcer } from './announcer.ts'
import { BlockFetcher } from './block-fetcher.ts'
import { BlockLedger } from './block-ledger.ts'
import { type BlockMap, mapBlocks } from './block-map.ts'
import { BlockWriter } from './block-writer.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { Clock } from './clock.ts'
import { Downloads, type DownloadOptions } from './downloads.ts'
import { ENOUGH_HOLDERS, LINGER_MS, TICK_MS } from './limits.ts'
import { LookupLoop } from './lookup-loop.ts'
import type { ExchangeNetwork, PeerKey } from './network-port.ts'
import type { PeerLink } from './peer-link.ts'
import type { PresenceQuery } from './presence-queries.ts'
import { type ReadOptions, ReaderWants } from './reader-wants.ts'
import { Swarm } from './swarm.ts'
import { TransferProgress } from './transfer-progress.ts'
import type { DatasetRef } from './verify-answer.ts'

export interface TransferComponents {
  readonly store: BlockStore
  readonly network: ExchangeNetwork
  readonly hasher: NodeHasher
  readonly clock: Clock
  readonly random: () => number
  readonly budget: ByteBudget
  /** Peers that asked for a dataset. */
  readonly interestedIn: (treeCid: DatasetRef['treeCid']) => readonly PeerKey[]
  readonly ask: (peer: PeerKey, query: PresenceQuery) => void
  readonly tell: (peer: PeerKey, message: Message) => void
  readonly drop: (link: PeerLink, reason: string) => void
  /** Calls `pump` soon, in turn with other transfers. */
  readonly schedulePump: () => void
  /** The transfer is over and must be forgotten. */
  readonly onEnded: (transfer: Transfer) => void
}

export interface TransferInit {
  readonly dataset: DatasetRef
  readonly downloadId: bigint
  /** What the store has of it. */
  readonly stored: BlockSet
}

export class Transfer {
  readonly dataset: DatasetRef
  readonly downloadId: bigint
  readonly #parts: TransferComponents
  readonly #ledger: BlockLedger
  readonly #readers: ReaderWants
  readonly #downloads: Downloads
  readonly #swarm: Swarm
  readonly #lookups: LookupLoop
  readonly #writer: BlockWriter
  readonly #fetcher: BlockFetcher
  readonly #announcer: Announcer
  readonly #progress: TransferProgress
  #tick: unknown
  #usedAtMs: number
  #isNew = true
  #ending: Error | undefined

  constructor(components: TransferComponents, init: TransferInit) {
    const { clock, store, network, budget, hasher, random, ask, tell } = components
    const { dataset, downloadId } = init
    this.#parts = components
    this.dataset = dataset
    this.downloadId = downloadId
    const origin = Math.floor(random() * dataset.blockCount)
    this.#ledger = new BlockLedger(init.stored, { origin })
    this.#readers = new ReaderWants({ clock })
    const wanted = { ledger: this.#ledger, readers: this.#readers }
    this.#swarm = new Swarm({ clock, ask, ...wanted }, { dataset, downloadId })
    this.#downloads = new Downloads({ clock, ledger: this.#ledger })
    this.#writer = new BlockWriter(
      { store, clock, treeCid: dataset.treeCid },
      {
        onStored: (indices) => this.#onStored(indices),
        onFailed: (error, lostCount) => this.#onWriteFailed(error, lostCount),
      },
    )
    this.#fetcher = new BlockFetcher(
      {
        ...wanted,
        swarm: this.#swarm,
        budget,
        clock,
        random,
        hasher,
        isShared: () => this.#isShared,
        roundTripMs: (peer) => network.leastRoundTripMs(peer),
      },
      {
        onBlock: (block) => this.#onBlock(block),
        onBadPeer: (holder, reason) => components.drop(holder.link, reason),
        onBadManifest: (error) => this.stop(error),
        onChange: () => this.#onChange(),
      },
      { dataset },
    )
    const listeners = (): PeerKey[] => this.#listeners()
    this.#announcer = new Announcer({ clock, tell, listeners, lackedBy: this.#swarm.lackedBy }, dataset)
    const lookup = { manifestCid: dataset.manifestCid, needsMore: () => this.#needsMorePeers() }
    this.#lookups = new LookupLoop({ network, clock }, lookup)
    this.#usedAtMs = clock.now()
    this.#progress = new TransferProgress({
      clock,
      swarm: this.#swarm,
      lookups: this.#lookups,
      downloads: this.#downloads,
      readers: this.#readers,
    })
  }

  start(): void {
    this.#scheduleTick()
  }

  /** Ends it: what is on its way is given up, consumers are rejected with `reason`, what is verified is still written. */
  stop(reason: Error): void {
    if (this.#ending !== undefined) return
    this.#ending = reason
    this.#parts.clock.clearTimeout(this.#tick)
    this.#lookups.stop()
    this.#announcer.stop()
    this.#fetcher.stop(reason)
    this.#downloads.rejectAll(reason)
    this.#readers.rejectAll(reason)
    this.#parts.onEnded(this)
  }

  /** After `stop`: resolves when nothing of it is left in memory, with what was verified written. */
  async settled(): Promise<void> {
    await this.#fetcher.settled()
    await this.#writer.flush()
  }

  /** Resolves when every block is stored. */
  async download(options: DownloadOptions): Promise<void> {
    await this.#recheck()
    this.#throwIfEnded()
    if (this.#ledger.isComplete) return
    const finished = this.#downloads.add(options)
    this.#onUsed()
    await finished
  }

  /** One block, before any bulk. Errors: `ERR_BLOCK_NOT_FOUND` (no such index). */
  async read(index: number, options: ReadOptions): Promise<Uint8Array> {
    const { signal } = options
    signal?.throwIfAborted()
    this.#throwIfEnded()
    if (!Number.isInteger(index) || index < 0 || index >= this.dataset.blockCount) {
      throw new QuireError('ERR_BLOCK_NOT_FOUND', 'The dataset has no such block.', { details: { index } })
    }
    this.#usedAtMs = this.#parts.clock.now()
    const unwritten = this.#writer.peek(index)
    if (unwritten !== undefined) return unwritten.slice()
    if (this.#ledger.isStored(index)) return (await this.#readStored(index, signal)) ?? this.read(index, options)
    // Nothing is awaited since the block was found missing, so it cannot slip by before the reader is entered.
    const bytes = this.#readers.want(index, options)
    this.#onUsed()
    return bytes
  }

  join(link: PeerLink): void {
    this.#swarm.add(link)
    this.#progress.peerJoined()
  }

  leave(peer: PeerKey): void {
    this.#swarm.remove(peer)
    this.#progress.report()
  }

  /** Takes what a peer says it has: answers carry this download’s id, unasked news the id 0. */
  learn(peer: PeerKey, presence: BlockPresence): void {
    if (presence.downloadId !== 0n && presence.downloadId !== this.downloadId) return
    if (!this.#swarm.learn(peer, presence)) return
    if (this.#downloads.state?.state !== 'moving') this.#progress.report()
    this.#parts.schedulePump()
  }

  /** Where its blocks are, in at most `maxCells` cells. */
  map(maxCells: number): BlockMap {
    return mapBlocks({ ...this.#ledger.snapshot(), held: this.#swarm.heldSets() }, maxCells)
  }

  pump(): void {
    if (this.#ending !== undefined) return
    if (this.#readers.size > 0 || this.#downloads.size > 0) this.#fetcher.pump(this.#downloads.size > 0)
  }

  async #readStored(index: number, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    const [block] = await this.#parts.store.getBlocks(this.dataset.treeCid, [index], { signal })
    if (block !== undefined) return block.bytes
    // It was deleted meanwhile.
    this.#ledger.release([index])
    this.#swarm.rewind([index])
    return undefined
  }

  /** A dataset may have been deleted, and entered again, while nobody used its transfer. */
  async #recheck(): Promise<void> {
    if (this.#isNew || this.#progress.isUsed || this.#fetcher.requestCount > 0 || this.#writer.pendingCount > 0) {
      this.#isNew = false
      return
    }
    const stored = await this.#parts.store.presence(this.dataset.treeCid)
    if (stored === undefined) throw new QuireError('ERR_DATASET_NOT_FOUND', 'The dataset is no longer in the store.')
    this.#swarm.rewind(this.#ledger.align(stored))
  }

  #throwIfEnded(): void {
    if (this.#ending !== undefined) throw this.#ending
  }

  /** Somebody wants something: looks for peers, asks them, and asks for blocks. */
  #onUsed(): void {
    this.#lookups.start()
    this.#progress.report()
    this.#swarm.refresh()
    this.#parts.schedulePump()
  }

  #onBlock(block: ProvenBlock): boolean {
    if (!this.#writer.add(block)) return false
    // Others wait for it, and it is served from the store.
    if (this.#isShared) this.#writer.hurry()
    if (this.#downloads.state?.state !== 'moving') this.#progress.report()
    return true
  }

  #onStored(indices: readonly number[]): void {
    this.#ledger.markStored(indices)
    this.#announcer.add(indices)
    if (this.#ledger.isComplete) this.#announcer.flush()
    this.#downloads.progress()
    this.#parts.budget.release(indices.length * this.dataset.blockSizeBytes)
  }

  #onWriteFailed(error: Error, lostCount: number): void {
    this.stop(error)
    this.#parts.budget.release(lostCount * this.dataset.blockSizeBytes)
  }

  /** Room may have come up; the last answers are written at once rather than after their delay. */
  #onChange(): void {
    if (this.#ledger.isAllTaken && this.#fetcher.requestCount === 0) void this.#writer.flush()
    this.#parts.schedulePump()
  }

  /** Whether other nodes that are connected fetch the same dataset. */
  get #isShared(): boolean {
    return this.#listeners().length > 0
  }

  #listeners(): PeerKey[] {
    return this.#parts.interestedIn(this.dataset.treeCid).filter((peer) => !this.#swarm.isComplete(peer))
  }

  #needsMorePeers(): boolean {
    return this.#progress.isUsed && !this.#ledger.isAllTaken && this.#swarm.counts().holders < ENOUGH_HOLDERS
  }

  #scheduleTick(): void {
    this.#tick = this.#parts.clock.setTimeout(() => {
      this.#onTick()
      if (this.#ending === undefined) this.#scheduleTick()
    }, TICK_MS)
  }

  #onTick(): void {
    const nowMs = this.#parts.clock.now()
    if (this.#progress.isUsed) this.#usedAtMs = nowMs
    else if (nowMs - this.#usedAtMs >= LINGER_MS && this.#writer.pendingCount === 0) {
      this.stop(new QuireError('ERR_NODE_STOPPED', 'Nobody uses the transfer any more.'))
      return
    }
    if (this.#progress.isUsed) this.#swarm.refresh()
    this.#progress.report()
    // Rests end with time.
    this.#parts.schedulePump()
  }
}
