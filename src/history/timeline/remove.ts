/** Freeing what was evicted, left, or left half-made by a crash. */
import { HISTORY_TABLES, type HistoryKv, type HistoryTable } from '../../store/history-kv.ts'
import type { KvWriter } from '../../store/kv.ts'
import type { ArchiveId, CommunityId } from '../ids.ts'
import type { AbortOptions } from '../ports.ts'
import { termsTime } from './archive-ingest.ts'
import type { CommunityState } from './community-state.ts'
import type { HistoryRecords } from './history-records.ts'
import { communityKey, metaKey, metaRange, numberInKey, numberedKey, rangeOf, termsKey } from './keys.ts'
import type { TimelineChange } from './types.ts'

const BY_SEGMENT = [
  'segments',
  'pages',
  'effects',
  'ids',
  'filters',
  'blobs',
] as const satisfies readonly HistoryTable[]
const KEYS_A_STEP = 1000

/** Undefined where it was not there. */
export async function removeArchive(
  { records, state }: { records: HistoryRecords; state: CommunityState },
  archiveId: ArchiveId,
): Promise<TimelineChange | undefined> {
  return state.changes.run(async () => {
    const segment = state.segmentOf(archiveId)
    if (segment === undefined) return undefined
    const { number, fromMs, toMs, pages } = segment
    await records.kv.write(async (tx) => {
      const fromS = termsTime(fromMs)
      for (const bucket of segment.termBuckets) {
        tx.delete('terms', termsKey(state.community, { bucket, fromS, segment: number }))
      }
      await deleteSegment(tx, state.community, number)
    })
    state.remove(number)
    records.forgetSegment(state.community, number)
    for (const { number: page } of pages) records.notePage(state.community, { segment: number, page }, undefined)
    await state.noteFilter(number, undefined)
    const channelIds = [...new Set(pages.map(({ channel }) => state.channelAt(channel)))]
    return { communityId: state.community, channelIds, fromMs, toMs }
  })
}

/** Records of archives that a crash or an abort left half-written. */
export async function cleanUp(kv: HistoryKv, community: CommunityId): Promise<void> {
  const left = await kv.read((tx) => tx.keys('meta', metaRange(community, 'reading')))
  for (const key of left) {
    const number = numberInKey(key, 1)
    await kv.write(async (tx) => {
      const terms = await tx.keys('terms', rangeOf(communityKey(community)))
      for (const term of terms) if (numberOfTerm(term) === number) tx.delete('terms', term)
      await deleteSegment(tx, community, number)
      tx.delete('meta', metaKey(community, 'reading', number))
    })
  }
}

export async function removeCommunity(kv: HistoryKv, community: CommunityId, { signal }: AbortOptions): Promise<void> {
  for (const table of HISTORY_TABLES) {
    // Envelopes and settings are others’.
    if (table === 'envelopes' || table === 'settings') continue
    for (let isMore = true; isMore;) {
      signal?.throwIfAborted()
      isMore = await kv.write(async (tx) => {
        const keys = await tx.keys(table, { ...rangeOf(communityKey(community)), limit: KEYS_A_STEP })
        for (const key of keys) tx.delete(table, key)
        return keys.length === KEYS_A_STEP
      })
    }
  }
}

async function deleteSegment(tx: KvWriter<HistoryTable>, community: CommunityId, number: number): Promise<void> {
  const range = rangeOf(numberedKey(community, number))
  const keys = await Promise.all(BY_SEGMENT.map(async (table) => tx.keys(table, range)))
  for (const [i, table] of BY_SEGMENT.entries()) for (const key of keys[i] ?? []) tx.delete(table, key)
}

function numberOfTerm(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(38)
}
