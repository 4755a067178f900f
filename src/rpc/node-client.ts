import { type Remote, transfer, wrap } from 'comlink'
import { QuireError } from '../errors.ts'
import type { AboutView, BlockMapView, CallOptions, CidText, DatasetView, LogLevel } from './api.ts'
import type { ManifestView, NodeApi, ReadCallOptions, UploadCallOptions, UploadSessionApi } from './api.ts'
import type { ExportOptions, ImportOptions, ImportReportView } from './api.ts'
import type { NodeEvent, NodeStatus, SpaceView, UploadLimitsView } from './api.ts'
import type { SelfTestView } from './connectivity.ts'
import { packStream, unpackStream } from './crossing-stream.ts'
import { HistoryClient } from './history-client.ts'
import { openCall, PendingCalls } from './pending-calls.ts'
import { Watchdog, type WatchdogInit } from './watchdog.ts'
import { openRemoteUpload } from './upload-client.ts'
import { installTransferHandlers, type WireApi } from './wire.ts'

/**
 * `NodeApi` over a port that `serveNode` answers.
 *
 * An abort rejects at once with the signal’s reason; the worker is told and cleans up behind it. Once the node is gone
 * every pending and every later call rejects with the reason that `closed` gives.
 */
export class NodeClient implements NodeApi {
  /** Resolves when the node is gone: `ERR_WORKER_DIED`, `ERR_NODE_MOVED`, or `ERR_NODE_STOPPED` after `close`. */
  readonly closed: Promise<QuireError>
  readonly history: HistoryClient
  readonly #port: MessagePort
  readonly #remote: Remote<WireApi>
  readonly #watchdog: Watchdog
  readonly #calls = new PendingCalls()
  readonly #resolveClosed: (reason: QuireError) => void
  readonly #gone = new AbortController()

  constructor(port: MessagePort, init: WatchdogInit = {}) {
    installTransferHandlers()
    const closed = Promise.withResolvers<QuireError>()
    this.closed = closed.promise
    this.#resolveClosed = closed.resolve
    this.#port = port
    this.#remote = wrap<WireApi>(port)
    this.history = new HistoryClient({ calls: this.#calls, open: (end) => this.#remote.history(end) })
    const onDead = (reason: string): void => this.fail(new QuireError('ERR_WORKER_DIED', reason))
    this.#watchdog = new Watchdog({ ping: () => this.#remote.ping(), onDead }, init)
    this.#watchdog.start()
  }

  /** Why the node is gone; calls that were on their way then reject with this very error. */
  get goneBecause(): QuireError | undefined {
    return this.#calls.failedBecause
  }

  /** Whether a call waits for its answer. */
  get isWaiting(): boolean {
    return this.#calls.isWaiting
  }

  /** Resolves when the worker has answered. */
  async ping(options: CallOptions = {}): Promise<void> {
    await this.#calls.unnoticed(this.#remote.ping(), options.signal)
  }

  /** Ends this client; the node itself goes on. */
  close(): void {
    this.fail(new QuireError('ERR_NODE_STOPPED', 'This page let go of the node.'))
  }

  /** Ends this client because the node is gone. */
  fail(reason: QuireError): void {
    if (this.#calls.failedBecause !== undefined) return
    this.#watchdog.stop()
    this.#calls.fail(reason)
    this.#gone.abort(reason)
    this.history.close()
    this.#port.close()
    this.#resolveClosed(reason)
  }

  /** Checks at once that the worker lives, after a sign that it may not. */
  probe(reason: string): void {
    this.#watchdog.probe(reason)
  }

  async watch(listener: (event: NodeEvent) => void): Promise<() => void> {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', ({ data }: MessageEvent<NodeEvent>) => listener(data))
    port1.start()
    await this.#calls.call(() => this.#remote.watch(transfer(port2, [port2])))
    return () => {
      port1.postMessage('stop')
      port1.close()
    }
  }

  stream(link: string, options: NonNullable<Parameters<NodeApi['stream']>[1]> = {}) {
    return this.#openStream((call) => this.#remote.stream(link, { ...options, ...call }), options)
  }

  exportAll(options: CallOptions & ExportOptions = {}) {
    return this.#openStream((call) => this.#remote.exportAll({ ...options, ...call }), options)
  }

  importAll(
    backup: Blob | ReadableStream<Uint8Array<ArrayBuffer>>,
    options: CallOptions & ImportOptions = {},
  ): Promise<ImportReportView> {
    const content =
      backup instanceof Blob ? backup : packStream(backup, { onEnd: () => undefined, gone: this.#gone.signal })
    const sent = content instanceof Blob ? content : transfer(content, [content])
    return this.#calls.call((call) => this.#remote.importAll(sent, { ...options, ...call }), options)
  }

  cancelBackup(id: string): Promise<void> {
    return this.#calls.call(() => this.#remote.cancelBackup(id))
  }

  setPinned(cid: CidText, isPinned: boolean): Promise<void> {
    return this.#calls.call(() => this.#remote.setPinned(cid, isPinned))
  }

  isPinned(cid: CidText): Promise<boolean> {
    return this.#calls.call(() => this.#remote.isPinned(cid))
  }

  upload(file: Blob, options: UploadCallOptions = {}): Promise<DatasetView> {
    return this.#calls.call((call) => this.#remote.upload(file, { ...options, ...call }), options)
  }

  openUpload(options: UploadCallOptions = {}): Promise<UploadSessionApi> {
    return openRemoteUpload({ calls: this.#calls, open: (port, rest) => this.#remote.openUpload(port, rest) }, options)
  }

  fetch(link: string, options: CallOptions = {}): Promise<DatasetView> {
    return this.#calls.call((call) => this.#remote.fetch(link, call), options)
  }

  manifest(link: string, options: ReadCallOptions = {}): Promise<ManifestView> {
    return this.#calls.call((call) => this.#remote.manifest(link, { ...options, ...call }), options)
  }

  save(cid: CidText, target: FileSystemFileHandle, options: CallOptions = {}): Promise<void> {
    return this.#calls.call((call) => this.#remote.save(cid, target, call), options)
  }

  exportFile(cid: CidText, options: CallOptions = {}): Promise<File> {
    return this.#calls.call((call) => this.#remote.exportFile(cid, call), options)
  }

  releaseFile(cid: CidText): Promise<void> {
    return this.#calls.call(() => this.#remote.releaseFile(cid))
  }

  status(): Promise<NodeStatus> {
    return this.#calls.call(() => this.#remote.status())
  }

  space(): Promise<SpaceView> {
    return this.#calls.call(() => this.#remote.space())
  }

  debugInfo(): Promise<string> {
    return this.#calls.call(() => this.#remote.debugInfo())
  }

  discardUpload(id: number): Promise<boolean> {
    return this.#calls.call(() => this.#remote.discardUpload(id))
  }

  list(): Promise<readonly DatasetView[]> {
    return this.#calls.call(() => this.#remote.list())
  }

  exists(cid: CidText): Promise<boolean> {
    return this.#calls.call(() => this.#remote.exists(cid))
  }

  delete(cid: CidText): Promise<boolean> {
    return this.#calls.call(() => this.#remote.delete(cid))
  }

  shareAddresses(): Promise<readonly string[]> {
    return this.#calls.call(() => this.#remote.shareAddresses())
  }

  shareLink(cid: CidText, base: string): Promise<string> {
    return this.#calls.call(() => this.#remote.shareLink(cid, base))
  }

  cancelTransfer(id: string): Promise<void> {
    return this.#calls.call(() => this.#remote.cancelTransfer(id))
  }

  pauseTransfer(id: string): Promise<void> {
    return this.#calls.call(() => this.#remote.pauseTransfer(id))
  }

  resumeTransfer(id: string): Promise<void> {
    return this.#calls.call(() => this.#remote.resumeTransfer(id))
  }

  blockMap(cid: CidText, maxCells: number): Promise<BlockMapView | undefined> {
    return this.#calls.call(() => this.#remote.blockMap(cid, maxCells))
  }

  dismissTransfer(id: string): Promise<void> {
    return this.#calls.call(() => this.#remote.dismissTransfer(id))
  }

  reconnect(): Promise<void> {
    return this.#calls.call(() => this.#remote.reconnect())
  }

  selfTest(options: CallOptions = {}): Promise<SelfTestView> {
    return this.#calls.call((call) => this.#remote.selfTest(call), options)
  }

  setAnnounced(cid: CidText, isAnnounced: boolean): Promise<void> {
    return this.#calls.call(() => this.#remote.setAnnounced(cid, isAnnounced))
  }

  setUploadLimits(limits: UploadLimitsView): Promise<void> {
    return this.#calls.call(() => this.#remote.setUploadLimits(limits))
  }

  async #openStream(
    open: (options: CallOptions) => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>,
    options: CallOptions,
  ) {
    const call = openCall(options)
    try {
      const content = await this.#calls.settled(open(call.options), options.signal, (late) => void late.cancel())
      return unpackStream(content, { onEnd: call.end, gone: this.#gone.signal })
    } catch (error) {
      call.end()
      throw error
    }
  }

  about(): Promise<AboutView> {
    return this.#calls.call(() => this.#remote.about())
  }

  connect(peer: string, options: CallOptions & { addresses?: readonly string[] | undefined } = {}): Promise<string> {
    return this.#calls.call((call) => this.#remote.connect(peer, { ...options, ...call }), options)
  }

  logLevel(): Promise<LogLevel> {
    return this.#calls.call(() => this.#remote.logLevel())
  }

  setLogLevel(level: LogLevel): Promise<void> {
    return this.#calls.call(() => this.#remote.setLogLevel(level))
  }
}
