import type { QuireError } from '../../errors.ts'
import type { BlockStore } from '../../store/block-store.ts'
import type { DatasetAnnouncer } from '../dataset-announcer.ts'
import type { DatasetUses } from '../dataset-uses.ts'
import type { LateHistory } from '../history/late-history.ts'
import type { NodeFeed } from '../node-feed.ts'
import type { NodeParts } from '../node-parts.ts'
import type { QuietDatasets } from '../quiet-datasets.ts'
import type { UploadLimitsSetting } from '../upload-limits-setting.ts'

export type BackupHistory = Pick<
  LateHistory,
  | 'backupCommunities'
  | 'backupEnvelopes'
  | 'backupKeys'
  | 'restoreCommunity'
  | 'restoreEnvelopes'
  | 'restoreKeys'
  | 'totalQuotaBytes'
  | 'setTotalQuotaBytes'
>

/** What a backup is made of, and read into. */
export interface BackupParts extends Pick<NodeParts, 'settings' | 'log'> {
  readonly store: BlockStore
  readonly quiet: Pick<QuietDatasets, 'has' | 'add' | 'delete'>
  readonly announcer: Pick<DatasetAnnouncer, 'isAnnounced' | 'setAnnounced' | 'announce'>
  readonly uses: Pick<DatasetUses, 'protect' | 'flush' | 'now'>
  readonly uploadLimits: Pick<UploadLimitsSetting, 'limits' | 'set'>
  readonly feed: Pick<NodeFeed, 'tell' | 'mark'>
}

/** Where the key of this device’s identity lies among the settings; libp2p’s PrivateKey protobuf. */
export const PEER_KEY_SETTING = 'peer-key'

export interface BackupProgress {
  readonly doneBytes: number
  readonly totalBytes?: number | undefined
  readonly doneDatasets: number
  readonly totalDatasets?: number | undefined
}

export interface ImportedDataset {
  readonly cid: string
  readonly name?: string | undefined
  readonly sizeBytes: number
  readonly outcome: 'added' | 'known' | 'damaged' | 'refused'
  readonly addedBlocks: number
  readonly damagedBlocks: number
  readonly error?: QuireError | undefined
}

export interface ImportedKeys {
  readonly state: 'none' | 'locked' | 'taken'
  readonly addedCount: number
  readonly knownCount: number
  readonly refused: readonly { readonly what: string; readonly error: QuireError }[]
  readonly peerKey: 'none' | 'same' | 'left' | 'taken'
}

export interface ImportReport {
  readonly madeAtMs: number
  readonly isWhole: boolean
  readonly error?: QuireError | undefined
  readonly datasets: readonly ImportedDataset[]
  readonly datasetCount: number
  readonly archiveCount: number
  readonly addedBlocks: number
  readonly damagedBlocks: number
  readonly communities: readonly {
    readonly id: string
    readonly name: string
    readonly error?: QuireError | undefined
  }[]
  readonly keys: ImportedKeys
}
