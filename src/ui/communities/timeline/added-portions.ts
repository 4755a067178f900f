/** What is new in the window comes in portions, each of which is drawn in a frame of its own. */
import type { TimelinePage } from '../../../rpc/history-api.ts'
import { newerCursorOf, olderCursorOf, windowOf, withNewer, withOlder } from './timeline-window.ts'
import type { TimelineWindow } from './timeline-window.ts'

/** Drawing so many rows takes well under a frame. */
const PORTION_ROWS = 8
/** Fills a screen where there was nothing. */
const FIRST_ROWS = 24

/** The windows to be shown one after the other; `readingId` is asked when rows fall off at the other end. */
export function* olderPortions(
  before: TimelineWindow,
  page: TimelinePage,
  readingId: () => string | undefined,
): Generator<TimelineWindow> {
  const cursor = olderCursorOf(before)
  for (let from = page.rows.length - PORTION_ROWS; ; from -= PORTION_ROWS) {
    // Until all of it is shown, there is more.
    const olderCursor = from <= 0 ? page.olderCursor : cursor
    const portion = { ...page, rows: page.rows.slice(Math.max(0, from)), olderCursor }
    // What falls off at the other end does so in a frame of its own.
    const isTrimmed = from <= -PORTION_ROWS
    yield withOlder(before, portion, isTrimmed ? readingId() : undefined)
    if (isTrimmed) return
  }
}

/** As `olderPortions`, at the other end. */
export function* newerPortions(
  before: TimelineWindow,
  page: TimelinePage,
  readingId: () => string | undefined,
): Generator<TimelineWindow> {
  const cursor = newerCursorOf(before)
  for (let to = PORTION_ROWS; ; to += PORTION_ROWS) {
    const newerCursor = to >= page.rows.length ? page.newerCursor : cursor
    const portion = { ...page, rows: page.rows.slice(0, to), newerCursor }
    const isTrimmed = to >= page.rows.length + PORTION_ROWS
    yield withNewer(before, portion, isTrimmed ? readingId() : undefined)
    if (isTrimmed) return
  }
}

/**
 * The windows on the way from `before` to that of `page`, which takes its place: what is in both, and then what is new, nearest
 * to the row `centreId` first (or to the end, where there is no such row).
 */
export function* changedPortions(
  before: TimelineWindow,
  page: TimelinePage,
  centreId: string | undefined,
): Generator<TimelineWindow> {
  const whole = windowOf(page, before)
  const known = new Set(before.rows.map(({ id }) => id))
  const centre = whole.rows.findIndex(({ id }) => id === centreId)
  const farness = (at: number): number => Math.abs(at - (centre < 0 ? whole.rows.length : centre))
  const added = [...whole.rows.entries()].filter(([, { id }]) => !known.has(id))
  added.sort(([a], [b]) => farness(a) - farness(b))
  const isElsewhere = added.length === whole.rows.length
  for (let shown = isElsewhere ? FIRST_ROWS : PORTION_ROWS; shown < added.length; shown += PORTION_ROWS) {
    const later = new Set(added.slice(shown).map(([, { id }]) => id))
    yield windowOf({ ...page, rows: whole.rows.filter(({ id }) => !later.has(id)) }, before)
  }
  yield whole
}
