/** What a program says when it makes a `Quire`, and what its calls take. */
import type { LogLevel } from '../rpc/call-types.ts'
import type { ByteRange, NodeApi, UploadLimitsView } from '../rpc/api.ts'
import type { Progress } from './views.ts'

/** `Worker`, and `SharedWorker`, of browsers alone: programs of Node compile without their types. */
type BrowserWorker = typeof globalThis extends { Worker: { prototype: infer Made } } ? Made : never
type BrowserSharedWorker = typeof globalThis extends { SharedWorker: { prototype: infer Made } } ? Made : never

/** Where a node keeps its content, keys and settings. */
export type StorageChoice =
  /** Gone when the node is closed. */
  | 'memory'
  /** Browsers: in the databases of this origin, shared by all its tabs. */
  | 'origin'
  /** Node: in a folder, which one process uses at a time. */
  | { readonly folder: string }

/** Where one way of running Quire has nothing to do with a setting, `Quire.create` refuses it with `ERR_ARGUMENT_INVALID`. */
export interface QuireOptions {
  /** `'origin'` in browsers and `'memory'` under Node unless told. */
  readonly storage?: StorageChoice | undefined
  /**
   * Browsers: which of this origin’s nodes it is. Programs with the same name share one node, its storage and its peer id;
   * `'quire'`, unless told, is the node of Quire’s own page. Small letters, digits and “-”, at most 64.
   */
  readonly name?: string | undefined
  /** The most that blocks may take: in memory 1 GiB and in a folder 20 GiB unless told; browsers have limits of their own. */
  readonly quotaBytes?: number | undefined
  /** Multiaddrs of keepers: relays and servers of the DHT by which peers find each other. */
  readonly keepers?: readonly string[] | undefined
  /**
   * Browsers: where the JSON lies that names keepers, STUN and TURN servers; `/quire.json` of this origin unless told,
   * and nowhere where `keepers` are given.
   */
  readonly configUrl?: string | URL | undefined
  /** Browsers: “stun:host:port” of servers by which peers behind NATs find each other, beside those of `configUrl`. */
  readonly stunServers?: readonly string[] | undefined
  /** Node: multiaddrs to listen on, e.g. “/ip4/0.0.0.0/tcp/9411”; none unless told, and then nobody can dial this node. */
  readonly listen?: readonly string[] | undefined
  /** Node: addresses to tell others in place of those listened on. */
  readonly announce?: readonly string[] | undefined
  /** Node: `'server'` for a node that everyone can dial; `'client'` unless told. */
  readonly dht?: 'client' | 'server' | undefined
  /** How fast blocks may leave the node; no limit unless told. */
  readonly uploadLimits?: UploadLimitsView | undefined
  /** `'warn'` unless told; see `setLogLevel`. */
  readonly logLevel?: LogLevel | undefined
  /** Browsers: makes the node’s worker, for pages whose policy or bundler wants the script elsewhere. */
  readonly createWorker?: (() => BrowserWorker) | undefined
  /**
   * Browsers: makes the shared worker by which tabs find the one that runs the node. It must have one address in all of them,
   * e.g. that of Quire’s own page, “assets/port-broker.js”, where its node is to be shared; `name` tells nodes apart.
   */
  readonly createSharedWorker?: ((name: string | undefined) => BrowserSharedWorker) | undefined
  /** A node that this page reaches already; nothing is started, and `close` leaves it running. */
  readonly node?: NodeApi | undefined
}

/** What every call that may take long takes. */
export interface SignalOptions {
  /** An abort rejects the call at once with the signal’s reason. */
  readonly signal?: AbortSignal | undefined
}

export interface ProgressOptions extends SignalOptions {
  /** Called at most four times a second, and once at the end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

export interface UploadOptions extends ProgressOptions {
  /** The file’s name; that of a `File` unless told. More than 255 bytes are cut before the extension. */
  readonly name?: string | undefined
  /** E.g. “image/png”; that of a `Blob` unless told. One of more than 128 bytes is left out. */
  readonly mediaType?: string | undefined
  /** A power of two, 4,096 to 524,288; 65,536 unless told. Another size gives another CID. */
  readonly blockSizeBytes?: number | undefined
  /** False to keep the network from being told that the dataset is here; see `setAnnounced`. */
  readonly isAnnounced?: boolean | undefined
}

export interface ReadOptions extends SignalOptions {
  /** True for what is on this device alone: `ERR_DATASET_NOT_FOUND`, or `ERR_BLOCK_NOT_FOUND` where a part is missing. */
  readonly isLocal?: boolean | undefined
}

export interface DownloadOptions extends ReadOptions, ProgressOptions {
  /** Which bytes, from `startByte` up to and without `endByte`; all of them unless told. */
  readonly range?: ByteRange | undefined
}

export interface CollectOptions extends DownloadOptions {
  /** The most that is collected in memory, 1 GiB unless told: `ERR_CONTENT_TOO_LARGE`. */
  readonly maxBytes?: number | undefined
}

export interface ConnectOptions extends SignalOptions {
  /** Multiaddrs under which the peer may be found; without any, a connection that is there, or what is known of it. */
  readonly addresses?: readonly string[] | undefined
}
