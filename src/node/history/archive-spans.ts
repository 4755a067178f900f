import type { FollowedArchive } from '../../history/follow/follow-state.ts'
import type { ArchiveSpan, GapReason } from '../../history/timeline/types.ts'
import type { ShownPart } from './archive-timeline-reader.ts'
import { archiveView } from './community-view.ts'

/** How long keepers and members keep what was said outside of archives. Source: facts §2. */
const LIVE_MS = 30 * 24 * 3_600_000

interface Standing {
  readonly linkClockMs: number | undefined
  readonly nowMs: number
  /** Of the archive that is being read. */
  readonly shown: ShownPart | undefined
}

type Span = Pick<ArchiveSpan, 'fromMs' | 'toMs'>

/**
 * What is held and what is not, for the timeline’s gaps; with what was said since the owner published last, and so long ago
 * that nobody keeps it outside of archives.
 */
export function archiveSpans(
  archives: readonly FollowedArchive[],
  { linkClockMs, nowMs, shown }: Standing,
): ArchiveSpan[] {
  const spans = archives.flatMap((archive): ArchiveSpan[] => {
    const { fromMs, toMs, state } = archiveView(archive)
    if (state === 'held' && !archive.isRead) return spansInReading({ fromMs, toMs }, partOf(archive, shown))
    return [{ fromMs, toMs, state: state === 'known' ? 'not-fetched' : (state satisfies GapReason | 'held') }]
  })
  const liveFromMs = nowMs - LIVE_MS
  if (linkClockMs === undefined || linkClockMs >= liveFromMs) return spans
  return [...spans, { fromMs: linkClockMs, toMs: liveFromMs, state: 'not-published' }]
}

function partOf({ entry }: FollowedArchive, shown: ShownPart | undefined): Span | undefined {
  return shown?.archiveId === entry.id && shown.fromMs < shown.toMs ? shown : undefined
}

/** What is shown of it already is no gap, so that a jump to it lands there. */
function spansInReading({ fromMs, toMs }: Span, part: Span | undefined): ArchiveSpan[] {
  if (part === undefined) return [{ fromMs, toMs, state: 'fetching' }]
  const spans: ArchiveSpan[] = [
    { fromMs, toMs: part.fromMs, state: 'fetching' },
    { fromMs: part.fromMs, toMs: part.toMs, state: 'held' },
    { fromMs: part.toMs, toMs, state: 'fetching' },
  ]
  return spans.filter((span) => span.fromMs < span.toMs)
}
