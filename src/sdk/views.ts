/** What a program gets from a `Quire`. */
import type { DatasetView, EvictionView, ManifestView, NodeStatus, SpaceView, TransferView } from '../rpc/api.ts'
import type { HistoryEvent } from '../rpc/history-api.ts'

export type {
  ByteRange,
  EvictedView,
  EvictionView,
  ExportOptions,
  ImportOptions,
  ImportReportView,
  NodeApi,
  PeerView,
  Reachability,
  TransferPhase,
  UploadLimitsView,
} from '../rpc/api.ts'
export type { CidText, ErrorView, LogLevel } from '../rpc/call-types.ts'
export type { SelfTestView } from '../rpc/connectivity.ts'
export type { HistorySignal, KeyOwner } from '../rpc/history-api.ts'
export type * from '../rpc/history-views.ts'

/** What a dataset is: its CID, size, blocks, name and media type. */
export type Manifest = ManifestView
/** A dataset on this device, complete or not. */
export type Dataset = DatasetView
/** Peers, addresses, relays, and whether others can reach this node. */
export type Status = NodeStatus
export type Space = SpaceView
export type Transfer = TransferView

/** How far a call is. */
export interface Progress {
  readonly doneBytes: number
  /** Undefined while the size is not known, e.g. of a stream. */
  readonly totalBytes?: number | undefined
  /** From 0 to 1; undefined while the size is not known. */
  readonly fraction?: number | undefined
  /** Over the last seconds; 0 where it is not measured. */
  readonly bytesPerSecond: number
  /** What is happening; undefined where the bytes only pass through, as in a download. */
  readonly phase?: TransferView['phase'] | undefined
}

/** Numbers of a build: its release, and the commit it was made of. */
export interface VersionView {
  readonly version: string
  readonly revision: string
}

/** The node’s life as seen by a program. */
export type QuireState = 'created' | 'starting' | 'running' | 'stopping' | 'stopped' | 'closed'

/** The events of a `Quire` by their names; the value is the event’s `detail`. */
export interface QuireEventMap {
  /** The node was started, stopped, closed, or ended by itself; then `error` says why. */
  readonly statechange: { readonly state: QuireState; readonly error?: Error | undefined }
  /** Peers, addresses, reachability. */
  readonly status: Status
  /** The list of what is here. */
  readonly datasets: readonly Dataset[]
  /** A transfer began, moved or ended. */
  readonly transfer: Transfer
  /** An ended transfer left the list; `id` is its id. */
  readonly transferremoved: { readonly id: string }
  readonly space: Space
  /** Datasets that were not pinned went to make room. */
  readonly evicted: EvictionView
  /** Anything that `communities.watch` tells. */
  readonly history: HistoryEvent
}
