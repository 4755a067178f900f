/**
 * A node: the parts put together, and what a person or a program asks of them.
 *
 *   upload ──▶ dataset/upload ──▶ store ──▶ network.provide
 *   fetch  ──▶ fetches ──▶ fetch-dataset (manifest, addDataset, exchange.download) ──▶ store ──▶ network.provide
 *   read   ──▶ OpenDatasets ──▶ dataset/download ──▶ LocalFirstSource (store, then exchange.getBlock)
 *   watch  ◀── NodeFeed (status, datasets, space) and Transfers (phases, rates)
 *   selfTest ──▶ connection-checks, one by one ──▶ watch
 *
 * The exchange serves whatever the store has, from `start` to `stop`. Made by `assemble-node.ts`; for a
 * browser’s worker by `browser-node.ts`, for Node by whoever brings store and network (`keeper/`).
 */
import type { ManifestCid } from '../codec/cid.ts'
import type { ContentSource } from '../dataset/content-source.ts'
import type { ContentRange } from '../dataset/download.ts'
import { QuireError } from '../errors.ts'
import type { AbortOptions, DatasetEntry } from '../store/block-store.ts'
import { Backups } from './backup/backups.ts'
import { connectInBackground, findManifest } from './fetch-dataset.ts'
import type { FindOptions, FoundManifest, Patience } from './fetch-dataset.ts'
import { Fetches } from './fetches.ts'
import { connectionChecks } from './connection-checks.ts'
import { Connectivity, type NodeStatus } from './connectivity.ts'
import { DatasetAnnouncer } from './dataset-announcer.ts'
import { NodeHistoryDatasets } from './history-datasets.ts'
import { describeNode } from './debug-info.ts'
import { type NodeBlockMap, nodeBlockMap } from './node-block-map.ts'
import { type NodeChange, NodeFeed } from './node-feed.ts'
import type { NodeParts } from './node-parts.ts'
import type { NodeSpace } from './node-space.ts'
import { type NodeOpenOptions, type OpenDataset, OpenDatasets } from './open-datasets.ts'
import { DEFAULT_PATIENCE, type QuireNodeInit } from './quire-node-init.ts'
import { type SelfTestResult, SelfTests } from './self-test.ts'
import { SpaceKeeping } from './space-keeping.ts'
import { Transfers } from './transfers.ts'
import { UploadLimitsSetting } from './upload-limits-setting.ts'
import { stopEach } from './stop-each.ts'
import { type NodeUploadOptions, Uploads } from './uploads.ts'

export class QuireNode {
  readonly transfers: Transfers
  readonly uploadLimits: UploadLimitsSetting
  /** What stays here and what may go. */
  readonly keeping: SpaceKeeping
  readonly backups: Backups
  /** Archives of communities, which are not listed. */
  readonly historyDatasets: NodeHistoryDatasets
  readonly #parts: NodeParts
  readonly #patience: Patience
  readonly #feed: NodeFeed
  readonly #fetches: Fetches
  readonly #uploads: Uploads
  readonly #opened: OpenDatasets
  readonly #announcer: DatasetAnnouncer
  readonly #connectivity: Connectivity
  readonly #selfTests: SelfTests
  #isStarted = false
  #isStopped = false

  constructor(components: NodeParts, init: QuireNodeInit = {}) {
    this.#parts = components
    const onStatus = (): void => this.#feed.mark('status')
    this.uploadLimits = new UploadLimitsSetting(components, { preset: init.uploadLimits, onChange: onStatus })
    this.#announcer = new DatasetAnnouncer(components, { onChange: onStatus })
    this.#connectivity = new Connectivity({ network: components.network, announcer: this.#announcer })
    this.#patience = { ...DEFAULT_PATIENCE, ...init.patience }
    this.transfers = new Transfers({
      onChange: (change) => {
        this.#feed.pass(change)
        this.#announcer.follow(change)
        this.keeping.follow(change)
      },
    })
    const { transfers, uploadLimits } = this
    const status = (): NodeStatus => this.status()
    const checks = connectionChecks({ ...components, status, tryWebRtc: init.tryWebRtc })
    this.#selfTests = new SelfTests(checks, { onChange: (selfTest) => this.#feed.tellSelfTest(selfTest) })
    const onChange = (): void => this.#feed.mark('uploads', 'space')
    this.#uploads = new Uploads({ store: components.store, transfers, onChange })
    const store = { listDatasets: () => this.list(), space: () => this.keeping.space() }
    this.#feed = new NodeFeed({ ...components, store, transfers, uploads: this.#uploads, status })
    const onFetched = (cid: ManifestCid): void => this.#arrived(cid)
    const onListed = (): void => this.#feed.mark('datasets', 'space')
    this.#opened = new OpenDatasets(components, { patience: this.#patience, onListed })
    const announcer = this.#announcer
    this.historyDatasets = new NodeHistoryDatasets(components, { announcer, onChange: () => this.#feed.mark('space') })
    const onGone = (cid: ManifestCid): void => {
      this.#opened.forget(cid)
      announcer.withdraw(cid)
    }
    const { quiet } = this.historyDatasets
    this.keeping = new SpaceKeeping({ ...components, transfers, quiet, feed: this.#feed, onGone }, init)
    const { uses } = this.keeping
    this.backups = new Backups({ ...components, quiet, announcer, uses, uploadLimits, feed: this.#feed })
    this.#fetches = new Fetches({ parts: components, transfers, onFetched, onListed }, { patience: this.#patience })
  }

  get peerId(): string {
    return this.#parts.network.peerId
  }

  /**
   * Opens the store, begins to serve and to look for keepers; resolves before any was reached.
   *
   * Errors: `ERR_STORE_UNAVAILABLE`, and others of its parts; what had started is stopped again.
   */
  async start(): Promise<void> {
    const { store, exchange, network } = this.#parts
    try {
      await store.start()
      await this.uploadLimits.restore()
      await this.#announcer.restore()
      await this.historyDatasets.quiet.restore(await store.listDatasets())
      await exchange.start()
      await network.start()
    } catch (error) {
      await this.stop()
      throw error
    }
    this.#isStarted = true
    this.#feed.start()
    this.keeping.start()
    await this.#fetches.start()
    void this.#announcer.announceAll()
  }

  /** Cancels what runs, lets what is verified be written, closes every connection. Stopping twice does nothing. */
  async stop(): Promise<void> {
    if (this.#isStopped) return
    this.#isStopped = true
    this.#isStarted = false
    this.#announcer.stop()
    const { store, exchange, network, settings, log } = this.#parts
    this.#feed.stop()
    const steps = [
      () => this.transfers.stop(),
      () => this.backups.stop(),
      () => this.#fetches.stop(),
      () => exchange.stop(),
      () => network.stop(),
      () => this.keeping.stop(),
      () => store.stop(),
      async () => settings?.close(),
    ]
    await stopEach(steps, log)
  }

  /**
   * Stores content as a dataset. Errors: those of `uploadDataset`.
   *
   * An abort discards what was stored of it. With a `file`, what a crash or a stop of the node cut off goes on when the same
   * file is uploaded again.
   */
  async upload(source: ContentSource, options: NodeUploadOptions = {}): Promise<DatasetEntry> {
    this.#running()
    const entry = await this.#uploads.upload(source, options)
    await this.historyDatasets.quiet.delete(entry.manifestCid)
    if (options.isAnnounced === false) await this.#announcer.setAnnounced(entry.manifestCid, false)
    this.#arrived(entry.manifestCid)
    return entry
  }

  /** Frees an interrupted upload; false where it is not here or goes on. */
  async discardUpload(id: number): Promise<boolean> {
    this.#running()
    return this.#uploads.discard(id)
  }

  /**
   * Fetches all blocks of a dataset, or joins the fetch that runs; a partial one goes on where it was. With `settings` it
   * goes on by itself after a restart, however this node ended.
   *
   * Errors: those of `fetchDataset`. An abort keeps what was verified, and the fetch is over for the next start, too.
   */
  async fetch(cid: ManifestCid, options: FindOptions = {}): Promise<DatasetEntry> {
    const { store } = this.#running()
    const here = await store.getDataset(cid)
    // Also where it is not here: an earlier run may have noted it, and ended before the first of it was stored.
    await this.historyDatasets.quiet.delete(cid)
    if (here !== undefined) this.keeping.uses.noteUse(cid)
    if (here !== undefined && here.haveCount === here.blockCount) return here
    return this.#fetches.fetch(cid, options)
  }

  /** A manifest, from here or from the network. Errors: those of `findManifest`. */
  async findManifest(cid: ManifestCid, options: FindOptions = {}): Promise<FoundManifest> {
    const parts = this.#running()
    connectInBackground(parts, options)
    return findManifest(parts, cid, { signal: options.signal, patience: this.#patience })
  }

  /**
   * The content in order; what is not here is fetched from peers and kept, as a fetch would.
   *
   * Errors: those of `open`, `ERR_RANGE_INVALID`, `ERR_BLOCK_NOT_FOUND` (with `isLocal`).
   */
  async *read(
    cid: ManifestCid,
    options: NodeOpenOptions & { range?: ContentRange | undefined } = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { content } = await this.open(cid, options)
    yield* content(options)
  }

  /**
   * Gets a dataset ready to be read: its manifest, and a function that reads its content or a range of it.
   *
   * Errors: those of `findManifest`, `ERR_STORE_FULL`; with `isLocal` `ERR_DATASET_NOT_FOUND`.
   */
  async open(cid: ManifestCid, options: NodeOpenOptions = {}): Promise<OpenDataset> {
    this.#running()
    return this.keeping.whileRead(cid, () => this.#opened.open(cid, options))
  }

  /** Every dataset here that a person asked for, partial ones too, newest first. */
  async list(): Promise<DatasetEntry[]> {
    const all = await this.#running().store.listDatasets()
    return all.filter(({ manifestCid }) => !this.historyDatasets.quiet.has(manifestCid))
  }

  async getDataset(cid: ManifestCid): Promise<DatasetEntry | undefined> {
    return this.#running().store.getDataset(cid)
  }

  /** Cancels what runs for a dataset, then frees it; false where it was not here. */
  async delete(cid: ManifestCid): Promise<boolean> {
    const { store } = this.#running()
    await this.transfers.cancelOf(cid)
    const wasHere = await store.deleteDataset(cid)
    this.#opened.forget(cid)
    // A peer that asks meanwhile is told that it is not here.
    await this.#announcer.forget(cid)
    this.#feed.mark('datasets', 'space')
    return wasHere
  }

  async space(): Promise<NodeSpace> {
    this.#running()
    return this.keeping.space()
  }

  /** Where the blocks of a dataset are, in at most `maxCells` cells; undefined where it is not here at all. */
  async blockMap(cid: ManifestCid, maxCells: number): Promise<NodeBlockMap | undefined> {
    return nodeBlockMap(this.#running(), cid, maxCells)
  }

  status(): NodeStatus {
    return this.#connectivity.status()
  }

  /** Whether the network is told that a dataset is here, as soon as it is. */
  isAnnounced(cid: ManifestCid): boolean {
    return this.#announcer.isAnnounced(cid)
  }

  /** Kept over restarts, where the node has settings. Errors: `ERR_DATASET_NOT_FOUND`. */
  async setAnnounced(cid: ManifestCid, isAnnounced: boolean): Promise<void> {
    const here = await this.#running().store.getDataset(cid)
    if (here === undefined) throw new QuireError('ERR_DATASET_NOT_FOUND', 'This dataset is not on this device.')
    await this.#announcer.setAnnounced(cid, isAnnounced)
    this.#feed.mark('datasets')
  }

  /** Checks the connection piece by piece, or joins the test that runs; watchers hear of each check. */
  async selfTest({ signal }: AbortOptions = {}): Promise<SelfTestResult> {
    this.#running()
    return this.#selfTests.run(signal)
  }

  /** Calls back with the present state, then with every change, each topic at most four times a second. */
  watch(watcher: (change: NodeChange) => void): () => void {
    return this.#feed.watch(watcher)
  }

  /** What a bug report needs, without content or keys. */
  async debugInfo(): Promise<string> {
    return describeNode(this.#running(), { status: this.status(), transfers: this.transfers.list() })
  }

  /** The addresses that a share link should carry now, best first. */
  shareAddresses(): readonly string[] {
    return this.#running().network.shareAddresses()
  }

  /** Tries every keeper again now. */
  async reconnect(): Promise<void> {
    await this.#running().network.reconnect()
  }

  #arrived(cid: ManifestCid): void {
    this.keeping.uses.noteUse(cid)
    this.#feed.mark('datasets', 'space')
    void this.#announcer.announce(cid)
  }

  #running(): NodeParts {
    if (this.#isStarted) return this.#parts
    throw new QuireError('ERR_NODE_STOPPED', 'The node does not run.')
  }
}
