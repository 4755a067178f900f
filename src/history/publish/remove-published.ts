import type { HistoryKv } from '../../store/history-kv.ts'
import type { CommunityId } from '../ids.ts'
import type { HistorySettings } from '../ports.ts'
import { communityRange } from './envelope-keys.ts'

/** Records that are deleted at once; others get their turn in between. */
const RECORDS_AT_ONCE = 1_000

/** What an owner’s device remembers of a community that it leaves: messages that wait, imports, and what was published. */
export async function removePublished(
  { kv, settings }: { readonly kv: HistoryKv; readonly settings: HistorySettings },
  community: CommunityId,
): Promise<void> {
  for (const name of ['publish', 'publish-search', 'owner-log']) await settings.delete(`${name}/${community}`)
  const range = { ...communityRange(community), limit: RECORDS_AT_ONCE }
  for (;;) {
    const deleted = await kv.write(async (tx) => {
      const keys = await tx.keys('envelopes', range)
      for (const key of keys) tx.delete('envelopes', key)
      return keys.length
    })
    if (deleted < RECORDS_AT_ONCE) return
  }
}
