/**
 * The timeline of one channel:
 *
 *   open(anchor) ─▶ page ─▶ window ◀─ loadOlder, loadNewer (as one scrolls)
 *   touched ─▶ the same rows are asked for again, around what is being read ─▶ window
 *   the list ─▶ setReading (the row in sight, whether at the end)        shown (window, placement) ─▶ the list
 *
 * One question is asked at a time; what is new is handed to the list in portions, a frame each.
 */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { ErrorView } from '../../../rpc/api.ts'
import { viewOfError } from '../../../rpc/errors.ts'
import type { MessageId, TimelineAnchor, TimelinePage, TimelineRow } from '../../../rpc/history-api.ts'
import {
  EMPTY_WINDOW,
  newerCursorOf,
  olderCursorOf,
  spanOf,
  windowOf,
  withNewer,
  withOlder,
} from './timeline-window.ts'
import type { TimelineWindow } from './timeline-window.ts'

/** Where the list stands after a change. */
export type Placement =
  /** What is in sight stays where it is. */
  { readonly kind: 'keep' } | { readonly kind: 'end' } | { readonly kind: 'row'; readonly id: string }

export interface ShownTimeline {
  readonly state: 'opening' | 'shown'
  readonly window: TimelineWindow
  readonly placement: Placement
  /** The message that was asked for and is not held. */
  readonly isNotFound: boolean
}

export interface TimelineModelParts {
  readonly load: (anchor: TimelineAnchor, options: { limit: number; signal: AbortSignal }) => Promise<TimelinePage>
  /** Resolves before the next frame is drawn. */
  readonly nextFrame: () => Promise<void>
}

interface Reading {
  readonly row: TimelineRow | undefined
  readonly isAtEnd: boolean
}

const FIRST_ROWS = 60
const PAGE_ROWS = 48
/** Drawing so many rows takes well under a frame. */
const PORTION_ROWS = 8
const MAX_LOADED_ROWS = 200

const OPENING: ShownTimeline = { state: 'opening', window: EMPTY_WINDOW, placement: { kind: 'end' }, isNotFound: false }

export class TimelineModel {
  readonly #parts: TimelineModelParts
  readonly #shown = signal<ShownTimeline>(OPENING)
  readonly #failure = signal<ErrorView | undefined>(undefined)
  readonly #highlightedId = signal<MessageId | undefined>(undefined)
  readonly #newCount = signal(0)
  readonly #loading = signal<'older' | 'newer' | undefined>(undefined)
  /** Ends everything that was asked for the window before. */
  #stay = new AbortController()
  #reading: Reading = { row: undefined, isAtEnd: true }
  #lastAnchor: TimelineAnchor = { kind: 'newest' }
  #isBusy = false
  #isTouched = false
  /** The newest message that the reader has had in sight at the end. */
  #seenToMs = Number.POSITIVE_INFINITY

  constructor(parts: TimelineModelParts) {
    this.#parts = parts
  }

  get shown(): ReadonlySignal<ShownTimeline> {
    return this.#shown
  }

  get failure(): ReadonlySignal<ErrorView | undefined> {
    return this.#failure
  }

  get highlightedId(): ReadonlySignal<MessageId | undefined> {
    return this.#highlightedId
  }

  /** Messages that came while the reader was not at the end. */
  get newCount(): ReadonlySignal<number> {
    return this.#newCount
  }

  /** What is being added at which end. */
  get loading(): ReadonlySignal<'older' | 'newer' | undefined> {
    return this.#loading
  }

  get hasOlder(): boolean {
    return olderCursorOf(this.#shown.value.window) !== undefined
  }

  get hasNewer(): boolean {
    return newerCursorOf(this.#shown.value.window) !== undefined
  }

  /** Shows what is around `anchor` in place of what is shown; until it is there, the old rows stay. */
  async open(anchor: TimelineAnchor): Promise<void> {
    this.#stay.abort()
    this.#stay = new AbortController()
    this.#isBusy = false
    this.#loading.value = undefined
    this.#lastAnchor = anchor
    this.#highlightedId.value = undefined
    await this.#ask(anchor, FIRST_ROWS, (page) => {
      this.#highlightedId.value = foundIn(page, anchor)
      const isNotFound = anchor.kind === 'message' && !page.isFound
      this.#show(windowOf(page, this.#shown.peek().window), placementOf(anchor, page), isNotFound)
      if (anchor.kind === 'newest') this.#noteSeen()
      else this.#seenToMs = Number.POSITIVE_INFINITY
    })
  }

  retry(): Promise<void> {
    return this.open(this.#lastAnchor)
  }

  /** Takes the frame from the message that was jumped to. */
  clearHighlight(): void {
    this.#highlightedId.value = undefined
  }

  async loadOlder(): Promise<void> {
    const cursor = olderCursorOf(this.#shown.peek().window)
    if (cursor === undefined || this.#isBusy || this.#failure.peek() !== undefined) return
    this.#loading.value = 'older'
    await this.#ask({ kind: 'before', cursor }, PAGE_ROWS, (page, signal) => this.#addOlder(page, signal))
  }

  async loadNewer(): Promise<void> {
    const cursor = newerCursorOf(this.#shown.peek().window)
    if (cursor === undefined || this.#isBusy || this.#failure.peek() !== undefined) return
    this.#loading.value = 'newer'
    await this.#ask({ kind: 'after', cursor }, PAGE_ROWS, (page, signal) => this.#addNewer(page, signal))
  }

  /** Something changed between two moments. */
  touched(fromMs: number, toMs: number): void {
    if (this.#shown.peek().state === 'opening') return
    const { window } = this.#shown.peek()
    const span = spanOf(window)
    const isBefore = span !== undefined && toMs < span.fromMs && this.hasOlder
    const isAfter = span !== undefined && fromMs > span.toMs && this.hasNewer
    if (isBefore || isAfter) return
    this.#isTouched = true
    if (!this.#isBusy) void this.#refresh()
  }

  setReading(reading: Reading): void {
    this.#reading = reading
    if (reading.isAtEnd) this.#noteSeen()
  }

  stop(): void {
    this.#stay.abort()
  }

  async #ask(
    anchor: TimelineAnchor,
    limit: number,
    take: (page: TimelinePage, signal: AbortSignal) => Promise<void> | void,
  ): Promise<void> {
    const { signal } = this.#stay
    this.#isBusy = true
    this.#failure.value = undefined
    try {
      const page = await this.#parts.load(anchor, { limit, signal })
      if (!signal.aborted) await take(page, signal)
    } catch (error) {
      if (!signal.aborted) this.#failure.value = viewOfError(error)
    }
    if (signal.aborted) return
    this.#isBusy = false
    this.#loading.value = undefined
    if (this.#isTouched && this.#failure.peek() === undefined) await this.#refresh()
  }

  /** Asks for the rows in sight and those around them again. */
  async #refresh(): Promise<void> {
    this.#isTouched = false
    if (this.#shown.peek().isNotFound) return this.#seek(this.#lastAnchor)
    const { row, isAtEnd } = this.#reading
    const { window } = this.#shown.peek()
    const isFollowing = isAtEnd && !this.hasNewer
    const anchor = isFollowing ? ({ kind: 'newest' } as const) : anchorAt(row ?? window.rows.at(-1))
    const limit = isFollowing ? Math.min(MAX_LOADED_ROWS, Math.max(FIRST_ROWS, window.rows.length)) : MAX_LOADED_ROWS
    await this.#ask(anchor, limit, (page) => {
      this.#show(windowOf(page, window), { kind: 'keep' }, false)
      if (this.#reading.isAtEnd) this.#noteSeen()
      else this.#countNew()
    })
  }

  /** What was jumped to may have come: its week was being fetched. */
  async #seek(anchor: TimelineAnchor): Promise<void> {
    await this.#ask(anchor, FIRST_ROWS, (page) => {
      const found = foundIn(page, anchor)
      this.#highlightedId.value = found
      const placement: Placement = found === undefined ? { kind: 'keep' } : { kind: 'row', id: found }
      this.#show(windowOf(page, this.#shown.peek().window), placement, found === undefined)
    })
  }

  async #addOlder(page: TimelinePage, signal: AbortSignal): Promise<void> {
    const before = this.#shown.peek().window
    const cursor = olderCursorOf(before)
    for (let from = page.rows.length - PORTION_ROWS; ; from -= PORTION_ROWS) {
      // Until all of it is shown, there is more.
      const olderCursor = from <= 0 ? page.olderCursor : cursor
      const portion = { ...page, rows: page.rows.slice(Math.max(0, from)), olderCursor }
      // What falls off at the other end does so in a frame of its own.
      const isTrimmed = from <= -PORTION_ROWS
      this.#show(withOlder(before, portion, isTrimmed ? this.#reading.row?.id : undefined), { kind: 'keep' }, false)
      if (isTrimmed) return
      await this.#parts.nextFrame()
      if (signal.aborted) return
    }
  }

  async #addNewer(page: TimelinePage, signal: AbortSignal): Promise<void> {
    const before = this.#shown.peek().window
    const cursor = newerCursorOf(before)
    for (let to = PORTION_ROWS; ; to += PORTION_ROWS) {
      const newerCursor = to >= page.rows.length ? page.newerCursor : cursor
      const portion = { ...page, rows: page.rows.slice(0, to), newerCursor }
      const isTrimmed = to >= page.rows.length + PORTION_ROWS
      this.#show(withNewer(before, portion, isTrimmed ? this.#reading.row?.id : undefined), { kind: 'keep' }, false)
      if (isTrimmed) return
      await this.#parts.nextFrame()
      if (signal.aborted) return
    }
  }

  #show(window: TimelineWindow, placement: Placement, isNotFound: boolean): void {
    this.#shown.value = { state: 'shown', window, placement, isNotFound }
  }

  #noteSeen(): void {
    if (this.hasNewer) return
    this.#seenToMs = spanOf(this.#shown.peek().window)?.toMs ?? Number.NEGATIVE_INFINITY
    this.#newCount.value = 0
  }

  #countNew(): void {
    const { rows } = this.#shown.peek().window
    const isNew = (row: TimelineRow) => row.kind === 'message' && row.atMs > this.#seenToMs && !row.isOwn
    this.#newCount.value = rows.filter(isNew).length
  }
}

/** The search index of an archive that was not here names a message by the beginning of its id. */
function foundIn({ isFound, foundId }: TimelinePage, anchor: TimelineAnchor): MessageId | undefined {
  return anchor.kind === 'message' && isFound ? (foundId ?? anchor.messageId) : undefined
}

function placementOf(anchor: TimelineAnchor, page: TimelinePage): Placement {
  const { rows } = page
  const found = foundIn(page, anchor)
  if (found !== undefined) return { kind: 'row', id: found }
  const atMs = anchor.kind === 'time' || anchor.kind === 'message' ? anchor.atMs : undefined
  if (atMs === undefined) return { kind: 'end' }
  const row = rows.find((row) => (row.kind === 'gap' ? row.toMs : row.atMs) >= atMs) ?? rows.at(-1)
  return row === undefined ? { kind: 'end' } : { kind: 'row', id: row.id }
}

function anchorAt(row: TimelineRow | undefined): TimelineAnchor {
  if (row === undefined) return { kind: 'newest' }
  if (row.kind === 'gap') return { kind: 'time', atMs: Math.round((row.fromMs + row.toMs) / 2) }
  return { kind: 'message', messageId: row.id, atMs: row.atMs }
}
