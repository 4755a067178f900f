import type { HistoryClock } from '../clock.ts'
import type { CommunityId } from '../ids.ts'
import type { HistoryDatasets, HistorySettings } from '../ports.ts'
import type { ArchiveQuota } from './archive-quota.ts'
import type { ArchiveReader } from './archive-reader.ts'
import type { Patience } from './index-fetcher.ts'

export const DEFAULT_PATIENCE = { patienceMs: 20_000, stallMs: 30_000 }

export interface FollowerComponents {
  readonly datasets: HistoryDatasets
  readonly settings: HistorySettings
  readonly reader: ArchiveReader
  /** Opens sealed indexes, gives others back as they are: `crypto/archive-seal`. Errors: `ERR_GROUP_KEY_MISSING` with `keyId` in its details. */
  readonly unseal: (bytes: Uint8Array) => Promise<Uint8Array>
  /** One for all communities of the device; without it only the community’s own quota counts. */
  readonly quota?: ArchiveQuota | undefined
  /** What `PublishedSearches` holds for the community: a part of its quota. */
  readonly searchBytes?: (() => number) | undefined
  readonly clock?: HistoryClock | undefined
}

export interface FollowerInit {
  readonly community: CommunityId
  /** Owners keep everything, and nothing of theirs is evicted. */
  readonly isOwner?: boolean | undefined
  readonly patience?: Patience | undefined
}
