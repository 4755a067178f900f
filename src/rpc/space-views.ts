/** What a page hears of space: what went to make room, and how a backup that is made or read comes along. */
import type { CidText, ErrorView } from './call-types.ts'

export interface SpaceView {
  /**
   * All that is stored, each distinct block once. What of it is neither pinned nor cached are archives of communities, which
   * have quotas of their own, and uploads that were cut off.
   */
  readonly usedBytes: number
  readonly quotaBytes: number
  readonly freeBytes: number
  readonly blockCount: number
  /** Of datasets that stay until a person removes them. Content that several datasets share counts once, as pinned. */
  readonly pinnedBytes: number
  /** Of datasets that may go by themselves when room is needed. */
  readonly cachedBytes: number
  readonly isPersistent?: boolean | undefined
}

/** A dataset that went by itself because room was needed. Its link fetches it again where somebody has it. */
export interface EvictedView {
  readonly cid: CidText
  readonly name?: string | undefined
  /** What of it was here. */
  readonly sizeBytes: number
  readonly lastUsedAtMs: number
}

/** Datasets that went in one go, those not used for longest first. */
export interface EvictionView {
  readonly evicted: readonly EvictedView[]
  /** needed: an upload, a fetch or a backup did not fit · low: what the browser allows was nearly used up. */
  readonly reason: 'needed' | 'low'
  readonly atMs: number
}

export interface ExportOptions {
  /** True to have the keys in it: of this device, of its person, and of the communities that it owns or reads. */
  readonly withKeys?: boolean | undefined
  /** Locks the keys. Without it whoever has the file has the keys. */
  readonly passphrase?: string | undefined
}

export interface ImportOptions {
  /** Where the keys in the backup are locked. */
  readonly passphrase?: string | undefined
  /**
   * True to take over the identity of the device that made the backup, from the next start on, so that its links find this one.
   * Two devices must not run under one identity at a time.
   */
  readonly takesPeerKey?: boolean | undefined
}

/** A backup that is being made or read, or how that ended. */
export interface BackupView {
  readonly id: string
  readonly kind: 'export' | 'import'
  readonly state: 'running' | 'done' | 'cancelled' | 'failed'
  readonly doneBytes: number
  /** Undefined while it is not known. */
  readonly totalBytes?: number | undefined
  readonly doneDatasets: number
  readonly totalDatasets?: number | undefined
  readonly startedAtMs: number
  /** Where it failed. */
  readonly error?: ErrorView | undefined
}

/** What became of one dataset of a backup. */
export interface ImportedDatasetView {
  readonly cid: CidText
  readonly name?: string | undefined
  readonly sizeBytes: number
  /**
   * added: all that the backup has of it is here now · known: it was here, all of it · damaged: some blocks were not what its
   * tree says and were left out · refused: `error` says why.
   */
  readonly outcome: 'added' | 'known' | 'damaged' | 'refused'
  readonly addedBlocks: number
  readonly damagedBlocks: number
  readonly error?: ErrorView | undefined
}

/** What an import did. Whatever it says, nothing that was here before was lost. */
export interface ImportReportView {
  /** When the backup was made. */
  readonly madeAtMs: number
  /** False where it broke off: `error` says why, and what came before is here. */
  readonly isWhole: boolean
  readonly error?: ErrorView | undefined
  /** Those of a person, without the archives of communities; at most 1,000, those that need a word first. */
  readonly datasets: readonly ImportedDatasetView[]
  readonly datasetCount: number
  readonly archiveCount: number
  readonly addedBlocks: number
  readonly damagedBlocks: number
  /** Communities that are followed now. */
  readonly communities: readonly {
    readonly id: string
    readonly name: string
    readonly error?: ErrorView | undefined
  }[]
  readonly keys: {
    /** none: it has none · locked: the passphrase is missing or wrong, nothing was taken · taken. */
    readonly state: 'none' | 'locked' | 'taken'
    readonly addedCount: number
    readonly knownCount: number
    /** Those that could not be taken, e.g. because another person’s key is in use here. */
    readonly refused: readonly { readonly what: string; readonly error: ErrorView }[]
    /** none: it has none · same: it is this device’s · left: it was not asked for · taken: from the next start on. */
    readonly peerKey: 'none' | 'same' | 'left' | 'taken'
  }
}
