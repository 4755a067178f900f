/** The end of a run: what its archives hold waits no longer. Read from the archives, so that a run cut short can be ended later. */
import { parseManifestCid } from '../../codec/cid.ts'
import { archiveMessages } from '../../codec/history/archive.ts'
import type { AbortOptions, HistoryDatasets } from '../ports.ts'
import type { EnvelopeLog } from './message-source.ts'
import type { PublishJournal } from './publish-journal.ts'

interface MarkComponents {
  readonly datasets: HistoryDatasets
  readonly journal: PublishJournal
  readonly log: EnvelopeLog
  readonly unseal: (bytes: Uint8Array) => Promise<Uint8Array>
}

/**
 * Marks what the archives of the last run hold, where that has not been done; an abort leaves the rest to the next run.
 *
 * One that cannot be read is passed over: its messages are archived once more, and members drop what they have twice.
 * Errors: `ERR_STORE_FULL`, `ERR_STORE_FAILED`.
 */
export async function markArchived(components: MarkComponents, { signal }: AbortOptions): Promise<void> {
  const { datasets, journal, log, unseal } = components
  const { unmarked } = journal.record
  for (const cid of unmarked) {
    signal?.throwIfAborted()
    const plain = await datasets
      .read(parseManifestCid(cid), { signal })
      .then(unseal)
      .catch(() => undefined)
    if (plain === undefined) continue
    const keys = [...archiveMessages(plain)].map(({ timestampSeconds, hash }) => ({ timestampSeconds, hash }))
    await log.markArchived(keys)
  }
  if (unmarked.length > 0) await journal.update({ unmarked: [] })
}
