/** A `NodeApi` without a node: it shows a given state, and acts on calls in the smallest way that keeps the page honest. */
import { QuireError } from '../../errors.ts'
import type {
  BackupView,
  BlockMapView,
  CallOptions,
  DatasetView,
  EvictionView,
  ExportOptions,
  ImportReportView,
  InterruptedUploadView,
  ManifestView,
  NodeApi,
  NodeEvent,
  NodeStatus,
  SpaceView,
  TransferView,
  UploadCallOptions,
  UploadLimitsView,
} from '../../rpc/api.ts'
import type { SelfTestView } from '../../rpc/connectivity.ts'
import { FakeHistory } from './fake-history.ts'
import { FakeProgramCalls } from './fake-program-calls.ts'
import type { FakeHistoryInit, FakeHistoryOverrides } from './fake-history-state.ts'
import { datasetOf, EMPTY_REPORT, fakeBlockMap, fakeCid, requireCid, transferOf } from './fake-datasets.ts'

export interface FakeState {
  readonly status: NodeStatus
  readonly space: SpaceView
  readonly datasets: readonly DatasetView[]
  readonly transfers: readonly TransferView[]
  readonly interrupted?: readonly InterruptedUploadView[] | undefined
  readonly selfTest?: SelfTestView | undefined
  readonly history?: FakeHistoryInit | undefined
}

/** What a test lets happen in place of the fake’s own behaviour. */
export interface FakeOverrides {
  readonly upload?: NodeApi['upload']
  readonly fetch?: NodeApi['fetch']
  readonly delete?: NodeApi['delete']
  readonly save?: NodeApi['save']
  readonly setUploadLimits?: NodeApi['setUploadLimits']
  readonly setAnnounced?: NodeApi['setAnnounced']
  readonly selfTest?: NodeApi['selfTest']
  readonly setPinned?: NodeApi['setPinned']
  readonly exportAll?: NodeApi['exportAll']
  readonly importAll?: NodeApi['importAll']
  readonly history?: FakeHistoryOverrides
}

export class FakeNode extends FakeProgramCalls implements NodeApi {
  /** The calls that change something, in order: “save zDv…”. */
  readonly calls: string[] = []
  /** How often a block map was asked for. */
  mapCalls = 0
  readonly history: FakeHistory
  readonly #overrides: FakeOverrides
  readonly #listeners = new Set<(event: NodeEvent) => void>()
  readonly #transfers: Map<string, TransferView>
  #status: NodeStatus
  readonly #space: SpaceView
  #datasets: readonly DatasetView[]
  #interrupted: readonly InterruptedUploadView[]
  readonly #selfTest: SelfTestView | undefined

  constructor(state: FakeState, overrides: FakeOverrides = {}) {
    super()
    this.#status = state.status
    this.#space = state.space
    this.#datasets = state.datasets
    this.#interrupted = state.interrupted ?? []
    this.#selfTest = state.selfTest
    this.#transfers = new Map(state.transfers.map((transfer) => [transfer.id, transfer]))
    this.#overrides = overrides
    this.history = new FakeHistory(state.history, overrides.history)
  }

  showStatus(status: NodeStatus): void {
    this.#status = status
    this.#emit({ type: 'status', status })
  }

  showTransfer(transfer: TransferView): void {
    this.#transfers.set(transfer.id, transfer)
    this.#emit({ type: 'transfer', transfer })
  }

  showDatasets(datasets: readonly DatasetView[]): void {
    this.#datasets = datasets
    this.#emit({ type: 'datasets', datasets })
  }

  async watch(listener: (event: NodeEvent) => void): Promise<() => void> {
    listener({ type: 'status', status: this.#status })
    listener({ type: 'space', space: this.#space })
    listener({ type: 'datasets', datasets: this.#datasets })
    listener({ type: 'uploads', interrupted: this.#interrupted })
    for (const transfer of this.#transfers.values()) listener({ type: 'transfer', transfer })
    if (this.#selfTest !== undefined) listener({ type: 'self-test', selfTest: this.#selfTest })
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async upload(file: Blob, options: UploadCallOptions = {}): Promise<DatasetView> {
    this.calls.push(`upload ${options.name ?? ''}`)
    if (this.#overrides.upload !== undefined) return this.#overrides.upload(file, options)
    const dataset = datasetOf(fakeCid(this.#datasets.length), {
      name: options.name,
      mediaType: options.mediaType,
      sizeBytes: file.size,
    })
    this.showDatasets([dataset, ...this.#datasets])
    return dataset
  }

  async fetch(link: string, options: CallOptions = {}): Promise<DatasetView> {
    this.calls.push(`fetch ${link}`)
    if (this.#overrides.fetch !== undefined) return this.#overrides.fetch(link, options)
    const cid = requireCid(link)
    this.showTransfer(transferOf(cid, { state: 'looking', askedPeers: 3 }))
    return new Promise<DatasetView>(() => undefined)
  }

  async manifest(link: string): Promise<ManifestView> {
    return this.#require(requireCid(link))
  }

  async stream(): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    return new ReadableStream({ start: (controller) => controller.close() })
  }

  async save(cid: string, target: FileSystemFileHandle, options: CallOptions = {}): Promise<void> {
    this.calls.push(`save ${cid}`)
    await this.#overrides.save?.(cid, target, options)
  }

  async exportFile(cid: string): Promise<File> {
    this.calls.push(`exportFile ${cid}`)
    return new File(['content'], this.#require(cid).name ?? cid)
  }

  async releaseFile(cid: string): Promise<void> {
    this.calls.push(`releaseFile ${cid}`)
  }

  async delete(cid: string): Promise<boolean> {
    this.calls.push(`delete ${cid}`)
    if (this.#overrides.delete !== undefined) return this.#overrides.delete(cid)
    const wasHere = await this.exists(cid)
    this.showDatasets(this.#datasets.filter((dataset) => dataset.cid !== cid))
    return wasHere
  }

  async discardUpload(id: number): Promise<boolean> {
    this.calls.push(`discardUpload ${id}`)
    const left = this.#interrupted.filter((upload) => upload.id !== id)
    const wasHere = left.length < this.#interrupted.length
    this.#interrupted = left
    this.#emit({ type: 'uploads', interrupted: left })
    return wasHere
  }

  async cancelTransfer(id: string): Promise<void> {
    this.#setPhase('cancelTransfer', id, { state: 'cancelled' })
  }

  async pauseTransfer(id: string): Promise<void> {
    this.#setPhase('pauseTransfer', id, { state: 'paused' })
  }

  async resumeTransfer(id: string): Promise<void> {
    this.#setPhase('resumeTransfer', id, { state: 'looking', askedPeers: 0 })
  }

  async blockMap(cid: string, maxCells: number): Promise<BlockMapView | undefined> {
    this.mapCalls += 1
    const dataset = this.#datasets.find((candidate) => candidate.cid === cid)
    const phase = [...this.#transfers.values()].find((transfer) => transfer.cid === cid)?.phase
    return dataset === undefined ? undefined : fakeBlockMap(dataset, { maxCells, phase: phase?.state })
  }

  async dismissTransfer(id: string): Promise<void> {
    this.calls.push(`dismissTransfer ${id}`)
    this.#transfers.delete(id)
    this.#emit({ type: 'transfer-removed', id })
  }

  async reconnect(): Promise<void> {
    this.calls.push('reconnect')
  }

  async selfTest(options: CallOptions = {}): Promise<SelfTestView> {
    this.calls.push('selfTest')
    if (this.#overrides.selfTest !== undefined) return this.#overrides.selfTest(options)
    const running: SelfTestView = { state: 'running', startedAtMs: 1, checks: [{ name: 'online', state: 'running' }] }
    this.showSelfTest(running)
    return new Promise((_resolve, reject) => {
      options.signal?.addEventListener('abort', () => {
        this.showSelfTest({ ...running, state: 'stopped', checks: [{ name: 'online', state: 'stopped' }] })
        reject(options.signal?.reason)
      })
    })
  }

  showSelfTest(selfTest: SelfTestView): void {
    this.#emit({ type: 'self-test', selfTest })
  }

  async setAnnounced(cid: string, isAnnounced: boolean): Promise<void> {
    this.calls.push(`setAnnounced ${cid} ${isAnnounced}`)
    await this.#overrides.setAnnounced?.(cid, isAnnounced)
    this.showDatasets(this.#datasets.map((dataset) => (dataset.cid === cid ? { ...dataset, isAnnounced } : dataset)))
  }

  async setUploadLimits(uploadLimits: UploadLimitsView): Promise<void> {
    this.calls.push(`setUploadLimits ${JSON.stringify(uploadLimits)}`)
    await this.#overrides.setUploadLimits?.(uploadLimits)
    this.showStatus({ ...this.#status, uploadLimits })
  }

  async setPinned(cid: string, isPinned: boolean): Promise<void> {
    this.calls.push(`setPinned ${cid} ${isPinned}`)
    await this.#overrides.setPinned?.(cid, isPinned)
    this.showDatasets(this.#datasets.map((dataset) => (dataset.cid === cid ? { ...dataset, isPinned } : dataset)))
  }

  async isPinned(cid: string): Promise<boolean> {
    return this.#require(cid).isPinned
  }

  async exportAll(options: CallOptions & ExportOptions = {}): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    this.calls.push(`exportAll ${options.withKeys === true ? 'with keys' : 'without keys'}`)
    return this.#overrides.exportAll?.(options) ?? new Blob(['a backup']).stream()
  }

  async importAll(...args: Parameters<NodeApi['importAll']>): Promise<ImportReportView> {
    this.calls.push('importAll')
    return this.#overrides.importAll?.(...args) ?? EMPTY_REPORT
  }

  async cancelBackup(id: string): Promise<void> {
    this.calls.push(`cancelBackup ${id}`)
  }

  showBackup(backup: BackupView): void {
    this.#emit({ type: 'backup', backup })
  }

  showEviction(eviction: EvictionView): void {
    this.#emit({ type: 'evicted', eviction })
  }

  async status(): Promise<NodeStatus> {
    return this.#status
  }

  async space(): Promise<SpaceView> {
    return this.#space
  }

  async debugInfo(): Promise<string> {
    return `Quire ${this.#status.version}`
  }

  async list(): Promise<readonly DatasetView[]> {
    return this.#datasets
  }

  async exists(cid: string): Promise<boolean> {
    return this.#datasets.some((dataset) => dataset.cid === cid)
  }

  async shareAddresses(): Promise<readonly string[]> {
    return this.#status.addresses
  }

  async shareLink(cid: string, base: string): Promise<string> {
    const addresses = this.#status.addresses.map(encodeURIComponent).join(',')
    return `${base}#/${cid}${addresses === '' ? '' : `?maddrs=${addresses}`}`
  }

  #setPhase(call: string, id: string, phase: TransferView['phase']): void {
    this.calls.push(`${call} ${id}`)
    const transfer = this.#transfers.get(id)
    if (transfer !== undefined) this.showTransfer({ ...transfer, phase })
  }

  #require(cid: string): DatasetView {
    const dataset = this.#datasets.find((candidate) => candidate.cid === cid)
    if (dataset === undefined) throw new QuireError('ERR_DATASET_NOT_FOUND', 'This file is not on this device.')
    return dataset
  }

  #emit(event: NodeEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
