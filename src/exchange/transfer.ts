/**
 * One dataset on its way: its consumers (downloads, readers), and the parts that serve them (`transfer-parts.ts`).
 *
 *   LookupLoop finds peers → Swarm asks what they have → BlockFetcher asks for blocks and verifies them
 *   → ReaderWants and BlockIntake → store → status, Announcer
 *
 * It lives while somebody uses it and `LINGER_MS` longer, so that a reader who comes back finds its peers known.
 */
import type { BlockPresence } from '../codec/message.ts'
import { QuireError } from '../errors.ts'
import { type BlockMap, mapBlocks } from './block-map.ts'
import type { DownloadOptions } from './downloads.ts'
import type { PeerKey } from './network-port.ts'
import type { PeerLink } from './peer-link.ts'
import type { ReadOptions } from './reader-wants.ts'
import { makeTransferParts, type TransferHost, type TransferInit, type TransferParts } from './transfer-parts.ts'
import type { DatasetRef } from './verify-answer.ts'

export interface TransferComponents extends TransferHost {
  /** The transfer is over and must be forgotten. */
  readonly onEnded: (transfer: Transfer) => void
}

export class Transfer {
  readonly dataset: DatasetRef
  readonly downloadId: bigint
  readonly #host: TransferComponents
  readonly #parts: TransferParts
  /** Nobody has used it yet, so that it knows what the store has. */
  #isNew = true
  #ending: Error | undefined

  constructor(components: TransferComponents, init: TransferInit) {
    this.#host = components
    this.dataset = init.dataset
    this.downloadId = init.downloadId
    this.#parts = makeTransferParts(components, init, {
      check: () => this.#throwIfEnded(),
      onUsed: () => this.#onUsed(),
      onBeat: () => this.#onBeat(),
      onEnd: (reason) => this.stop(reason),
    })
  }

  start(): void {
    this.#parts.beat.start()
  }

  /** Ends it: what is on its way is given up, consumers are rejected with `reason`, what is verified is still written. */
  stop(reason: Error): void {
    if (this.#ending !== undefined) return
    this.#ending = reason
    const { beat, lookups, intake, fetcher, downloads, readers } = this.#parts
    beat.stop()
    lookups.stop()
    intake.stop()
    fetcher.stop(reason)
    downloads.rejectAll(reason)
    readers.rejectAll(reason)
    this.#host.onEnded(this)
  }

  /** After `stop`: resolves when nothing of it is left in memory, with what was verified written. */
  async settled(): Promise<void> {
    const { fetcher, intake } = this.#parts
    await fetcher.settled()
    await intake.writer.flush()
  }

  /** Resolves when every block is stored. */
  async download(options: DownloadOptions): Promise<void> {
    const { ledger, downloads, beat } = this.#parts
    beat.used()
    await this.#recheck()
    this.#throwIfEnded()
    if (ledger.isComplete) return
    const finished = downloads.add(options)
    this.#onUsed()
    await finished
  }

  /** One block, before any bulk. Errors: `ERR_BLOCK_NOT_FOUND` (no such index). */
  async read(index: number, options: ReadOptions): Promise<Uint8Array> {
    this.#parts.beat.used()
    this.#isNew = false
    return this.#parts.reads.read(index, options)
  }

  isMissing(index: number): boolean {
    return !this.#parts.ledger.isStored(index)
  }

  join(link: PeerLink): void {
    this.#parts.swarm.add(link)
    this.#parts.status.peerJoined()
  }

  leave(peer: PeerKey): void {
    const { swarm, status } = this.#parts
    if (status.isUsed && swarm.hasWanted(peer)) this.#host.network.regain(peer)
    swarm.remove(peer)
    status.report()
  }

  /** Takes what a peer says it has: answers carry this download’s id, unasked news the id 0. */
  learn(peer: PeerKey, presence: BlockPresence): void {
    if (presence.downloadId !== 0n && presence.downloadId !== this.downloadId) return
    const { swarm, downloads, status } = this.#parts
    if (!swarm.learn(peer, presence)) return
    if (downloads.state?.state !== 'moving') status.report()
    this.#host.schedulePump()
  }

  /** Where its blocks are, in at most `maxCells` cells. */
  map(maxCells: number): BlockMap {
    const { ledger, swarm } = this.#parts
    return mapBlocks({ ...ledger.snapshot(), held: swarm.heldSets() }, maxCells)
  }

  pump(): void {
    if (this.#ending !== undefined) return
    const { status, fetcher, downloads } = this.#parts
    if (status.isUsed) fetcher.pump(downloads.size > 0)
  }

  /** A dataset may have been deleted, and entered again, while nobody used its transfer. */
  async #recheck(): Promise<void> {
    const { status, fetcher, intake, swarm, ledger } = this.#parts
    const isBusy = status.isUsed || fetcher.requestCount > 0 || intake.writer.pendingCount > 0
    if (this.#isNew || isBusy) {
      this.#isNew = false
      return
    }
    const stored = await this.#host.store.presence(this.dataset.treeCid)
    if (stored === undefined) throw new QuireError('ERR_DATASET_NOT_FOUND', 'The dataset is no longer in the store.')
    swarm.rewind(ledger.align(stored))
  }

  #throwIfEnded(): void {
    if (this.#ending !== undefined) throw this.#ending
  }

  /** Somebody wants something: looks for peers, asks them, and asks for blocks. */
  #onUsed(): void {
    const { lookups, status, swarm } = this.#parts
    lookups.start()
    status.report()
    swarm.refresh()
    this.#host.schedulePump()
  }

  #onBeat(): void {
    const { status, swarm } = this.#parts
    if (status.isUsed) swarm.refresh()
    status.report()
    // Rests end with time.
    this.#host.schedulePump()
  }
}
