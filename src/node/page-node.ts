/**
 * A node as a page sees it: links and CIDs as text, datasets as plain values, files of the browser.
 *
 *   page ──rpc──▶ PageNode ──▶ QuireNode          save, exportFile: QuireNode.read ──▶ a file, in this thread
 *
 * Its shape is what `rpc/served-node.ts` asks for; the compiler compares the two in `workers/node.worker.ts`.
 */
import { cidText, parseManifestCid, type ManifestCid } from '../codec/cid.ts'
import { encodeShareLink, parseShareLink } from '../codec/link.ts'
import { type ContentRange, toReadableStream } from '../dataset/download.ts'
import type { UploadLimits } from '../exchange/upload-limits.ts'
import type { AbortOptions } from '../store/block-store.ts'
import type { Backup, ImportReport } from './backup/backup-views.ts'
import type { ExportOptions, ImportOptions } from './backup/backups.ts'
import { type ContentSink, openFileSink, writeContent } from './content-sink.ts'
import {
  type DatasetView,
  type EvictionView,
  evictionView,
  type InterruptedUploadView,
  interruptedView,
  type ManifestView,
  manifestView,
} from './dataset-view.ts'
import type { NodeStatus } from './connectivity.ts'
import type { ExportFolder } from './export-folder.ts'
import type { LateHistory } from './history/late-history.ts'
import { JoinedRuns } from './joined-runs.ts'
import type { NodeChange } from './node-feed.ts'
import type { NodeBlockMap } from './node-block-map.ts'
import { ProgramNode, type ProgramNodeComponents } from './program-node.ts'
import type { SelfTestResult } from './self-test.ts'
import type { NodeSpace } from './node-space.ts'
import type { Transfer } from './transfer.ts'
import { VERSION } from './version.ts'

export type PageStatus = NodeStatus & { readonly version: string; readonly uploadLimits: UploadLimits }
export type PageSpace = NodeSpace & { readonly isPersistent?: boolean | undefined }
export type PageTransfer = Omit<Transfer, 'cid'> & { readonly cid?: string | undefined }

export type PageEvent =
  | { readonly type: 'status'; readonly status: PageStatus }
  | { readonly type: 'datasets'; readonly datasets: readonly DatasetView[] }
  | { readonly type: 'space'; readonly space: PageSpace }
  | { readonly type: 'transfer'; readonly transfer: PageTransfer }
  | { readonly type: 'transfer-removed'; readonly id: string }
  | { readonly type: 'uploads'; readonly interrupted: readonly InterruptedUploadView[] }
  | { readonly type: 'self-test'; readonly selfTest: SelfTestResult }
  | { readonly type: 'evicted'; readonly eviction: EvictionView }
  | { readonly type: 'backup'; readonly backup: Backup }

interface PageNodeComponents extends ProgramNodeComponents {
  readonly history: LateHistory
  readonly exports: ExportFolder
  /** Whether the browser may clear this origin’s storage without asking; undefined where it does not say. */
  readonly isPersistent: () => Promise<boolean | undefined>
  /** Reads the list of keepers again; never fails. */
  readonly readKeepers: () => Promise<void>
}

type LocalOptions = AbortOptions & { readonly isLocal?: boolean | undefined }

/** More than a screen can show apart. */
const MAX_MAP_CELLS = 512

export class PageNode extends ProgramNode {
  /** What a page asks about communities. */
  readonly history: LateHistory
  readonly #exports: ExportFolder
  readonly #exportRuns = new JoinedRuns<File>()
  readonly #isPersistent: () => Promise<boolean | undefined>
  readonly #readKeepers: () => Promise<void>
  /** What the browser said last: a page that asks it to keep the storage asks for `space` afterwards. */
  #persistence: boolean | undefined

  constructor({ history, exports, isPersistent, readKeepers, ...program }: PageNodeComponents) {
    super(program)
    this.history = history
    this.#exports = exports
    this.#isPersistent = isPersistent
    this.#readKeepers = readKeepers
  }

  async status(): Promise<PageStatus> {
    return this.#statusOf(this.node.status())
  }

  async space(): Promise<PageSpace> {
    this.#persistence = await this.#isPersistent()
    return { ...(await this.node.space()), isPersistent: this.#persistence }
  }

  debugInfo(): Promise<string> {
    return this.node.debugInfo()
  }

  watch(watcher: (event: PageEvent) => void): () => void {
    return this.node.watch((change) => {
      watcher(this.#eventOf(change))
    })
  }

  async fetch(link: string, options: AbortOptions = {}): Promise<DatasetView> {
    const { cid, addresses } = parseShareLink(link)
    return this.viewOf(await this.node.fetch(cid, { addresses, signal: options.signal }))
  }

  async manifest(link: string, options: LocalOptions = {}): Promise<ManifestView> {
    const { cid, addresses } = parseShareLink(link)
    if (options.isLocal === true) return manifestView(cid, (await this.node.open(cid, { isLocal: true })).manifest)
    const { manifest } = await this.node.findManifest(cid, { addresses, signal: options.signal })
    return manifestView(cid, manifest)
  }

  /** Resolves once the manifest is known. */
  async stream(
    link: string,
    options: LocalOptions & { range?: ContentRange | undefined; readAheadBytes?: number | undefined } = {},
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const { cid, addresses } = parseShareLink(link)
    const { signal, range, isLocal, readAheadBytes } = options
    const { manifest, content } = await this.node.open(cid, { addresses, signal, isLocal })
    // The next block is always on its way.
    const readAheadBlocks = readAheadBytes && Math.max(2, Math.floor(readAheadBytes / manifest.blockSizeBytes))
    return toReadableStream((reading) => content({ range, readAheadBlocks, signal: reading }), { signal })
  }

  async save(cid: string, target: FileSystemFileHandle, options: AbortOptions = {}): Promise<void> {
    await this.#write(parseManifestCid(cid), () => openFileSink(target), options)
  }

  async exportFile(cid: string, options: AbortOptions = {}): Promise<File> {
    const parsed = parseManifestCid(cid)
    const fileName = cidText(parsed)
    const write = async (signal: AbortSignal): Promise<File> => {
      // The bytes of a CID never change: what an earlier save is still copied from is good for this one.
      const view = this.#exports.isHeld(fileName)
        ? await this.manifest(cid, { signal })
        : await this.#write(parsed, () => this.#exports.openSink(fileName), { signal })
      return this.#exports.file(fileName, { filename: view.name ?? fileName, mediaType: view.mediaType ?? '' })
    }
    // A file has one writer: whoever asks again meanwhile gets what the first one makes.
    const file = await this.#exportRuns.join(fileName, write, options.signal)
    this.#exports.hold(fileName)
    return file
  }

  async releaseFile(cid: string): Promise<void> {
    await this.#exports.release(cidText(parseManifestCid(cid)))
  }

  async list(): Promise<DatasetView[]> {
    return (await this.node.list()).map((entry) => this.viewOf(entry))
  }

  discardUpload(id: number): Promise<boolean> {
    return this.node.discardUpload(id)
  }

  async exists(cid: string): Promise<boolean> {
    return (await this.node.getDataset(parseManifestCid(cid))) !== undefined
  }

  delete(cid: string): Promise<boolean> {
    return this.node.delete(parseManifestCid(cid))
  }

  async shareAddresses(): Promise<readonly string[]> {
    return this.node.shareAddresses()
  }

  async shareLink(cid: string, base: string): Promise<string> {
    return encodeShareLink(base, { cid: parseManifestCid(cid), addresses: this.node.shareAddresses() })
  }

  cancelTransfer(id: string): Promise<void> {
    return this.node.transfers.cancel(id)
  }

  async pauseTransfer(id: string): Promise<void> {
    this.node.transfers.pause(id)
  }

  async resumeTransfer(id: string): Promise<void> {
    this.node.transfers.resume(id)
  }

  blockMap(cid: string, maxCells: number): Promise<NodeBlockMap | undefined> {
    const cells = Number.isFinite(maxCells) ? Math.min(MAX_MAP_CELLS, Math.max(1, Math.floor(maxCells))) : 1
    return this.node.blockMap(parseManifestCid(cid), cells)
  }

  async dismissTransfer(id: string): Promise<void> {
    this.node.transfers.dismiss(id)
  }

  setUploadLimits(limits: UploadLimits): Promise<void> {
    return this.node.uploadLimits.set(limits)
  }

  async reconnect(): Promise<void> {
    // There may be others by now, or the first ones.
    await this.#readKeepers()
    await this.node.reconnect()
  }

  selfTest(options: AbortOptions = {}): Promise<SelfTestResult> {
    return this.node.selfTest(options)
  }

  setAnnounced(cid: string, isAnnounced: boolean): Promise<void> {
    return this.node.setAnnounced(parseManifestCid(cid), isAnnounced)
  }

  setPinned(cid: string, isPinned: boolean): Promise<void> {
    return this.node.keeping.setPinned(parseManifestCid(cid), isPinned)
  }

  isPinned(cid: string): Promise<boolean> {
    return this.node.keeping.isPinned(parseManifestCid(cid))
  }

  async exportAll(options: ExportOptions = {}): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    return this.node.backups.export(options, this.history)
  }

  importAll(backup: Blob | ReadableStream<Uint8Array>, options: ImportOptions = {}): Promise<ImportReport> {
    return this.node.backups.import(backup, options, this.history)
  }

  async cancelBackup(id: string): Promise<void> {
    this.node.backups.cancel(id)
  }

  #statusOf(status: NodeStatus): PageStatus {
    return { ...status, version: VERSION, uploadLimits: this.node.uploadLimits.limits }
  }

  #eventOf(change: NodeChange): PageEvent {
    switch (change.type) {
      case 'status':
        return { type: 'status', status: this.#statusOf(change.status) }
      case 'datasets':
        return { type: 'datasets', datasets: change.datasets.map((entry) => this.viewOf(entry)) }
      case 'uploads':
        return { type: 'uploads', interrupted: change.interrupted.map(interruptedView) }
      case 'evicted':
        return { type: 'evicted', eviction: evictionView(change.eviction) }
      case 'space':
        return { type: 'space', space: { ...change.space, isPersistent: this.#persistence } }
      case 'transfer': {
        const { cid } = change.transfer
        return { type: 'transfer', transfer: { ...change.transfer, cid: cid === undefined ? undefined : cidText(cid) } }
      }
      default:
        return change
    }
  }

  async #write(
    cid: ManifestCid,
    openSink: () => Promise<ContentSink>,
    { signal }: AbortOptions,
  ): Promise<ManifestView> {
    const { manifest, content } = await this.node.open(cid, { signal })
    const view = manifestView(cid, manifest)
    const what = { kind: 'save', name: view.name ?? view.cid, cid, totalBytes: view.sizeBytes } as const
    await this.node.transfers.run(
      what,
      async ({ signal: saving, update }) => {
        const sink = await openSink()
        update({ phase: { state: 'moving', peers: 0 } })
        let doneBytes = 0
        await writeContent(content({ signal: saving }), sink, (sizeBytes) => {
          update({ doneBytes: (doneBytes += sizeBytes) })
        })
      },
      { signal },
    )
    return view
  }
}
