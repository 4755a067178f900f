/**
 * The block-store port: what keeps blocks, trees and manifests between runs.
 *
 *   upload:   beginUpload → put (groups of blocks) → commit (tree, manifest) — invisible until commit
 *   go on:    beginUpload({ file }) → put … crash or suspend → listInterruptedUploads → resumeUpload(id) → put everything
 *             again from block 0 (what is here with the same digest costs no write; other content takes its place) → commit
 *   fetch:    addDataset (manifest) → putBlocks (verified, with their paths) — visible as partial, served at once
 *   serve:    presence → getProvenBlocks
 *   read:     getBlocks
 *   delete:   deleteDataset — frees only blocks that no other dataset uses
 *   keep:     setPinned, noteUses ─▶ setEviction: what is not pinned goes when room is needed, oldest use first
 *
 * A dataset is listed by its manifest CID; its content by its tree CID. Several manifests may share one tree.
 * Backends: `idb-…` (browser worker), `lmdb-…` (Node), `memory-…`; one contract suite (`block-store.contract.ts`).
 * The store trusts its callers: whoever puts a block has verified it.
 */
import type { BlockSet } from '../codec/block-set.ts'
import type { ManifestCid, TreeCid } from '../codec/cid.ts'
import type { Manifest } from '../codec/manifest.ts'

export interface AbortOptions {
  readonly signal?: AbortSignal | undefined
}

/** A block with its place: `bytes` is padded to the dataset’s block size, `digest` is its SHA-256 (32 bytes). */
export interface IndexedBlock {
  /** 0-based leaf, < blockCount. */
  readonly index: number
  readonly digest: Uint8Array
  readonly bytes: Uint8Array
}

/** A block with the sibling path that ties it to the tree root, bottom to top, 32 bytes each. */
export interface ProvenBlock extends IndexedBlock {
  readonly path: readonly Uint8Array[]
}

/** One dataset as the list shows it. */
export interface DatasetEntry {
  readonly manifestCid: ManifestCid
  readonly manifest: Manifest
  readonly origin: 'upload' | 'fetch'
  readonly addedAtMs: number
  readonly blockCount: number
  /** Blocks that are here; equal to `blockCount` when complete. */
  readonly haveCount: number
  /** False where it may go when room is needed. Unless somebody said otherwise, uploads are pinned and fetches are not. */
  readonly isPinned: boolean
  /** When it was added, or `noteUses` said that it was used. */
  readonly lastUsedAtMs: number
}

export interface NewDataset {
  readonly manifestCid: ManifestCid
  readonly manifestBytes: Uint8Array
  /** “fetch” where it is not given; another one for what comes back from a backup. */
  readonly origin?: DatasetEntry['origin'] | undefined
  /** Now where it is not given. */
  readonly addedAtMs?: number | undefined
}

export interface DatasetUse {
  readonly manifestCid: ManifestCid
  readonly atMs: number
}

/** needed: something did not fit · low: less was free than `keepFree` asks for. */
export type EvictionReason = 'needed' | 'low'

/** Which datasets may go when room is needed. */
export interface EvictionPolicy {
  /** Called for what is not pinned, also just before it goes; decides at once, and changes nothing. */
  mayEvict(entry: DatasetEntry, reason: EvictionReason): boolean
  /** Where it is later than the entry says. */
  lastUsedAtMs(entry: DatasetEntry): number
  /** They can be read no more; their space is free a little later. */
  onGone(entries: readonly DatasetEntry[]): void
  /** All that went in one go, with its space free; those not used for longest first. */
  onEvicted(evicted: readonly DatasetEntry[], reason: EvictionReason): void
}

export interface StoreSpace {
  /** Each distinct block once, padded, plus manifests. */
  readonly usedBytes: number
  readonly blockCount: number
  /** What the backend lets us use in all, ours included. */
  readonly quotaBytes: number
  /** What still fits, by the backend’s own word. */
  readonly freeBytes: number
}

/** What a file is recognised by before its bytes are read; the bytes decide all the same. */
export interface UploadFile {
  readonly name: string
  readonly sizeBytes: number
  readonly lastModifiedMs: number
}

/** An upload that a crash, a closed page or `suspend` cut off. */
export interface InterruptedUpload {
  /** Never used twice in a store. */
  readonly id: number
  readonly file: UploadFile
  readonly blockSizeBytes: number
  readonly blockCount: number
  /** Blocks that need not be written again where the file is the same. */
  readonly storedCount: number
  /** When it was begun or resumed. */
  readonly lastUsedAtMs: number
}

/** An upload on its way; nothing of it is visible before `commit`. */
export interface UploadSession {
  readonly id: number
  /** Blocks that were here when the session began; 0 unless it was resumed. */
  readonly storedCount: number
  /**
   * Stores a group of blocks in one transaction; groups may be put at the same time. A block that is here with the same
   * digest is skipped, one with another digest is replaced. Errors: `ERR_STORE_FULL`, `ERR_STORE_FAILED`.
   */
  put(blocks: readonly IndexedBlock[], options?: AbortOptions): Promise<void>
  /**
   * Makes the dataset visible in one transaction.
   *
   * `nodes` is the whole tree, layer by layer from the leaves to the root, 32 bytes a node (`merkle/tree.ts`).
   */
  commit(dataset: { manifestCid: ManifestCid; manifestBytes: Uint8Array; nodes: Uint8Array }): Promise<DatasetEntry>
  /** Frees what was put. Safe to call after a failed `put`, and twice. */
  discard(): Promise<void>
  /** Lets go of the upload and keeps what was put for `resumeUpload`; without a `file`, discards it. */
  suspend(): Promise<void>
}

export interface BlockStore {
  /**
   * Opens the backend. What a crash left half-made is invisible from the beginning and freed in the background, in bounded
   * transactions; one store at a time may be open on a database.
   *
   * Errors: `ERR_STORE_UNAVAILABLE` (browser), `ERR_STORE_FOLDER_UNUSABLE`, `ERR_STORE_IN_USE` (Node).
   */
  start(options?: AbortOptions): Promise<void>
  /** Lets what runs end, freeing stops after its step; a later `start` goes on. */
  stop(): Promise<void>

  /**
   * Starts an upload; where `sizeBytes` is known and cannot fit, refuses before anything is written. With a `file`, what it
   * stores outlives a crash or `suspend` for seven days, the newest eight of them.
   *
   * Errors: `ERR_STORE_FULL` with details `neededBytes`, `freeBytes`.
   */
  beginUpload(
    init: { blockSizeBytes: number; sizeBytes?: number | undefined; file?: UploadFile | undefined },
    options?: AbortOptions,
  ): Promise<UploadSession>
  /** Uploads that nobody works on and that `resumeUpload` can go on with, the newest first. */
  listInterruptedUploads(): Promise<InterruptedUpload[]>
  /**
   * Goes on with an upload; undefined where it is not here or is being worked on. The caller puts every block again.
   *
   * Errors: `ERR_STORE_FULL` (the rest cannot fit).
   */
  resumeUpload(id: number, options?: AbortOptions): Promise<UploadSession | undefined>
  /** Frees an interrupted upload. False where it is not here or is being worked on. */
  discardUpload(id: number): Promise<boolean>

  /**
   * Enters a dataset to be fetched; a dataset already here is returned as it is, blocks of the same tree count at once.
   *
   * Errors: `ERR_STORE_FULL` (its missing blocks cannot fit), `ERR_MANIFEST_INVALID`.
   */
  addDataset(dataset: NewDataset, options?: AbortOptions): Promise<DatasetEntry>

  /** Stores verified blocks in one transaction; blocks already here are left as they are. Errors: `ERR_STORE_FULL`, `ERR_DATASET_NOT_FOUND`. */
  putBlocks(treeCid: TreeCid, blocks: readonly ProvenBlock[], options?: AbortOptions): Promise<void>

  /** The blocks of `indices` that are here, in the order asked; the others are left out. */
  getBlocks(treeCid: TreeCid, indices: readonly number[], options?: AbortOptions): Promise<IndexedBlock[]>

  /** The same with their proofs’ paths. */
  getProvenBlocks(treeCid: TreeCid, indices: readonly number[], options?: AbortOptions): Promise<ProvenBlock[]>

  /** Which blocks of a tree are here, a copy; undefined for a tree that is not here at all. */
  presence(treeCid: TreeCid): Promise<BlockSet | undefined>

  /** A manifest’s bytes as they were stored. */
  getManifest(manifestCid: ManifestCid): Promise<Uint8Array | undefined>
  getDataset(manifestCid: ManifestCid): Promise<DatasetEntry | undefined>
  /** Newest first. */
  listDatasets(): Promise<DatasetEntry[]>
  /**
   * Resolves when its space is free; the dataset is invisible long before. False where it was not here. A crash in the
   * middle is finished by the next `start`.
   */
  deleteDataset(manifestCid: ManifestCid): Promise<boolean>
  /** Kept over restarts, durably. False where it is not here. */
  setPinned(manifestCid: ManifestCid, isPinned: boolean): Promise<boolean>
  /**
   * Notes when datasets were used last, all in one transaction; those that are not here are left out, and earlier times than
   * those noted change nothing. For callers to gather: a note for each read would cost a write each.
   */
  noteUses(uses: readonly DatasetUse[]): Promise<void>
  space(): Promise<StoreSpace>
  /**
   * Lets datasets that are not pinned go where an upload, a fetch or a write does not fit, before it is refused. Where all that
   * may go would not be enough, an upload or a dataset is refused with nothing gone. Nothing goes without a policy.
   */
  setEviction(policy: EvictionPolicy | undefined): void
  /** Lets go of what may go until `freeBytes` are free, as far as that goes. */
  keepFree(freeBytes: number): Promise<void>
}
