/** Spans of time that are published, or should be, and are not here. */
import type { ArchiveSpan, GapReason, TimelineGap } from './types.ts'

/** Joined where they touch, for the same reason, with nothing held between them; oldest first. */
export function gapsOf(spans: readonly ArchiveSpan[]): TimelineGap[] {
  const sorted = [...spans].sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs)
  const gaps: TimelineGap[] = []
  let heldToMs = -Infinity
  for (const span of sorted) {
    if (span.state === 'held') {
      heldToMs = Math.max(heldToMs, span.fromMs)
      continue
    }
    const reason: GapReason = span.state === 'known' ? 'not-fetched' : span.state
    const before = gaps.findLast((gap) => gap.reason === reason)
    const isSame = before !== undefined && before === gaps.at(-1) && heldToMs < before.toMs
    const isTwin = before !== undefined && before.fromMs === span.fromMs
    if (before !== undefined && (isSame || isTwin)) {
      const toMs = Math.max(before.toMs, span.toMs)
      gaps[gaps.indexOf(before)] = { ...before, toMs, archiveCount: before.archiveCount + 1 }
    } else gaps.push({ kind: 'gap', id: '', fromMs: span.fromMs, toMs: span.toMs, reason, archiveCount: 1 })
  }
  return gaps.map((gap, i) => {
    const isAlone = gaps.findIndex(({ fromMs }) => fromMs === gap.fromMs) === i
    return { ...gap, id: isAlone ? `gap ${gap.fromMs}` : `gap ${gap.fromMs} ${gap.reason}` }
  })
}
