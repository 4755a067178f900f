/**
 * The contract between a page and the node’s worker: one typed description, served by `server.ts`, called by `client.ts`.
 *
 *   page ── NodeApi calls (Comlink) ──▶ worker        page ◀── NodeEvent (watch) ── worker
 *
 * Everything here is cloneable: CIDs travel as text, errors as `ErrorView`, files as handles, content as streams.
 */
import type { CallOptions, CidText, ErrorView, FileHandle, LogLevel } from './call-types.ts'
import type {
  AnnouncingView,
  NatView,
  PeerPath,
  RelayedView,
  RelayView,
  SelfTestView,
  UnreachedPeerView,
} from './connectivity.ts'
import type { HistoryApi } from './history-api.ts'
import type { DatasetView, ManifestView } from './dataset-views.ts'
import type { AboutView, ReadCallOptions, UploadCallOptions, UploadSessionApi } from './upload-views.ts'
import type {
  BackupView,
  EvictionView,
  ExportOptions,
  ImportOptions,
  ImportReportView,
  SpaceView,
} from './space-views.ts'

export type { CallOptions, CidText, ErrorView, LogLevel } from './call-types.ts'
export type * from './space-views.ts'
export type * from './upload-views.ts'
export type { DatasetView, ManifestView } from './dataset-views.ts'

/** Where a transfer stands; only the fields that the state has. */
export type TransferPhase =
  | { readonly state: 'preparing' }
  | { readonly state: 'looking'; readonly askedPeers: number }
  | { readonly state: 'connected'; readonly peers: number }
  /** An upload that goes on reads what is here already again and compares it; `continuedFromBytes` are to be checked. */
  | { readonly state: 'checking'; readonly checkedBytes: number }
  /** `relayed`: some of it comes through a relay, slowly. */
  | { readonly state: 'moving'; readonly peers: number; readonly relayed?: RelayedView | undefined }
  | { readonly state: 'waiting'; readonly reason: 'no-peer' | 'keeper-down' | 'no-holder' | 'offline' }
  /** By hand, until `resumeTransfer`, also over a restart. */
  | { readonly state: 'paused' }
  | { readonly state: 'done' }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly error: ErrorView }

export interface TransferView {
  readonly id: string
  readonly kind: 'upload' | 'fetch' | 'save'
  /** File name, or the CID where the name is not known yet. */
  readonly name: string
  readonly cid?: CidText | undefined
  readonly phase: TransferPhase
  readonly isPausable: boolean
  readonly doneBytes: number
  /** What was here from before, where an interrupted transfer goes on. */
  readonly continuedFromBytes?: number | undefined
  /** Undefined while the size is not known. */
  readonly totalBytes?: number | undefined
  readonly bytesPerSecond: number
  readonly secondsLeft?: number | undefined
  readonly startedAtMs: number
  /** Uploads: what the caller named it by. */
  readonly reference?: string | undefined
}

/** Where the blocks of a dataset are, summed up in cells of neighbouring blocks. */
export interface BlockMapView {
  readonly blockCount: number
  /** Blocks in each cell; the last one may have fewer. */
  readonly cellBlocks: number
  /** Four numbers a cell: blocks here, on their way, known to be with somebody who is connected, known with nobody. */
  readonly counts: Uint32Array<ArrayBuffer>
  /** False while nothing fetches the dataset: then nobody was asked who has what. */
  readonly isLive: boolean
}

/** Whether other devices can reach this one, and how. */
export type Reachability =
  | { readonly state: 'starting' }
  | { readonly state: 'offline' }
  | { readonly state: 'no-keeper'; readonly error: ErrorView; readonly nextTryAtMs?: number | undefined }
  | {
      readonly state: 'not-reachable'
      readonly reason: 'relay-full' | 'relay-refused' | 'no-webrtc' | 'waiting-for-relay'
    }
  | { readonly state: 'reachable'; readonly relays: number }

export interface PeerView {
  readonly peer: string
  readonly agent?: string | undefined
  readonly isKeeper: boolean
  readonly isDirect: boolean
  readonly path: PeerPath
  readonly transport: 'webrtc' | 'websocket' | 'webtransport' | 'tcp' | 'circuit' | 'other'
  readonly rttMs?: number | undefined
  readonly receivedBytes: number
  readonly sentBytes: number
  /** Over the last seconds. */
  readonly receivedBytesPerSecond: number
  readonly sentBytesPerSecond: number
}

/** A peer that broke the rules: cut off, and refused for ten minutes. */
export interface DroppedPeerView {
  readonly peer: string
  /** A sentence. */
  readonly reason: string
  /** Milliseconds since 1970. */
  readonly atMs: number
}

/** How fast blocks may leave this node; undefined for no limit. */
export interface UploadLimitsView {
  readonly totalBytesPerSecond?: number | undefined
  readonly perPeerBytesPerSecond?: number | undefined
}

export interface NodeStatus {
  readonly peerId: string
  readonly version: string
  readonly reachability: Reachability
  /** Addresses under which others can dial this node, multiaddrs with the peer id. */
  readonly addresses: readonly string[]
  readonly peers: readonly PeerView[]
  /** Behind which this node waits for others, those that are down too. */
  readonly relays: readonly RelayView[]
  readonly nat: NatView
  readonly announcing: AnnouncingView
  /** Peers that were looked for lately and not reached, newest first, at most 20. */
  readonly unreached: readonly UnreachedPeerView[]
  /** Newest first, at most 20. */
  readonly dropped: readonly DroppedPeerView[]
  readonly uploadLimits: UploadLimitsView
}

/** An upload that was cut off; it goes on when the same file is given to `upload` again. */
export interface InterruptedUploadView {
  readonly id: number
  readonly name: string
  readonly sizeBytes: number
  readonly storedBytes: number
  readonly lastUsedAtMs: number
}

export type NodeEvent =
  | { readonly type: 'status'; readonly status: NodeStatus }
  | { readonly type: 'datasets'; readonly datasets: readonly DatasetView[] }
  | { readonly type: 'transfer'; readonly transfer: TransferView }
  | { readonly type: 'transfer-removed'; readonly id: string }
  | { readonly type: 'space'; readonly space: SpaceView }
  /** The uploads that were cut off, the newest first. */
  | { readonly type: 'uploads'; readonly interrupted: readonly InterruptedUploadView[] }
  /** The test that runs or ran last. */
  | { readonly type: 'self-test'; readonly selfTest: SelfTestView }
  /** Datasets that were not pinned went to make room. */
  | { readonly type: 'evicted'; readonly eviction: EvictionView }
  /** Backups that are being made or read, and how they ended. */
  | { readonly type: 'backup'; readonly backup: BackupView }

export interface ByteRange {
  /** First byte, 0-based. */
  readonly startByte: number
  /** One past the last byte. */
  readonly endByte: number
}

/** Everything that a page may ask of the node. Every call rejects with a `QuireError`, or with the signal’s reason. */
export interface NodeApi {
  /** What a page asks about communities. */
  readonly history: HistoryApi
  status(): Promise<NodeStatus>
  space(): Promise<SpaceView>
  /** What a bug report needs, as text without content or keys. */
  debugInfo(): Promise<string>
  /** Calls back with the present state (status, datasets, space, uploads, each transfer), then with every change, at most four times a second. */
  watch(listener: (event: NodeEvent) => void): Promise<() => void>

  /**
   * Stores a file as a dataset; it crosses as a handle. An abort discards what was stored of it; what a reload or a crash
   * cut off goes on when a `File` of the same name, size and date is given, and is compared by hash.
   *
   * A name of more than 255 bytes is cut before its extension, a media type of more than 128 is left out.
   * Errors: `ERR_EMPTY_FILE`, `ERR_FILE_UNREADABLE`, `ERR_STORE_FULL` (details `neededBytes`, `freeBytes`).
   */
  upload(file: Blob, options?: UploadCallOptions): Promise<DatasetView>
  /**
   * Begins an upload whose size shows at its end; nothing of it is kept over a restart.
   *
   * Its signal aborts the whole upload, also after this call has resolved. Errors: `ERR_ARGUMENT_INVALID` (more than 32 at once).
   */
  openUpload(options?: UploadCallOptions): Promise<UploadSessionApi>
  /**
   * Fetches all blocks of a link or CID, or joins the fetch that runs; an abort keeps what was verified.
   *
   * A partial dataset goes on where it was. Looks for the manifest for a minute (`ERR_MANIFEST_NOT_FOUND`); once it is
   * known, waits for blocks until it is cancelled, and its transfer says for what. A fetch that a reload, a crash or another
   * tab ended goes on by itself with the next start of the node; one that was paused is resumed by this call.
   */
  fetch(link: string, options?: CallOptions): Promise<DatasetView>
  /** The manifest of a link or CID, from here or from the network. */
  manifest(link: string, options?: ReadCallOptions): Promise<ManifestView>
  /**
   * The content, from here first, then from peers; what is read is kept, so the dataset is listed from now on.
   * `readAheadBytes` is how far it is asked for before it is read, 2 MiB unless told: less where a reader jumps about.
   */
  stream(
    link: string,
    options?: ReadCallOptions & { range?: ByteRange | undefined; readAheadBytes?: number | undefined },
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>
  /** Writes the content into a file that the person chose; an abort leaves the old file as it was. */
  save(cid: CidText, target: FileHandle, options?: CallOptions): Promise<void>
  /** The content as a file of the origin’s private file system, for browsers without a save dialog; `releaseFile` frees it. */
  exportFile(cid: CidText, options?: CallOptions): Promise<File>
  releaseFile(cid: CidText): Promise<void>

  /** Frees an interrupted upload; false where it is not here or goes on. */
  discardUpload(id: number): Promise<boolean>

  list(): Promise<readonly DatasetView[]>
  exists(cid: CidText): Promise<boolean>
  /** Cancels what runs for the dataset, then removes it; false where it was not here. */
  delete(cid: CidText): Promise<boolean>
  /** The addresses that a share link should carry now, best first, few. */
  shareAddresses(): Promise<readonly string[]>
  /** The link to hand out now, `base#/<cid>?maddrs=…` with `shareAddresses`; `base` is the page’s address without its fragment. */
  shareLink(cid: CidText, base: string): Promise<string>
  /** Resolves when it has cleaned up; its own call rejects with an `AbortError`. Nothing for one that has ended. */
  cancelTransfer(id: string): Promise<void>
  /** Stops the bytes of a transfer that `isPausable`, until `resumeTransfer`. */
  pauseTransfer(id: string): Promise<void>
  resumeTransfer(id: string): Promise<void>
  /** Where the blocks of a dataset are, in at most `maxCells` cells, 1 to 512; undefined where it is not here at all. */
  blockMap(cid: CidText, maxCells: number): Promise<BlockMapView | undefined>
  /** Removes an ended transfer from the list. */
  dismissTransfer(id: string): Promise<void>
  /** Tries the keeper again now. */
  reconnect(): Promise<void>
  /**
   * Checks the connection piece by piece, or joins the test that runs; watchers hear of each check as a `self-test`.
   *
   * Asks keepers and their STUN servers alone. An abort by the last who waits stops it, and what was found stays told.
   */
  selfTest(options?: CallOptions): Promise<SelfTestView>
  /**
   * Whether the network is told that a dataset is here, so that whoever has its CID finds it; kept over restarts. Those who
   * are connected, or have a link of this device, may fetch it in any case. What was told ends by itself within about an hour.
   *
   * Errors: `ERR_DATASET_NOT_FOUND`.
   */
  setAnnounced(cid: CidText, isAnnounced: boolean): Promise<void>
  /**
   * Whether a dataset stays until a person removes it; kept over restarts. What was uploaded here is pinned, what was fetched
   * is not, until this is called. Where room is needed, what is not pinned goes, that which was not used for longest first;
   * watchers hear of it as `evicted`. What is being read, saved or fetched stays.
   *
   * Errors: `ERR_DATASET_NOT_FOUND`.
   */
  setPinned(cid: CidText, isPinned: boolean): Promise<void>
  /** Errors: `ERR_DATASET_NOT_FOUND`. */
  isPinned(cid: CidText): Promise<boolean>
  /**
   * Everything held as one file (docs/BACKUP-FORMAT.md): blocks, pins, settings, communities, and the keys if asked.
   * Nothing is read before the stream is; its progress comes as `backup`. Cancelling the stream or an abort ends it.
   *
   * Errors: `ERR_OPTION_INVALID` (an empty passphrase); of the stream, `ERR_STORE_FAILED`.
   */
  exportAll(options?: CallOptions & ExportOptions): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>
  /**
   * Adds what a backup has to what is here; every block is checked against its tree. A backup that is damaged or does not fit
   * is taken as far as it goes, and the report says what became of it. A `File` goes on when the page that gave it is gone.
   *
   * Errors: `ERR_BACKUP_INVALID` (it is none, or of a newer kind: nothing was changed). After an abort, what was added stays.
   */
  importAll(
    backup: Blob | ReadableStream<Uint8Array<ArrayBuffer>>,
    options?: CallOptions & ImportOptions,
  ): Promise<ImportReportView>
  /** Ends a backup that is being made or read, whichever page asked for it. Nothing for one that has ended. */
  cancelBackup(id: string): Promise<void>
  about(): Promise<AboutView>
  /**
   * Connects to a peer, named by its id or by a multiaddr that ends with it; resolves with its id once content can go to it.
   *
   * Without addresses: by what is known of it, else by asking the DHT. Errors: `ERR_ARGUMENT_INVALID`, `ERR_DIAL_FAILED`.
   */
  connect(peer: string, options?: CallOptions & { addresses?: readonly string[] | undefined }): Promise<string>
  logLevel(): Promise<LogLevel>
  /** What the node writes to its console from now on, until it stops. Errors: `ERR_ARGUMENT_INVALID`. */
  setLogLevel(level: LogLevel): Promise<void>
  /** Holds at once and over restarts. Errors: `ERR_OPTION_INVALID` (below 10 kB a second). */
  setUploadLimits(limits: UploadLimitsView): Promise<void>
}
