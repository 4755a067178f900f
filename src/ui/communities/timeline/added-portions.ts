/** A page that is added at an end of the window in portions, each of which is drawn in a frame of its own. */
import type { TimelinePage } from '../../../rpc/history-api.ts'
import { newerCursorOf, olderCursorOf, withNewer, withOlder } from './timeline-window.ts'
import type { TimelineWindow } from './timeline-window.ts'

/** Drawing so many rows takes well under a frame. */
const PORTION_ROWS = 8

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
