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
