/** The messages of a channel before or after a place, merged from all archives that reach there, each message once. */
import type { MessageId } from '../ids.ts'
import type { CommunityState, PageOf } from './community-state.ts'
import type { HistoryRecords } from './history-records.ts'
import { LIVE_SEGMENT } from './keys.ts'
import type { Page } from './page-record.ts'

/** A place in a channel; a message’s own is its clock and id, and an empty id lies before all messages of a clock. */
export interface Position {
  readonly clockMs: number
  readonly id: string
}

/** A copy of a message. */
export interface Copy {
  readonly segment: number
  readonly page: Page
  readonly slot: number
}

export interface Item extends Position {
  readonly id: MessageId
  /** One for each archive that has it; the one to show is first. */
  readonly copies: readonly Copy[]
}

export interface Window {
  /** Oldest first. */
  readonly items: readonly Item[]
  readonly isMore: boolean
}

export interface WindowQuery {
  readonly channel: number
  readonly from: Position
  /** older: before `from` · newer: after it, or at it with `isInclusive`. */
  readonly direction: 'older' | 'newer'
  readonly isInclusive?: boolean | undefined
  readonly limit: number
}

export async function readWindow(records: HistoryRecords, state: CommunityState, query: WindowQuery): Promise<Window> {
  const isOlder = query.direction === 'older'
  const pages = state
    .pagesOf(query.channel)
    .filter(({ ref }) => (isOlder ? ref.firstClockMs <= query.from.clockMs : ref.lastClockMs >= query.from.clockMs))
    .sort((a, b) => (isOlder ? b.ref.lastClockMs - a.ref.lastClockMs : a.ref.firstClockMs - b.ref.firstClockMs))
  const items = new Map<MessageId, Item>()
  let read = 0
  while (read < pages.length && !isEnough(items, query, pages[read])) {
    const group = nextPages(pages.slice(read), query.limit + 1 - items.size)
    read += group.length
    const loaded = await loadPages(records, state, group)
    for (const [i, page] of loaded.entries()) {
      const segment = group[i]?.segment ?? LIVE_SEGMENT
      if (page !== undefined) collect(items, { segment, page, query })
    }
  }
  const sorted = [...items.values()].sort(comparePositions)
  const isMore = sorted.length > query.limit
  return { items: isOlder ? sorted.slice(-query.limit) : sorted.slice(0, query.limit), isMore }
}

export function comparePositions(a: Position, b: Position): number {
  return a.clockMs - b.clockMs || (a.id === b.id ? 0 : a.id < b.id ? -1 : 1)
}

async function loadPages(
  records: HistoryRecords,
  state: CommunityState,
  group: readonly PageOf[],
): Promise<(Page | undefined)[]> {
  const stored = group.filter(({ segment }) => !state.previews.has(segment))
  const addresses = stored.map(({ segment, ref }) => ({ segment, page: ref.number }))
  const pages = new Map((await records.pages(state.community, addresses)).map((page, i) => [stored[i], page]))
  return group.map((of) => state.previews.get(of.segment)?.pages.get(of.ref.number) ?? pages.get(of))
}

/** As many pages as should do, for they are read at once. */
function nextPages(pages: readonly PageOf[], wanted: number): PageOf[] {
  let count = 0
  const end = pages.findIndex(({ ref }) => (count += ref.count) >= wanted)
  return pages.slice(0, end < 0 ? pages.length : end + 1)
}

/** Whether no page that was not read can have one that belongs among the first `limit + 1`. */
function isEnough(items: ReadonlyMap<MessageId, Item>, query: WindowQuery, next: PageOf | undefined): boolean {
  if (items.size <= query.limit || next === undefined) return false
  const clocks = [...items.values()].map(({ clockMs }) => clockMs).sort((a, b) => a - b)
  if (query.direction === 'older') return next.ref.lastClockMs < (clocks.at(-1 - query.limit) ?? -Infinity)
  return next.ref.firstClockMs > (clocks[query.limit] ?? Infinity)
}

function collect(
  items: Map<MessageId, Item>,
  { segment, page, query }: { segment: number; page: Page; query: WindowQuery },
): void {
  for (const slot of slotsOf(page, query)) {
    const [clockMs, id] = [page.clockAt(slot), page.idAt(slot)]
    const order = comparePositions({ clockMs, id }, query.from)
    const isWanted = query.direction === 'older' ? order < 0 : order > 0 || (query.isInclusive === true && order === 0)
    if (!isWanted) continue
    const copy = { segment, page, slot }
    const known = items.get(id)
    if (known === undefined) items.set(id, { clockMs, id, copies: [copy] })
    // What an archive says of it goes before what came live; of two archives the one that was read first is shown.
    else items.set(id, { ...known, copies: [...known.copies, copy].sort(compareCopies) })
  }
}

function compareCopies(a: Copy, b: Copy): number {
  if (a.segment === LIVE_SEGMENT || b.segment === LIVE_SEGMENT) return b.segment - a.segment
  return a.segment - b.segment
}

/** Only ids of messages that can be wanted are decoded: at most `limit + 1` of a page. */
function slotsOf(page: Page, { direction, from, limit }: WindowQuery): number[] {
  let [low, high] = [0, page.count]
  const isBefore = (clockMs: number): boolean =>
    direction === 'older' ? clockMs <= from.clockMs : clockMs < from.clockMs
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore(page.clockAt(middle))) low = middle + 1
    else high = middle
  }
  // `from` itself, or others of its clock, may be among them.
  const most = limit + 1 + sameClocks(page, from.clockMs)
  const [first, last] = direction === 'older' ? [Math.max(0, low - most), low] : [low, Math.min(page.count, low + most)]
  return Array.from({ length: last - first }, (_, i) => first + i)
}

function sameClocks(page: Page, clockMs: number): number {
  let count = 0
  for (let slot = 0; slot < page.count; slot++) if (page.clockAt(slot) === clockMs) count++
  return count
}
