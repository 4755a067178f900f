/** The archives of a made-up community, and the gaps that those leave which are not held. */
import type { ArchiveView, GapReason, GapView } from '../../rpc/history-api.ts'
import { fakeCid } from './fake-datasets.ts'
import { hexOf, WEEK_MS } from './history-messages.ts'

const REASONS: Record<Exclude<ArchiveView['state'], 'held'>, GapReason> = {
  known: 'not-fetched',
  fetching: 'fetching',
  'missing-key': 'missing-key',
  'nobody-has-it': 'nobody-has-it',
  damaged: 'damaged',
}

/** The gaps that archives leave, oldest first; neighbours with one reason are one. */
export function gapsOf(archives: readonly ArchiveView[]): GapView[] {
  const gaps: GapView[] = []
  for (const { state, fromMs, toMs } of archives.toReversed()) {
    if (state === 'held') continue
    const before = gaps.at(-1)
    const reason = REASONS[state]
    if (before?.toMs === fromMs && before.reason === reason) {
      gaps[gaps.length - 1] = { ...before, toMs, archiveCount: before.archiveCount + 1 }
    } else gaps.push({ kind: 'gap', id: `gap-${fromMs}`, fromMs, toMs, reason, archiveCount: 1 })
  }
  return gaps
}

/** The archive of the week that ends at `toMs`. */
export function archiveOf({
  seed,
  at,
  toMs,
  state,
}: {
  seed: number
  at: number
  toMs: number
  state: ArchiveView['state']
}): ArchiveView {
  const sizeBytes = 180_000 + ((at * 7919) % 90) * 9_000
  return {
    archiveId: hexOf(seed * 9_001 + at, 32),
    cid: fakeCid(seed * 300 + at),
    fromMs: toMs - WEEK_MS,
    toMs,
    state,
    doneBytes: state === 'held' ? sizeBytes : state === 'fetching' ? Math.floor(sizeBytes * 0.4) : 0,
    sizeBytes: state === 'known' ? undefined : sizeBytes,
    messageCount: state === 'held' ? 90 + ((at * 31) % 70) : undefined,
  }
}
