import { type Remote, transfer, wrap } from 'comlink'
import { QuireError } from '../errors.ts'
import type { BlockMapView, ByteRange, CallOptions, CidText, DatasetView, ManifestView, NodeApi } from './api.ts'
import type { NodeEvent, NodeStatus, SpaceView, UploadLimitsView } from './api.ts'
import type { SelfTestView } from './connectivity.ts'
import { unpackStream } from './crossing-stream.ts'
import { asQuireError, isAbort } from './errors.ts'
import { Watchdog, type WatchdogInit } from './watchdog.ts'
import { CALL_ENDED, installTransferHandlers, type WireApi } from './wire.ts'

/** A call on its way: its own signal for the worker, and how to let go of it. */
interface Call {
  readonly options: CallOptions
  readonly end: () => void
}

/**
 * `NodeApi` over a port that `serveNode` answers.
 *
 * An abort rejects at once with the signal’s reason; the worker is told and cleans up behind it. Once the node is gone
 * every pending and every later call rejects with the reason that `closed` gives.
 */
export class NodeClient implements NodeApi {
  /** Resolves when the node is gone: `ERR_WORKER_DIED`, `ERR_NODE_ELSEWHERE`, or `ERR_NODE_STOPPED` after `close`. */
  readonly closed: Promise<QuireError>
  readonly #port: MessagePort
  readonly #remote: Remote<WireApi>
  readonly #watchdog: Watchdog
  readonly #pending = new Set<(reason: QuireError) => void>()
  readonly #resolveClosed: (reason: QuireError) => void
  readonly #gone = new AbortController()
  #closedBecause: QuireError | undefined

  constructor(port: MessagePort, init: WatchdogInit = {}) {
    installTransferHandlers()
    const closed = Promise.withResolvers<QuireError>()
    this.closed = closed.promise
    this.#resolveClosed = closed.resolve
    this.#port = port
    this.#remote = wrap<WireApi>(port)
    const onDead = (reason: string): void => this.fail(new QuireError('ERR_WORKER_DIED', reason))
    this.#watchdog = new Watchdog({ ping: () => this.#remote.ping(), onDead }, init)
    this.#watchdog.start()
  }

  /** Ends this client; the node itself goes on. */
  close(): void {
    this.fail(new QuireError('ERR_NODE_STOPPED', 'This page let go of the node.'))
  }

  /** Ends this client because the node is gone. */
  fail(reason: QuireError): void {
    if (this.#closedBecause !== undefined) return
    this.#closedBecause = reason
    this.#watchdog.stop()
    for (const reject of this.#pending) reject(reason)
    this.#pending.clear()
    this.#gone.abort(reason)
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
    await this.#call(() => this.#remote.watch(transfer(port2, [port2])))
    return () => {
      port1.postMessage('stop')
      port1.close()
    }
  }

  async stream(link: string, options: CallOptions & { range?: ByteRange } = {}) {
    const call = openCall(options)
    try {
      const opening = this.#remote.stream(link, { ...options, ...call.options })
      const content = await this.#settled(opening, options.signal, (late) => void late.cancel())
      return unpackStream(content, { onEnd: call.end, gone: this.#gone.signal })
    } catch (error) {
      call.end()
      throw error
    }
  }

  upload(file: Blob, options: CallOptions & { name?: string; mediaType?: string } = {}): Promise<DatasetView> {
    return this.#call((call) => this.#remote.upload(file, { ...options, ...call }), options)
  }

  fetch(link: string, options: CallOptions = {}): Promise<DatasetView> {
    return this.#call((call) => this.#remote.fetch(link, call), options)
  }

  manifest(link: string, options: CallOptions = {}): Promise<ManifestView> {
    return this.#call((call) => this.#remote.manifest(link, call), options)
  }

  save(cid: CidText, target: FileSystemFileHandle, options: CallOptions = {}): Promise<void> {
    return this.#call((call) => this.#remote.save(cid, target, call), options)
  }

  exportFile(cid: CidText, options: CallOptions = {}): Promise<File> {
    return this.#call((call) => this.#remote.exportFile(cid, call), options)
  }

  releaseFile(cid: CidText): Promise<void> {
    return this.#call(() => this.#remote.releaseFile(cid))
  }

  status(): Promise<NodeStatus> {
    return this.#call(() => this.#remote.status())
  }

  space(): Promise<SpaceView> {
    return this.#call(() => this.#remote.space())
  }

  debugInfo(): Promise<string> {
    return this.#call(() => this.#remote.debugInfo())
  }

  discardUpload(id: number): Promise<boolean> {
    return this.#call(() => this.#remote.discardUpload(id))
  }

  list(): Promise<readonly DatasetView[]> {
    return this.#call(() => this.#remote.list())
  }

  exists(cid: CidText): Promise<boolean> {
    return this.#call(() => this.#remote.exists(cid))
  }

  delete(cid: CidText): Promise<boolean> {
    return this.#call(() => this.#remote.delete(cid))
  }

  shareAddresses(): Promise<readonly string[]> {
    return this.#call(() => this.#remote.shareAddresses())
  }

  shareLink(cid: CidText, base: string): Promise<string> {
    return this.#call(() => this.#remote.shareLink(cid, base))
  }

  cancelTransfer(id: string): Promise<void> {
    return this.#call(() => this.#remote.cancelTransfer(id))
  }

  pauseTransfer(id: string): Promise<void> {
    return this.#call(() => this.#remote.pauseTransfer(id))
  }

  resumeTransfer(id: string): Promise<void> {
    return this.#call(() => this.#remote.resumeTransfer(id))
  }

  blockMap(cid: CidText, maxCells: number): Promise<BlockMapView | undefined> {
    return this.#call(() => this.#remote.blockMap(cid, maxCells))
  }

  dismissTransfer(id: string): Promise<void> {
    return this.#call(() => this.#remote.dismissTransfer(id))
  }

  reconnect(): Promise<void> {
    return this.#call(() => this.#remote.reconnect())
  }

  selfTest(options: CallOptions = {}): Promise<SelfTestView> {
    return this.#call((call) => this.#remote.selfTest(call), options)
  }

  setAnnounced(cid: CidText, isAnnounced: boolean): Promise<void> {
    return this.#call(() => this.#remote.setAnnounced(cid, isAnnounced))
  }

  setUploadLimits(limits: UploadLimitsView): Promise<void> {
    return this.#call(() => this.#remote.setUploadLimits(limits))
  }

  async #call<T>(run: (options: CallOptions) => Promise<T>, options: CallOptions = {}): Promise<T> {
    const call = openCall(options)
    try {
      return await this.#settled(run(call.options), options.signal)
    } finally {
      call.end()
    }
  }

  /** `result`, unless the node goes or the signal aborts first; a result that comes after that is given to `onLate`. */
  #settled<T>(result: Promise<T>, signal?: AbortSignal, onLate: (late: T) => void = () => undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let isOpen = true
      const settle = (act: () => void): void => {
        if (!isOpen) return
        isOpen = false
        this.#pending.delete(onClosed)
        signal?.removeEventListener('abort', onAbort)
        act()
      }
      const onClosed = (reason: QuireError): void => settle(() => reject(reason))
      const onAbort = (): void => settle(() => reject(signal?.reason))
      this.#pending.add(onClosed)
      signal?.addEventListener('abort', onAbort, { once: true })
      if (signal?.aborted === true) onAbort()
      if (this.#closedBecause !== undefined) onClosed(this.#closedBecause)
      result.then(
        (value) => (isOpen ? settle(() => resolve(value)) : onLate(value)),
        (error: unknown) => settle(() => reject(isAbort(error) ? error : asQuireError(error))),
      )
    })
  }
}

/** The call has a signal of its own, so that its port to the worker can be closed at its end, whatever the caller’s does. */
function openCall({ signal }: CallOptions): Call {
  if (signal === undefined) return { options: {}, end: () => undefined }
  const own = new AbortController()
  const onAbort = (): void => own.abort(signal.reason)
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  const end = (): void => {
    signal.removeEventListener('abort', onAbort)
    own.abort(CALL_ENDED)
  }
  return { options: { signal: own.signal }, end }
}
