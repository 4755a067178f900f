/**
 * The history service of a node, whatever the node’s store and network are.
 *
 *   databases (history, live) ──▶ settings ──▶ key rings ──▶ timeline, live envelopes ──▶ HistoryService
 */
import type { HistoryClock } from '../../history/clock.ts'
import { systemClock } from '../../history/clock.ts'
import { loadSecp256k1 } from '../../history/crypto/secp256k1.ts'
import type { ExportFile } from '../../history/export/export-span.ts'
import { ArchiveQuota } from '../../history/follow/archive-quota.ts'
import { GroupKeyRing } from '../../history/keys/group-key-ring.ts'
import { KeyRing } from '../../history/keys/key-ring.ts'
import { KeptEnvelopes } from '../../history/live/kept-envelopes.ts'
import type { LiveTable } from '../../history/live/live-keys.ts'
import type { AbortOptions, HistoryDatasets, HistoryNetwork } from '../../history/ports.ts'
import { TimelineDatabase } from '../../history/timeline/timeline-database.ts'
import type { HistoryKv } from '../../store/history-kv.ts'
import type { Kv } from '../../store/kv.ts'
import type { NetworkLog } from '../node-parts.ts'
import { stopEach } from '../stop-each.ts'
import { EnvelopeMaker } from './envelope-maker.ts'
import { HistoryService } from './history-service.ts'
import { KvHistorySettings } from './history-settings.ts'
import { liveOpener } from './open-live.ts'

const DEFAULT_TOTAL_QUOTA_BYTES = 20 * 1024 ** 3

export interface HistoryComponents {
  readonly datasets: HistoryDatasets
  readonly network: HistoryNetwork
  /** What was said, keys and settings. */
  readonly kv: HistoryKv
  /** Envelopes of the last 30 days; apart, since keepers have it without the other. */
  readonly liveKv: Kv<LiveTable>
  readonly shareAddresses: () => readonly string[]
  readonly isOffline: () => boolean
  /** Where exported files go. */
  readonly writeFile: (file: ExportFile, options: AbortOptions) => Promise<File>
  readonly clock?: HistoryClock | undefined
  readonly log: NetworkLog
}

export interface RunningHistory {
  readonly history: HistoryService
  /** To be called before the node stops. */
  readonly stop: () => Promise<void>
}

/** Starts the history service of a node that has started. Errors: `ERR_STORE_UNAVAILABLE`, `ERR_STORE_FAILED`. */
export async function startHistory(components: HistoryComponents): Promise<RunningHistory> {
  const { kv, liveKv, clock = systemClock, log } = components
  const timeline = new TimelineDatabase({ kv })
  const close = (): Promise<void> => stopEach([() => timeline.stop(), () => liveKv.close()], log)
  try {
    await timeline.start()
    await liveKv.open()
    const settings = new KvHistorySettings(kv)
    const keyRing = new KeyRing({ curve: await loadSecp256k1(), settings })
    const groupKeys = new GroupKeyRing(settings)
    await keyRing.start()
    await groupKeys.start()
    const openLive = liveOpener({ groupKeys })
    const history = new HistoryService({
      ...components,
      kept: new KeptEnvelopes(liveKv),
      settings,
      keyRing,
      groupKeys,
      timeline,
      openLive,
      quota: new ArchiveQuota(DEFAULT_TOTAL_QUOTA_BYTES),
      maker: new EnvelopeMaker({ groupKeys, nowMs: () => clock.nowMs() }),
      clock,
    })
    await history.start()
    const stop = async (): Promise<void> => {
      await stopEach([() => history.stop(), async () => keyRing.stop(), close], log)
    }
    return { history, stop }
  } catch (error) {
    await close()
    throw error
  }
}
