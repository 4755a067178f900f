/**
 * One dataset on its way: its consumers (downloads, readers), and the parts that serve them.
 *
 *   LookupLoop finds peers → Swarm asks what they have → BlockFetcher asks for blocks and verifies them
 *   → ReaderWants and BlockIntake → store → progress, Announcer
 *
 * It lives while somebody uses it and `LINGER_MS` longer, so that a reader who comes back finds its peers known.
 */
import type { BlockSet } from '../codec/block-set.ts'
import type { BlockPresence, Message } from '../codec/message.ts'
import { QuireError } from '../errors.ts'
import type { NodeHasher } from '../merkle/hasher.ts'
import type { BlockStore, ProvenBlock } from '../store/block-store.ts'
import { BlockFetcher } from './block-fetcher.ts'
import { BlockIntake } from './block-intake.ts'
import { BlockLedger } from './block-ledger.ts'
import { type BlockMap, mapBlocks } from './block-map.ts'
import { BlockReads } from './block-reads.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { Clock } from './clock.ts'
import { Downloads, type DownloadOptions } from './downloads.ts'
import { ENOUGH_HOLDERS } from './limits.ts'
import { LookupLoop } from './lookup-loop.ts'
import type { ExchangeNetwork, PeerKey } from './network-port.ts'
import type { PeerLink } from './peer-link.ts'
import type { PresenceQuery } from './presence-queries.ts'
import { type ReadOptions, ReaderWants } from './reader-wants.ts'
import { Swarm } from './swarm.ts'
import { TransferBeat } from './transfer-beat.ts'
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
  readonly #reads: BlockReads
  readonly #downloads: Downloads
  readonly #swarm: Swarm
  readonly #lookups: LookupLoop
  readonly #intake: BlockIntake
  readonly #fetcher: BlockFetcher
  readonly #progress: TransferProgress
  readonly #beat: TransferBeat
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
    this.#readers = new ReaderWants({ clock, onUrgent: () => components.schedulePump() })
    const wanted = { ledger: this.#ledger, readers: this.#readers }
    this.#beat = new TransferBeat(
      { clock },
      {
        isUsed: () => this.#progress.isUsed || this.#intake.writer.pendingCount > 0,
        onBeat: () => this.#onBeat(),
        onIdle: () => this.stop(new QuireError('ERR_NODE_STOPPED', 'Nobody uses the transfer any more.')),
      },
    )
    this.#swarm = new Swarm({ clock, ask, ...wanted }, { dataset, downloadId })
    this.#downloads = new Downloads({ clock, ledger: this.#ledger })
    this.#intake = new BlockIntake(
      {
        clock,
        tell,
        store,
        budget,
        ledger: this.#ledger,
        listeners: () => this.#listeners(),
        lackedBy: this.#swarm.lackedBy,
      },
      { onStored: () => this.#downloads.progress(), onFailed: (error) => this.stop(error) },
      dataset,
    )
    this.#reads = new BlockReads(
      { ...wanted, store, writer: this.#intake.writer },
      {
        check: () => this.#throwIfEnded(),
        onWanted: () => this.#onUsed(),
        onGone: (index) => this.#onGone(index),
      },
      { dataset },
    )
    this.#fetcher = new BlockFetcher(
      {
        ...wanted,
        swarm: this.#swarm,
        budget,
        clock,
        awake: this.#beat,
        random,
        hasher,
        isShared: () => this.#intake.isShared,
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
    const lookup = { manifestCid: dataset.manifestCid, needsMore: () => this.#needsMorePeers() }
    this.#lookups = new LookupLoop({ network, clock }, lookup)
    this.#progress = new TransferProgress({
      clock,
      swarm: this.#swarm,
      lookups: this.#lookups,
      downloads: this.#downloads,
      readers: this.#readers,
    })
  }

  start(): void {
    this.#beat.start()
  }

  /** Ends it: what is on its way is given up, consumers are rejected with `reason`, what is verified is still written. */
  stop(reason: Error): void {
    if (this.#ending !== undefined) return
    this.#ending = reason
    this.#beat.stop()
    this.#lookups.stop()
    this.#intake.stop()
    this.#fetcher.stop(reason)
    this.#downloads.rejectAll(reason)
    this.#readers.rejectAll(reason)
    this.#parts.onEnded(this)
  }

  /** After `stop`: resolves when nothing of it is left in memory, with what was verified written. */
  async settled(): Promise<void> {
    await this.#fetcher.settled()
    await this.#intake.writer.flush()
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
    this.#beat.used()
    return this.#reads.read(index, options)
  }

  isMissing(index: number): boolean {
    return !this.#ledger.isStored(index)
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

  /** A dataset may have been deleted, and entered again, while nobody used its transfer. */
  async #recheck(): Promise<void> {
    if (
      this.#isNew ||
      this.#progress.isUsed ||
      this.#fetcher.requestCount > 0 ||
      this.#intake.writer.pendingCount > 0
    ) {
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

  #onGone(index: number): void {
    this.#ledger.release([index])
    this.#swarm.rewind([index])
  }

  #onBlock(block: ProvenBlock): boolean {
    if (!this.#intake.add(block)) return false
    if (this.#downloads.state?.state !== 'moving') this.#progress.report()
    return true
  }

  /** Room may have come up; the last answers are written at once rather than after their delay. */
  #onChange(): void {
    if (this.#ledger.isAllTaken && this.#fetcher.requestCount === 0) void this.#intake.writer.flush()
    this.#parts.schedulePump()
  }

  /** Peers that are connected and fetch the same dataset. */
  #listeners(): PeerKey[] {
    return this.#parts.interestedIn(this.dataset.treeCid).filter((peer) => !this.#swarm.isComplete(peer))
  }

  #needsMorePeers(): boolean {
    return this.#progress.isUsed && !this.#ledger.isAllTaken && this.#swarm.counts().holders < ENOUGH_HOLDERS
  }

  #onBeat(): void {
    if (this.#progress.isUsed) this.#swarm.refresh()
    this.#progress.report()
    // Rests end with time.
    this.#parts.schedulePump()
  }
}
