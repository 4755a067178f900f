/** What the history service stands on; made by `create-history.ts`. */
import type { HistoryClock } from '../../history/clock.ts'
import type { ExportFile } from '../../history/export/export-span.ts'
import type { ArchiveQuota } from '../../history/follow/archive-quota.ts'
import type { GroupKeyRing } from '../../history/keys/group-key-ring.ts'
import type { KeyRing } from '../../history/keys/key-ring.ts'
import type { OpenLive } from '../../history/live/live-types.ts'
import type { KeptEnvelopes } from '../../history/live/kept-envelopes.ts'
import type { AbortOptions, HistoryDatasets, HistoryNetwork, HistorySettings } from '../../history/ports.ts'
import type { TimelineDatabase } from '../../history/timeline/timeline-database.ts'
import type { HistoryKv } from '../../store/history-kv.ts'
import type { NetworkLog } from '../node-parts.ts'
import type { EnvelopeMaker } from './envelope-maker.ts'

export interface HistoryParts {
  readonly datasets: HistoryDatasets
  readonly network: HistoryNetwork
  /** Open while the service runs, as are the others. */
  readonly kv: HistoryKv
  readonly kept: KeptEnvelopes
  readonly settings: HistorySettings
  readonly keyRing: KeyRing
  readonly groupKeys: GroupKeyRing
  readonly timeline: TimelineDatabase
  readonly openLive: OpenLive
  /** How much archives of all communities may take. */
  readonly quota: ArchiveQuota
  readonly maker: EnvelopeMaker
  readonly clock: HistoryClock
  /** Addresses under which others reach this device now, best first. */
  readonly shareAddresses: () => readonly string[]
  readonly isOffline: () => boolean
  /** Where exported files go. */
  readonly writeFile: (file: ExportFile, options: AbortOptions) => Promise<File>
  readonly log: NetworkLog
}
