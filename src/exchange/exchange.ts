/**
 * The block exchange: serves what is in the store, fetches what is not. Generation C of the Logos Storage protocols.
 *
 *   peers   network ⇄ Peers: a PeerLink a peer: lanes (our streams, one and, to a far peer, more) and the peer’s streams
 *   serve   want list → serve-presence → message on our first lane; while one is answered, only the newest waits
 *           request → BlockServer, in turn (ServingTurns) → answer on the stream that asked
 *           manifest stream → ManifestServer
 *   fetch   download, getBlock → Transfers: a Transfer a dataset (transfer.ts) → requests on the lanes → store
 *           fetchManifest → ManifestClient: rounds of asking everyone
 *
 * A peer that breaks the rules is dropped with a reason (`peers.ts`); every bound is in `limits.ts`.
 */
import type { Stream } from '@libp2p/interface'
import type { Message } from '../codec/message.ts'
import type { WantBlocksRequest } from '../codec/want-blocks.ts'
import { QuireError } from '../errors.ts'
import type { ManifestCid } from '../codec/cid.ts'
import type { NodeHasher } from '../merkle/hasher.ts'
import type { BlockStore } from '../store/block-store.ts'
import type { BlockMap } from './block-map.ts'
import { ByteBudget } from './byte-budget.ts'
import { type Clock, systemClock } from './clock.ts'
import type { DownloadOptions } from './downloads.ts'
import { InterestBook } from './interest.ts'
import { BLOCK_EXCHANGE_PROTOCOL, DEFAULT_BUDGET_BYTES, MANIFEST_PROTOCOL, READER_RESERVE_BYTES } from './limits.ts'
import { type FetchManifestOptions, ManifestClient } from './manifest-client.ts'
import type { ExchangeNetwork, PeerKey } from './network-port.ts'
import { PeerBook, type PeerReport } from './peer-counters.ts'
import type { AnswerChannel, PeerLink } from './peer-link.ts'
import { Peers } from './peers.ts'
import type { ReadOptions } from './reader-wants.ts'
import { BlockServer } from './serve-blocks.ts'
import { ManifestServer } from './serve-manifest.ts'
import { answerWantList, treeOf } from './serve-presence.ts'
import { ServingTurns } from './serving-turns.ts'
import { Transfers } from './transfers.ts'
import { checkUploadLimits, type UploadLimits } from './upload-limits.ts'
import type { DatasetRef } from './verify-answer.ts'

export interface BlockExchangeComponents {
  readonly network: ExchangeNetwork
  readonly store: BlockStore
  readonly hasher: NodeHasher
  readonly clock?: Clock | undefined
  /** 0 to less than 1, as `Math.random`, which it is where it is not given. */
  readonly random?: (() => number) | undefined
  readonly log?: ((event: string, details: Readonly<Record<string, unknown>>) => void) | undefined
}

export interface BlockExchangeInit {
  /** Bytes that may be asked for and not yet stored, all transfers together; 32 MiB where it is not given. */
  readonly budgetBytes?: number | undefined
  /** Default of `giveUpAfterMs` for downloads and reads; without it they wait until they are cancelled. */
  readonly giveUpAfterMs?: number | undefined
}

/** What the exchange holds now; for the debug information and the benchmark. */
export interface ExchangeReport {
  readonly inFlightBytes: number
  readonly inFlightHighWaterBytes: number
  readonly budgetBytes: number
  readonly peers: readonly PeerReport[]
}

export class BlockExchange {
  readonly #network: ExchangeNetwork
  readonly #store: BlockStore
  readonly #log: NonNullable<BlockExchangeComponents['log']>
  readonly #init: BlockExchangeInit
  readonly #book = new PeerBook()
  readonly #interest = new InterestBook()
  readonly #budget: ByteBudget
  readonly #peers: Peers
  readonly #transfers: Transfers
  readonly #turns: ServingTurns
  readonly #blockServer: BlockServer
  readonly #manifestServer: ManifestServer
  readonly #manifests: ManifestClient

  constructor(components: BlockExchangeComponents, init: BlockExchangeInit = {}) {
    const { network, store, hasher, clock = systemClock, random = Math.random } = components
    this.#network = network
    this.#store = store
    this.#log = components.log ?? (() => undefined)
    this.#init = init
    const budgetBytes = init.budgetBytes ?? DEFAULT_BUDGET_BYTES
    this.#budget = new ByteBudget(budgetBytes, READER_RESERVE_BYTES, () => this.#transfers.schedulePump())
    this.#peers = new Peers(
      { network, clock, book: this.#book },
      {
        onJoin: (link) => this.#transfers.join(link),
        onLeave: (peer) => {
          this.#interest.forget(peer)
          this.#transfers.leave(peer)
        },
        onMessage: (link, message) => this.#onMessage(link, message),
        onRequest: (link, request, channel) => this.#serve(link, request, channel),
        onRoom: () => this.#transfers.schedulePump(),
        onDrop: (peer, reason) => this.#log('peer dropped', { peer, reason }),
      },
    )
    this.#transfers = new Transfers({
      store,
      network,
      hasher,
      clock,
      random,
      budget: this.#budget,
      peers: this.#peers,
      interest: this.#interest,
    })
    this.#turns = new ServingTurns({ clock })
    this.#blockServer = new BlockServer({ store, turns: this.#turns, clock })
    this.#manifestServer = new ManifestServer({ store, clock })
    this.#manifests = new ManifestClient({
      network,
      clock,
      isShunned: (peer) => this.#peers.isShunned(peer),
      onBadPeer: (peer, reason) => this.#peers.dropPeer(peer, reason),
    })
  }

  /** Serves from now on, and knows the peers that are connected. */
  async start(): Promise<void> {
    await this.#network.handle(BLOCK_EXCHANGE_PROTOCOL, (stream, peer) =>
      this.#peers.linkOf(peer, stream)?.accept(stream),
    )
    await this.#network.handle(MANIFEST_PROTOCOL, (stream, peer) => this.#serveManifest(stream, peer))
    this.#peers.start()
  }

  /** Ends every fetch with `ERR_NODE_STOPPED`; resolves when what was verified is written. */
  async stop(): Promise<void> {
    const reason = new QuireError('ERR_NODE_STOPPED', 'The node was stopped.')
    this.#manifests.stop(reason)
    await this.#network.unhandle(BLOCK_EXCHANGE_PROTOCOL)
    await this.#network.unhandle(MANIFEST_PROTOCOL)
    this.#peers.stop(reason)
    this.#turns.stop()
    await this.#transfers.stop(reason)
  }

  /**
   * A manifest’s bytes, verified against its CID: from the store, else from peers. It is not entered in the store.
   *
   * Errors: `ERR_MANIFEST_NOT_FOUND`, `ERR_NODE_STOPPED`. An abort rejects with `signal.reason` and leaves nothing running.
   */
  async fetchManifest(cid: ManifestCid, options: FetchManifestOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted()
    return (await this.#store.getManifest(cid)) ?? (await this.#manifests.fetch(cid, options))
  }

  /**
   * Fetches every block of a dataset that the store lacks; resolves when all are stored. The dataset must be entered in the
   * store first (`addDataset`), and is served from its first block on. While nobody has what is missing it waits, and says
   * so (`onState`).
   *
   * Errors: `ERR_DATASET_NOT_FOUND`, `ERR_MANIFEST_INVALID` (the manifest does not describe its content), `ERR_STORE_FULL`,
   * `ERR_STORE_FAILED`, `ERR_NO_PEER_HAS_IT` (only with `giveUpAfterMs`), `ERR_NODE_STOPPED`. An abort rejects with
   * `signal.reason`; answers that are on their way are still verified and stored.
   */
  async download(dataset: DatasetRef, options: DownloadOptions = {}): Promise<void> {
    options.signal?.throwIfAborted()
    const transfer = await this.#transfers.open(dataset)
    await transfer.download({ giveUpAfterMs: this.#init.giveUpAfterMs, ...options })
  }

  /**
   * The verified, padded bytes of one block, its own copy: from the store, else from peers, before any bulk. It is stored
   * like any other.
   *
   * Errors: as `download`, and `ERR_BLOCK_NOT_FOUND` (the dataset has no such index).
   */
  async getBlock(dataset: DatasetRef, index: number, options: ReadOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted()
    const transfer = await this.#transfers.open(dataset)
    return transfer.read(index, { giveUpAfterMs: this.#init.giveUpAfterMs, ...options })
  }

  /** Whether something fetches the dataset, and knows that the block is not stored. */
  isMissing(dataset: DatasetRef, index: number): boolean {
    return this.#transfers.get(dataset)?.isMissing(index) ?? false
  }

  /** Where the blocks of a dataset are, in at most `maxCells` cells; undefined where nothing fetches it. */
  blockMap(dataset: DatasetRef, maxCells: number): BlockMap | undefined {
    return this.#transfers.get(dataset)?.map(maxCells)
  }

  get uploadLimits(): UploadLimits {
    return this.#turns.limits
  }

  /** How fast blocks may be served from now on; no limit for what is left out. Errors: `ERR_OPTION_INVALID`. */
  setUploadLimits(limits: UploadLimits): void {
    this.#turns.setLimits(checkUploadLimits(limits))
  }

  report(): ExchangeReport {
    return {
      inFlightBytes: this.#budget.usedBytes,
      inFlightHighWaterBytes: this.#budget.highWaterBytes,
      budgetBytes: this.#budget.limitBytes,
      peers: this.#book.report((peer) => this.#peers.has(peer)),
    }
  }

  #onMessage(link: PeerLink, message: Message): void {
    const { entries } = message.wantList
    for (const { address } of entries) {
      const treeCid = treeOf(address.treeCid)
      if (treeCid !== undefined) this.#interest.note(treeCid, link.peer)
    }
    if (entries.length > 0) this.#peers.runWants(link.peer, () => this.#answerWants(link, entries))
    for (const presence of message.blockPresences) this.#transfers.learn(link.peer, presence)
    // After all of it is known, so that the next question is the right one.
    for (const { downloadId } of message.blockPresences) this.#peers.answered(link.peer, downloadId)
  }

  async #answerWants(link: PeerLink, entries: Message['wantList']['entries']): Promise<void> {
    try {
      const blockPresences = await answerWantList(this.#store, entries)
      if (blockPresences.length > 0) await link.sendMessage({ wantList: { entries: [], full: false }, blockPresences })
    } catch (error) {
      // The peer asks again; a store that fails shows where a person waits for it.
      this.#log('want list not answered', { peer: link.peer, error })
    }
  }

  #serveManifest(stream: Stream, peer: PeerKey): void {
    const link = this.#peers.linkOf(peer, stream)
    if (link === undefined) return
    link.countManifestRequest()
    void this.#manifestServer.serve(stream, link)
  }

  async #serve(link: PeerLink, request: WantBlocksRequest, channel: AnswerChannel): Promise<void> {
    const blockCount = await this.#blockServer.serve(link.peer, request, { ...channel, signal: link.signal })
    link.counters.served += 1
    link.counters.sentBlocks += blockCount
  }
}
