import { QuireError } from '../../errors.ts'
import type { DatasetView, SpaceView, UploadSessionApi } from '../api.ts'
import type { SelfTestView } from '../connectivity.ts'
import type { ServedEvent, ServedNode, ServedReport, ServedStatus } from '../served-node.ts'
import { ServedHistoryDouble } from './served-history-double.ts'

export const DATASET: DatasetView = {
  cid: 'zDvZRwz-test',
  treeCid: 'zDzSvJT-test',
  sizeBytes: 5,
  blockSizeBytes: 65_536,
  blockCount: 1,
  origin: 'upload',
  addedAtMs: 1,
  haveCount: 1,
  isComplete: true,
  isAnnounced: true,
  isPinned: true,
  lastUsedAtMs: 1,
}

const SELF_TEST: SelfTestView = { state: 'done', startedAtMs: 1, checks: [] }
const SPACE: SpaceView = { usedBytes: 1, quotaBytes: 3, freeBytes: 2, blockCount: 1, pinnedBytes: 1, cachedBytes: 0 }
const STATUS: ServedStatus = {
  peerId: '16Uiu2',
  version: '0',
  addresses: [],
  peers: [],
  relays: [],
  nat: { kind: 'unknown', families: [] },
  announcing: { wantedCount: 0, announcedCount: 0, maxCount: 100 },
  unreached: [],
  dropped: [],
  uploadLimits: {},
  reachability: { state: 'no-keeper', error: new QuireError('ERR_KEEPER_UNREACHABLE', 'No answer.') },
}

export const REPORT: ServedReport = {
  madeAtMs: 1,
  isWhole: true,
  datasets: [],
  datasetCount: 0,
  archiveCount: 0,
  addedBlocks: 0,
  damagedBlocks: 0,
  communities: [],
  keys: { state: 'none', addedCount: 0, knownCount: 0, refused: [], peerKey: 'none' },
}

/** A node that does at each call what the test sets. */
export class ServedNodeDouble implements ServedNode {
  readonly history = new ServedHistoryDouble()
  readonly listeners = new Set<(event: ServedEvent) => void>()
  onFetch: (signal: AbortSignal | undefined) => Promise<DatasetView> = async () => DATASET
  onStream: (signal: AbortSignal | undefined) => ReadableStream<Uint8Array<ArrayBuffer>> = () => new ReadableStream()
  onUpload: (file: Blob, name: string | undefined) => Promise<DatasetView> = async () => DATASET

  watch(listener: (event: ServedEvent) => void): () => void {
    this.listeners.add(listener)
    listener({ type: 'space', space: SPACE })
    return () => this.listeners.delete(listener)
  }

  emit(event: ServedEvent): void {
    for (const listener of this.listeners) listener(event)
  }

  fetch = (_link: string, options: { signal?: AbortSignal | undefined } = {}) => this.onFetch(options.signal)
  stream = async (_link: string, options: { signal?: AbortSignal | undefined } = {}) => this.onStream(options.signal)
  upload = (file: Blob, options: { name?: string } = {}) => this.onUpload(file, options.name)
  status = async () => STATUS
  space = async () => SPACE
  debugInfo = async () => 'debug'
  manifest = async () => DATASET
  save = async () => undefined
  exportFile = async () => new File([], 'x')
  releaseFile = async () => undefined
  discardUpload = async () => true
  list = async () => [DATASET]
  exists = async () => true
  delete = async () => true
  shareAddresses = async () => ['/ip4/127.0.0.1']
  shareLink = async () => 'http://localhost/#/zDvZRwz-test'
  cancelTransfer = async () => undefined
  pauseTransfer = async () => undefined
  resumeTransfer = async () => undefined
  blockMap = async () => ({ blockCount: 1, cellBlocks: 1, counts: Uint32Array.of(1, 0, 0, 0), isLive: false })
  dismissTransfer = async () => undefined
  reconnect = async () => undefined
  onSelfTest: (signal: AbortSignal | undefined) => Promise<SelfTestView> = async () => SELF_TEST
  selfTest = (options: { signal?: AbortSignal | undefined } = {}) => this.onSelfTest(options.signal)
  setAnnounced = async () => undefined
  setUploadLimits = async () => undefined
  about = async () => ({ version: '0', revision: 'test' })
  connect = async (peer: string) => peer
  logLevel = async () => 'warn' as const
  setLogLevel = async () => undefined
  onOpenUpload: () => UploadSessionApi = () => {
    throw new QuireError('ERR_UNKNOWN', 'This test takes no upload.')
  }
  openUpload = async () => this.onOpenUpload()
  setPinned = async () => undefined
  isPinned = async () => true
  onExport: (signal: AbortSignal | undefined) => ReadableStream<Uint8Array<ArrayBuffer>> = () => new ReadableStream()
  exportAll = async (options: { signal?: AbortSignal | undefined } = {}) => this.onExport(options.signal)
  onImport: (backup: Blob | ReadableStream<Uint8Array<ArrayBuffer>>) => Promise<ServedReport> = async () => REPORT
  importAll = (backup: Blob | ReadableStream<Uint8Array<ArrayBuffer>>) => this.onImport(backup)
  cancelBackup = async () => undefined
}
