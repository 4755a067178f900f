/**
 * The contract between a page and the node’s worker: one typed description, served by `server.ts`, called by `client.ts`.
 *
 *   page ── NodeApi calls (Comlink) ──▶ worker        page ◀── NodeEvent (watch) ── worker
 *
 * Everything here is cloneable: CIDs travel as text, errors as `ErrorView`, files as handles, content as streams.
 */
import type { CallOptions, CidText, ErrorView } from './call-types.ts'
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

export type { CallOptions, CidText, ErrorView } from './call-types.ts'

export interface ManifestView {
  readonly cid: CidText
  readonly treeCid: string
  readonly sizeBytes: number
  readonly blockSizeBytes: number
  readonly blockCount: number
  readonly name?: string | undefined
  readonly mediaType?: string | undefined
}

export interface DatasetView extends ManifestView {
  readonly origin: 'upload' | 'fetch'
  readonly addedAtMs: number
  readonly haveCount: number
  readonly isComplete: boolean
  /** Whether the network is told that it is here; see `setAnnounced`. */
  readonly isAnnounced: boolean
}

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

export interface SpaceView {
  readonly usedBytes: number
  readonly quotaBytes: number
  readonly freeBytes: number
  readonly blockCount: number
  readonly isPersistent?: boolean | undefined
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
  upload(file: Blob, options?: CallOptions & { name?: string; mediaType?: string }): Promise<DatasetView>
  /**
   * Fetches all blocks of a link or CID, or joins the fetch that runs; an abort keeps what was verified.
   *
   * A partial dataset goes on where it was. Looks for the manifest for a minute (`ERR_MANIFEST_NOT_FOUND`); once it is
   * known, waits for blocks until it is cancelled, and its transfer says for what. A fetch that a reload, a crash or another
   * tab ended goes on by itself with the next start of the node; one that was paused is resumed by this call.
   */
  fetch(link: string, options?: CallOptions): Promise<DatasetView>
  /** The manifest of a link or CID, from here or from the network. */
  manifest(link: string, options?: CallOptions): Promise<ManifestView>
  /** The content, from here first, then from peers; what is read is kept, so the dataset is listed from now on. */
  stream(link: string, options?: CallOptions & { range?: ByteRange }): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>
  /** Writes the content into a file that the person chose; an abort leaves the old file as it was. */
  save(cid: CidText, target: FileSystemFileHandle, options?: CallOptions): Promise<void>
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
  /** Holds at once and over restarts. Errors: `ERR_OPTION_INVALID` (below 10 kB a second). */
  setUploadLimits(limits: UploadLimitsView): Promise<void>
}
