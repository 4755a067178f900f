/**
 * The part of a channel that the page holds: pages of rows, one after the other, a few hundred rows at most.
 *
 *   older pages ─▶ [ page │ page │ page ] ◀─ newer pages        what is far from the reader falls off at the other end
 *
 * Pages stay whole, because only the ends of a page have cursors.
 */
import type { TimelinePage, TimelineRow } from '../../../rpc/history-api.ts'

export interface TimelineWindow {
  readonly pages: readonly TimelinePage[]
  readonly rows: readonly TimelineRow[]
}

export const EMPTY_WINDOW: TimelineWindow = { pages: [], rows: [] }
/** Above this, pages fall off that the reader does not see. */
const MAX_ROWS = 240

/** A window of one page, whose rows are those of `before` where they say the same. */
export function windowOf(page: TimelinePage, before: TimelineWindow): TimelineWindow {
  return windowOfPages([{ ...page, rows: keepEqualRows(before.rows, page.rows) }])
}

export function olderCursorOf({ pages }: TimelineWindow): string | undefined {
  return pages[0]?.olderCursor
}

export function newerCursorOf({ pages }: TimelineWindow): string | undefined {
  return pages.at(-1)?.newerCursor
}

/** Adds what is older; `readingId` is the row that must stay. */
export function withOlder(window: TimelineWindow, page: TimelinePage, readingId: string | undefined): TimelineWindow {
  const pages = [withoutKnown(page, window), ...window.pages]
  while (isTooLong(pages) && !isIn(pages.at(-1), readingId)) pages.pop()
  return windowOfPages(pages)
}

/** Adds what is newer; `readingId` is the row that must stay. */
export function withNewer(window: TimelineWindow, page: TimelinePage, readingId: string | undefined): TimelineWindow {
  const pages = [...window.pages, withoutKnown(page, window)]
  while (isTooLong(pages) && !isIn(pages[0], readingId)) pages.shift()
  return windowOfPages(pages)
}

/** From the first to the last moment of a window; undefined where it is empty. */
export function spanOf({ rows }: TimelineWindow): { readonly fromMs: number; readonly toMs: number } | undefined {
  const first = rows[0]
  const last = rows.at(-1)
  if (first === undefined || last === undefined) return undefined
  return { fromMs: first.kind === 'gap' ? first.fromMs : first.atMs, toMs: last.kind === 'gap' ? last.toMs : last.atMs }
}

function windowOfPages(pages: readonly TimelinePage[]): TimelineWindow {
  return { pages, rows: pages.flatMap((page) => page.rows) }
}

/** The reader’s page and one beside it stay, however long they are. */
function isTooLong(pages: readonly TimelinePage[]): boolean {
  return pages.length > 2 && pages.reduce((sum, page) => sum + page.rows.length, 0) > MAX_ROWS
}

function isIn(page: TimelinePage | undefined, id: string | undefined): boolean {
  return id === undefined || page === undefined || page.rows.some((row) => row.id === id)
}

/** A message that came meanwhile may stand in both; a row is drawn once. */
function withoutKnown(page: TimelinePage, window: TimelineWindow): TimelinePage {
  const known = new Set(window.rows.map(({ id }) => id))
  return { ...page, rows: page.rows.filter(({ id }) => !known.has(id)) }
}

/** Rows that say the same stay the same objects, so that they are not drawn again. */
function keepEqualRows(before: readonly TimelineRow[], after: readonly TimelineRow[]): readonly TimelineRow[] {
  const known = new Map(before.map((row) => [row.id, row]))
  return after.map((row) => {
    const old = known.get(row.id)
    return old !== undefined && isEqual(old, row) ? old : row
  })
}

/** Whether two cloneable values of plain objects, arrays and bytes are the same. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array || b instanceof Uint8Array) return isSameBytes(a, b)
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => isEqual(Reflect.get(a, key), Reflect.get(b, key)))
}

function isSameBytes(a: object, b: object): boolean {
  if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array) || a.length !== b.length) return false
  return a.every((byte, at) => byte === b[at])
}
