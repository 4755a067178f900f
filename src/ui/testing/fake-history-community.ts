/** One community of `FakeHistory`: its messages, its weeks, and the reading of both as the real one is read. */
import { dayAt } from '../communities/timeline/calendar-days.ts'
import type {
  ActivityView,
  ArchiveView,
  CommunityView,
  GapView,
  MessageId,
  MessageView,
  SearchView,
  TimelineAnchor,
  TimelinePage,
  TimelineRow,
} from '../../rpc/history-api.ts'
import { DAY_MS } from '../format/time.ts'
import { archiveOf, gapsOf } from './fake-history-archives.ts'
import { fakeCid } from './fake-datasets.ts'
import { GALLERY_NOW_MS, hexOf, messagesOf, WEEK_MS } from './history-messages.ts'

export interface FakeCommunityInit {
  readonly seed?: number
  readonly messageCount?: number
  readonly weeks?: number
  /** Weeks that are not held, by how many weeks ago they ended; the newest archive is 0. */
  readonly weekStates?: Readonly<Record<number, ArchiveView['state']>>
  /** In place of what is made from the seed. */
  readonly view?: Partial<CommunityView>
}

const CHANNELS = [
  ['announcements', 'm', '📌'],
  ['general', 'm', undefined],
  ['work-in-progress', 'w', '🪡'],
  ['paper-and-thread', 'w', undefined],
  ['swap-and-sell', 'w', undefined],
  ['off-topic', undefined, undefined],
] as const
export class FakeCommunity {
  view: CommunityView
  /** Oldest first. */
  messages: readonly MessageView[]
  archives: readonly ArchiveView[]
  /** Made anew when the messages or the archives have changed. */
  #read: Read | undefined

  constructor({ seed = 1, messageCount = 4000, weeks = 30, weekStates = {}, view = {} }: FakeCommunityInit = {}) {
    const id = view.id ?? hexOf(seed, 33, '02')
    const channels = CHANNELS.map(([name, categoryId, emoji], at) => {
      const hex = hexOf(seed * 50 + at, 16).slice(2)
      const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
      return { id: `${id}${uuid}`, name, description: '', emoji, categoryId, position: at, messageCount: 0 }
    })
    const archivedUntilMs = Math.floor(GALLERY_NOW_MS / WEEK_MS) * WEEK_MS
    // The busiest channel is “general”, the second one.
    const byBusyness = [1, 2, 3, 5, 4, 0].map((at) => channels[at]?.id ?? '')
    this.messages =
      messageCount === 0
        ? []
        : messagesOf({ seed, count: messageCount, weeks, channelIds: byBusyness, archivedUntilMs })
    this.archives = Array.from({ length: messageCount === 0 ? 0 : weeks }, (_, at) =>
      archiveOf({ seed, at, toMs: archivedUntilMs - at * WEEK_MS, state: weekStates[at] ?? 'held' }),
    )
    this.view = { ...baseView(id, seed), channels, ...view }
    this.count()
  }

  /** Brings the numbers of the view in step with what is held. */
  count(): void {
    const held = this.archives.filter(({ state }) => state === 'held')
    const shown = this.#shownMessages()
    const channels = this.view.channels.map((channel) => {
      const own = shown.filter(({ channelId }) => channelId === channel.id)
      return { ...channel, messageCount: own.length, newestAtMs: own.at(-1)?.atMs }
    })
    const heldBytes = held.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0)
    const counts = { archiveCount: this.archives.length, heldArchiveCount: held.length }
    this.view = { ...this.view, channels, heldBytes, ...counts }
  }

  /** Marks the archives that touch a span; returns those that changed. */
  mark(span: { fromMs: number; toMs: number }, state: ArchiveView['state']): readonly ArchiveView[] {
    const touched = this.archives.filter(
      (archive) => archive.fromMs < span.toMs && archive.toMs > span.fromMs && archive.state !== 'held',
    )
    this.archives = this.archives.map((archive) => (touched.includes(archive) ? { ...archive, state } : archive))
    this.count()
    return touched
  }

  find(messageId: MessageId): MessageView | undefined {
    return this.messages.find(({ id }) => id === messageId)
  }

  replace(messageId: MessageId, change: Partial<MessageView>): MessageView | undefined {
    this.messages = this.messages.map((message) => (message.id === messageId ? { ...message, ...change } : message))
    return this.find(messageId)
  }

  timeline(channelId: string, anchor: TimelineAnchor, limit: number): TimelinePage {
    const rows = this.#rows(channelId)
    const [start, isFound] = startOf(rows, anchor, limit)
    const end = Math.min(rows.length, Math.max(0, start) + limit)
    const page = rows.slice(Math.max(0, start), end)
    const [first, last] = [page[0], page.at(-1)]
    return {
      rows: page,
      olderCursor: first === undefined || start <= 0 ? undefined : cursorOf(first),
      newerCursor: last === undefined || end >= rows.length ? undefined : cursorOf(last),
      isFound,
    }
  }

  pinned(channelId: string): readonly MessageView[] {
    return this.#shownMessages().filter((message) => message.channelId === channelId && message.isPinned)
  }

  activity(channelId: string | undefined): ActivityView {
    const counts = new Map<number, number>()
    const shown = this.#shownMessages().filter((message) => channelId === undefined || message.channelId === channelId)
    for (const { atMs } of shown) {
      const day = dayAt(atMs)
      counts.set(day, (counts.get(day) ?? 0) + 1)
    }
    const days = Array.from(counts, ([day, count]) => ({ day, count }))
    const gaps = this.#gaps().map(({ id, fromMs, toMs, reason, archiveCount }) => ({
      id,
      fromMs,
      toMs,
      reason,
      archiveCount,
    }))
    const firstAtMs = this.archives.at(-1)?.fromMs ?? shown[0]?.atMs
    return { days, gaps, firstAtMs, lastAtMs: shown.at(-1)?.atMs }
  }

  search(
    text: string,
    {
      channelId,
      beforeMs = Infinity,
      beforeId = '',
      limit,
    }: { channelId?: string; beforeMs?: number; beforeId?: string; limit: number },
  ): SearchView {
    const words = wordsOf(text)
    const fits = (message: MessageView): boolean => {
      const isBehind = message.atMs < beforeMs || (message.atMs === beforeMs && message.id < beforeId)
      if (!isBehind || (channelId !== undefined && message.channelId !== channelId)) return false
      const own = wordsOf(message.text)
      return words.every((word, at) =>
        own.some((each) => (at === words.length - 1 ? each.startsWith(word) : each === word)),
      )
    }
    const found =
      words.length === 0
        ? []
        : this.#shownMessages()
            .filter(fits)
            .toSorted((a, b) => b.atMs - a.atMs || (a.id < b.id ? 1 : -1))
    const hits = found.slice(0, limit).map((message) => ({
      messageId: message.id,
      channelId: message.channelId,
      atMs: message.atMs,
      message,
    }))
    const searchedArchives = this.view.heldArchiveCount
    return { hits, isMore: found.length > limit, searchedArchives, knownArchives: this.view.archiveCount }
  }

  #gaps(): readonly GapView[] {
    return this.#held().gaps
  }

  #shownMessages(): readonly MessageView[] {
    return this.#held().shown
  }

  #rows(channelId: string): readonly TimelineRow[] {
    const { rows, shown, gaps } = this.#held()
    const known = rows.get(channelId)
    if (known !== undefined) return known
    const own = shown.filter((message) => message.channelId === channelId)
    const made = [...own, ...gaps].toSorted((a, b) => momentOf(a) - momentOf(b) || (a.id < b.id ? -1 : 1))
    rows.set(channelId, made)
    return made
  }

  #held(): Read {
    const { messages, archives } = this
    if (this.#read?.messages === messages && this.#read.archives === archives) return this.#read
    const gaps = gapsOf(archives)
    const shown = messages.filter(({ atMs }) => !gaps.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs))
    this.#read = { messages, archives, gaps, shown, rows: new Map() }
    return this.#read
  }
}

interface Read {
  readonly messages: readonly MessageView[]
  readonly archives: readonly ArchiveView[]
  readonly gaps: readonly GapView[]
  readonly shown: readonly MessageView[]
  readonly rows: Map<string, readonly TimelineRow[]>
}

function startOf(
  rows: readonly TimelineRow[],
  anchor: TimelineAnchor,
  limit: number,
): [start: number, isFound: boolean] {
  switch (anchor.kind) {
    case 'newest':
      return [rows.length - limit, true]
    case 'before': {
      const end = rows.findIndex((row) => cursorOf(row) >= anchor.cursor)
      return [(end === -1 ? rows.length : end) - limit, true]
    }
    case 'after': {
      const start = rows.findIndex((row) => cursorOf(row) > anchor.cursor)
      return [start === -1 ? rows.length : start, true]
    }
    case 'time':
      return [indexAt(rows, anchor.atMs) - Math.floor(limit / 2), true]
    case 'message': {
      const at = rows.findIndex((row) => row.id === anchor.messageId)
      const around = at === -1 ? indexAt(rows, anchor.atMs ?? Infinity) : at
      return [around - Math.floor(limit / 2), at !== -1]
    }
  }
}

function indexAt(rows: readonly TimelineRow[], atMs: number): number {
  const at = rows.findIndex((row) => momentOf(row) >= atMs)
  return at === -1 ? rows.length : at
}

function momentOf(row: TimelineRow): number {
  return row.kind === 'gap' ? row.fromMs : row.atMs
}

/** Text that sorts as the rows do. */
function cursorOf(row: TimelineRow): string {
  return `${String(momentOf(row)).padStart(16, '0')} ${row.id}`
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

function baseView(id: string, seed: number): Omit<CommunityView, 'channels'> {
  return {
    id,
    name: 'Guild of Binders',
    description: 'Hand bookbinding, from folding to gilding. Questions welcome.',
    color: '#a63d2f',
    isOwner: false,
    isKeyLocked: false,
    isKeySaved: true,
    hasPassphrase: false,
    isEncrypted: false,
    categories: [
      { id: 'm', name: 'The guild', position: 0 },
      { id: 'w', name: 'Workshop', position: 1 },
    ],
    keep: { kind: 'all' },
    quotaBytes: 1_000_000_000,
    heldBytes: 0,
    archiveCount: 0,
    heldArchiveCount: 0,
    linkClockMs: GALLERY_NOW_MS - 3 * DAY_MS,
    indexCid: fakeCid(seed * 300 + 299),
    follow: { state: 'up-to-date', checkedAtMs: GALLERY_NOW_MS - 60_000 },
    publish: { state: 'idle' },
    partitionDays: 7,
    isSearchPublished: true,
    missingKeyIds: [],
  }
}
