/**
 * Where a jump leads among the rows that are held, and what it still waits for:
 *
 *   anchor + page ─▶ the row to stand at        a gap stands there ─▶ the moment whose archive is awaited
 *
 * Days and archives begin at different hours: of a day that begins in held time, the gap within it is awaited.
 */
import type { GapView, MessageId, TimelineAnchor, TimelinePage, TimelineRow } from '../../../rpc/history-api.ts'
import { DAY_MS } from '../../format/time.ts'

/** Where the list stands after a change. */
export type Placement =
  /** What is in sight stays where it is. */
  { readonly kind: 'keep' } | { readonly kind: 'end' } | { readonly kind: 'row'; readonly id: string }

/** A jump that waits for an archive; one and the same object as long as it waits for the same moment. */
export interface Awaited {
  readonly anchor: TimelineAnchor
  /** Undefined: no gap stands there, but the message was not found. */
  readonly atMs: number | undefined
}

/** The search index of an archive that was not here names a message by the beginning of its id. */
export function foundIn({ isFound, foundId }: TimelinePage, anchor: TimelineAnchor): MessageId | undefined {
  return anchor.kind === 'message' && isFound ? (foundId ?? anchor.messageId) : undefined
}

export function isMissing({ isFound }: TimelinePage, anchor: TimelineAnchor): boolean {
  return anchor.kind === 'message' && !isFound
}

export function placementOf(anchor: TimelineAnchor, page: TimelinePage): Placement {
  const found = foundIn(page, anchor)
  if (found !== undefined) return { kind: 'row', id: found }
  const atMs = momentOf(anchor)
  const row = atMs === undefined ? undefined : rowAt(page.rows, atMs)
  return row === undefined ? { kind: 'end' } : { kind: 'row', id: row.id }
}

/** What a jump waits for; undefined where it has landed. */
export function awaitedIn(anchor: TimelineAnchor, page: TimelinePage): Awaited | undefined {
  const atMs = momentOf(anchor)
  if (foundIn(page, anchor) !== undefined) return undefined
  const row = atMs === undefined ? undefined : rowAt(page.rows, atMs)
  if (atMs !== undefined && row?.kind === 'gap' && row.reason !== 'not-published') {
    if (isWithin(row, atMs)) return { anchor, atMs }
    if (row.fromMs > atMs && row.fromMs < atMs + DAY_MS) return { anchor, atMs: row.fromMs }
  }
  return isMissing(page, anchor) ? { anchor, atMs: undefined } : undefined
}

/** The gap in which a moment lies. */
export function gapAt(rows: readonly TimelineRow[], atMs: number): GapView | undefined {
  return rows.find((row) => row.kind === 'gap' && row.reason !== 'not-published' && isWithin(row, atMs)) as
    | GapView
    | undefined
}

/**
 * Asks for what is around a row without asking for a moment that is not held: that would have it fetched.
 *
 * Undefined where no message is among the rows.
 */
export function anchorNear(rows: readonly TimelineRow[], row: TimelineRow | undefined): TimelineAnchor | undefined {
  const at = row === undefined ? rows.length : rows.findIndex(({ id }) => id === row.id)
  const message = row?.kind === 'message' ? row : (nextMessage(rows.slice(at + 1)) ?? nextMessage(before(rows, at)))
  return message === undefined ? undefined : { kind: 'message', messageId: message.id, atMs: message.atMs }
}

function before(rows: readonly TimelineRow[], at: number): readonly TimelineRow[] {
  return rows.slice(0, Math.max(0, at)).toReversed()
}

function nextMessage(rows: readonly TimelineRow[]) {
  return rows.find((row) => row.kind === 'message')
}

function momentOf(anchor: TimelineAnchor): number | undefined {
  return anchor.kind === 'time' || anchor.kind === 'message' ? anchor.atMs : undefined
}

function rowAt(rows: readonly TimelineRow[], atMs: number): TimelineRow | undefined {
  // In time that is not published yet, messages are held all the same.
  const row = rows.find((row) =>
    row.kind === 'gap' ? row.toMs > atMs && row.reason !== 'not-published' : row.atMs >= atMs,
  )
  return row ?? rows.find((row) => row.kind === 'gap' && row.toMs > atMs) ?? rows.at(-1)
}

function isWithin({ fromMs, toMs }: GapView, atMs: number): boolean {
  return fromMs <= atMs && atMs < toMs
}
