/** Pages of rows for the screen: messages of a channel, and the gaps between them, from an anchor on. */
import type { MessageId } from '../ids.ts'
import type { CommunityState } from './community-state.ts'
import { completeId, findMessage } from './find-message.ts'
import { gapsOf } from './gaps.ts'
import type { HistoryRecords } from './history-records.ts'
import { type ChannelItem, type MessageRow, MessageRows } from './message-rows.ts'
import { isMessageId } from '../message/message-id.ts'
import type {
  TimelineAttachment,
  TimelineContext,
  TimelineGap,
  TimelineMessage,
  TimelinePage,
  TimelineQuery,
  TimelineRow,
} from './types.ts'
import { type Position, comparePositions, readWindow } from './windows.ts'

const MAX_ROWS = 200
const NEWEST: Position = { clockMs: Infinity, id: '' }
const CURSOR = /^(\d{1,16}):(0x[0-9a-f]{64})?$/u

interface Components {
  readonly records: HistoryRecords
  readonly state: CommunityState
}

type Entry = Position & ({ readonly item: ChannelItem } | { readonly gap: TimelineGap })

interface Side {
  readonly entries: readonly Entry[]
  readonly isMore: boolean
}

interface Anchored {
  readonly from: Position
  readonly sides: 'older' | 'newer' | 'both'
  readonly foundId?: MessageId | undefined
}

export async function readTimeline(
  components: Components,
  query: TimelineQuery,
  context: TimelineContext,
): Promise<TimelinePage> {
  const limit = Math.max(1, Math.min(MAX_ROWS, query.limit))
  const anchored = await anchorOf(components, query)
  const channel = components.state.channelNumber(query.channelId)
  const gaps = gapsOf(context.spans)
  const read = async (direction: 'older' | 'newer', most: number): Promise<Side> =>
    readSide(components, {
      channel,
      gaps,
      from: anchored.from,
      direction,
      isInclusive: anchored.sides === 'both',
      limit: most,
    })
  const nothing: Side = { entries: [], isMore: false }
  const older =
    anchored.sides === 'newer' ? nothing : await read('older', anchored.sides === 'both' ? limit >> 1 : limit)
  const newer = anchored.sides === 'older' ? nothing : await read('newer', limit - older.entries.length)
  const entries = [...older.entries, ...newer.entries]
  const isOlderMore = anchored.sides === 'newer' || older.isMore
  const isNewerMore = newer.isMore || (anchored.sides === 'older' && anchored.from !== NEWEST)
  const rows = await rowsOf(new MessageRows(components, context), entries)
  return {
    rows: rows.map(({ row }) => row),
    olderCursor: isOlderMore ? cursorOf(entries[0] ?? anchored.from) : undefined,
    newerCursor: isNewerMore ? cursorOf(entries.at(-1) ?? anchored.from) : undefined,
    isFound: anchored.foundId !== undefined,
    foundId: rows.find(({ ids }) => anchored.foundId !== undefined && ids.includes(anchored.foundId))?.row.id as
      | MessageId
      | undefined,
  }
}

/** Newest first, at most 200. */
export async function readPinned(
  components: Components,
  { channelId, context }: { channelId: string; context: TimelineContext },
): Promise<TimelineMessage[]> {
  const { records, state } = components
  const targets = [...state.pins().keys()].slice(0, 4 * MAX_ROWS)
  const found = await Promise.all(targets.map(async (id) => findMessage(records, state, id)))
  const items = found.filter((item) => item !== undefined && state.channelAt(item.channel) === channelId)
  const rows = await new MessageRows(components, context).rowsOf(items.filter((item) => item !== undefined))
  const pinned = rows.filter(({ row }) => row.isPinned).sort((a, b) => b.clockMs - a.clockMs)
  return pinned.slice(0, MAX_ROWS).map(({ row }) => row)
}

async function anchorOf({ records, state }: Components, { anchor }: TimelineQuery): Promise<Anchored> {
  switch (anchor.kind) {
    case 'newest':
      return { from: NEWEST, sides: 'older' }
    case 'before':
      return { from: positionOf(anchor.cursor), sides: 'older' }
    case 'after':
      return { from: positionOf(anchor.cursor), sides: 'newer' }
    case 'time':
      return { from: { clockMs: anchor.atMs, id: '' }, sides: 'both' }
    case 'message': {
      const name = anchor.messageId.toLowerCase()
      const id = isMessageId(name) ? name : await completeId(records, state, { beginning: name, atMs: anchor.atMs })
      const found = id === undefined ? undefined : await findMessage(records, state, id)
      if (found !== undefined) return { from: found, sides: 'both', foundId: found.id }
      if (anchor.atMs === undefined) return { from: NEWEST, sides: 'older' }
      return { from: { clockMs: anchor.atMs, id: '' }, sides: 'both' }
    }
  }
}

async function readSide(
  { records, state }: Components,
  query: {
    channel: number | undefined
    gaps: readonly TimelineGap[]
    from: Position
    direction: 'older' | 'newer'
    isInclusive: boolean
    limit: number
  },
): Promise<Side> {
  const { channel, from, direction, limit } = query
  if (limit <= 0) return { entries: [], isMore: true }
  const isOlder = direction === 'older'
  const window =
    channel === undefined
      ? { items: [], isMore: false }
      : await readWindow(records, state, { channel, from, direction, isInclusive: query.isInclusive, limit })
  const items = window.items.map((item) => ({
    clockMs: item.clockMs,
    id: item.id,
    item: { ...item, channel: channel ?? 0 },
  }))
  // Behind the last message that was read there may be others before a gap.
  const end = isOlder ? items[0] : items.at(-1)
  const gaps = query.gaps
    .map((gap) => ({ clockMs: gap.fromMs, id: '', gap }))
    .filter((entry) => {
      const order = comparePositions(entry, from)
      if (isOlder ? order >= 0 : order < 0 || (order === 0 && !query.isInclusive)) return false
      if (!window.isMore || end === undefined) return true
      return isOlder ? comparePositions(entry, end) > 0 : comparePositions(entry, end) < 0
    })
  const entries: Entry[] = [...items, ...gaps].sort(comparePositions)
  const isMore = window.isMore || entries.length > limit
  return { entries: isOlder ? entries.slice(-limit) : entries.slice(0, limit), isMore }
}

interface ShownRow {
  readonly row: TimelineRow
  /** Of the messages that it shows: an album is one row. */
  readonly ids: readonly string[]
}

async function rowsOf(messageRows: MessageRows, entries: readonly Entry[]): Promise<ShownRow[]> {
  const items = entries.flatMap((entry) => ('item' in entry ? [entry.item] : []))
  const messages = await messageRows.rowsOf(items)
  const byId = new Map(messages.map((message) => [message.row.id, message]))
  const albums = new Map<string, number>()
  const rows: ShownRow[] = []
  for (const entry of entries) {
    if ('gap' in entry) {
      rows.push({ row: entry.gap, ids: [] })
      continue
    }
    const message = byId.get(entry.item.id)
    if (message === undefined) continue
    const key = albumKey(message)
    const first = key === undefined ? undefined : albums.get(key)
    const shown = first === undefined ? undefined : rows[first]
    if (first !== undefined && shown?.row.kind === 'message') {
      rows[first] = { row: joinAlbum(shown.row, message.row), ids: [...shown.ids, message.row.id] }
      continue
    }
    if (key !== undefined) albums.set(key, rows.length)
    rows.push({ row: message.row, ids: [message.row.id] })
  }
  return rows
}

/** Images that their author sent together; a deleted one stands alone. */
function albumKey({ albumId, row }: Pick<MessageRow, 'albumId' | 'row'>): string | undefined {
  return albumId === '' || row.isDeleted ? undefined : `${row.author.key} ${albumId}`
}

function joinAlbum(first: TimelineMessage, next: TimelineMessage): TimelineMessage {
  const attachments: TimelineAttachment[] = [...first.attachments, ...next.attachments]
  return {
    ...first,
    text: first.text === '' ? next.text : first.text,
    attachments: attachments.map((attachment, index) => ({ ...attachment, index })),
    isPinned: first.isPinned || next.isPinned,
    reactions: first.reactions.length === 0 ? next.reactions : first.reactions,
  }
}

/** The clock of the row beside which a page ends; rows are ordered by it. */
export function cursorClockMs(cursor: string): number {
  return positionOf(cursor).clockMs
}

function cursorOf({ clockMs, id }: Position): string {
  return `${Math.min(clockMs, Number.MAX_SAFE_INTEGER)}:${id}`
}

/** What is no cursor of ours begins at the newest. */
function positionOf(cursor: string): Position {
  const [, clock, id = ''] = CURSOR.exec(cursor) ?? []
  return clock === undefined ? NEWEST : { clockMs: Number(clock), id }
}
