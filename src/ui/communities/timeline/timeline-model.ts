/**
 * The timeline of one channel:
 *
 *   open(anchor) ─▶ page ─▶ window ◀─ loadOlder, loadNewer (as one scrolls)
 *   touched ─▶ the same rows are asked for again, around what is being read ─▶ window
 *   a jump into a gap ─▶ awaited ─▶ once the gap is filled, the window opens there; letGo, open end the waiting
 *   the list ─▶ setReading (the row in sight, whether at the end)        shown (window, placement) ─▶ the list
 *
 * One question is asked at a time; what is new is handed to the list in portions, a frame each.
 */
import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import type { ErrorView } from '../../../rpc/api.ts'
import { viewOfError } from '../../../rpc/errors.ts'
import type { MessageId, TimelineAnchor, TimelinePage, TimelineRow } from '../../../rpc/history-api.ts'
import { changedPortions, newerPortions, olderPortions } from './added-portions.ts'
import { anchorNear, awaitedIn, foundIn, gapAt, isMissing, placementOf } from './placement.ts'
import type { Awaited, Placement } from './placement.ts'
import { EMPTY_WINDOW, newerCursorOf, olderCursorOf, spanOf, windowOf } from './timeline-window.ts'
import type { TimelineWindow } from './timeline-window.ts'

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
const MAX_LOADED_ROWS = 200

const KEPT = { placement: { kind: 'keep' }, isNotFound: false } as const
const OPENING: ShownTimeline = { state: 'opening', window: EMPTY_WINDOW, placement: { kind: 'end' }, isNotFound: false }

export class TimelineModel {
  readonly #parts: TimelineModelParts
  readonly #shown = signal<ShownTimeline>(OPENING)
  readonly #failure = signal<ErrorView | undefined>(undefined)
  readonly #highlightedId = signal<MessageId | undefined>(undefined)
  readonly #newCount = signal(0)
  readonly #loading = signal<'older' | 'newer' | undefined>(undefined)
  readonly #awaited = signal<Awaited | undefined>(undefined)
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

  /** The jump that waits for what it leads to. */
  get awaited(): ReadonlySignal<Awaited | undefined> {
    return this.#awaited
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
    this.#awaited.value = undefined
    await this.#ask(anchor, FIRST_ROWS, async (page, signal) => {
      await this.#showJump(anchor, page, signal)
      if (anchor.kind === 'newest') this.#noteSeen()
      else this.#seenToMs = Number.POSITIVE_INFINITY
    })
  }

  /** Somebody scrolls: where the jump was to lead is not gone to any more. */
  letGo(): void {
    this.#awaited.value = undefined
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
    await this.#ask({ kind: 'before', cursor }, PAGE_ROWS, (page, signal) =>
      this.#showEach(olderPortions(this.#shown.peek().window, page, this.#readingId), signal),
    )
  }

  async loadNewer(): Promise<void> {
    const cursor = newerCursorOf(this.#shown.peek().window)
    if (cursor === undefined || this.#isBusy || this.#failure.peek() !== undefined) return
    this.#loading.value = 'newer'
    await this.#ask({ kind: 'after', cursor }, PAGE_ROWS, (page, signal) =>
      this.#showEach(newerPortions(this.#shown.peek().window, page, this.#readingId), signal),
    )
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
    const awaited = this.#awaited.peek()
    if (awaited !== undefined) return this.#refreshAwaited(awaited)
    const { row, isAtEnd } = this.#reading
    const { window } = this.#shown.peek()
    const isFollowing = isAtEnd && !this.hasNewer
    const near = isFollowing ? undefined : anchorNear(window.rows, row)
    const limit = isFollowing ? Math.min(MAX_LOADED_ROWS, Math.max(FIRST_ROWS, window.rows.length)) : MAX_LOADED_ROWS
    await this.#ask(near ?? { kind: 'newest' }, limit, async (page, signal) => {
      await this.#showEach(changedPortions(window, page, isFollowing ? undefined : row?.id), signal)
      if (this.#reading.isAtEnd) this.#noteSeen()
      else this.#countNew()
    })
  }

  /** What was jumped to may have come. */
  async #refreshAwaited(awaited: Awaited): Promise<void> {
    const { anchor, atMs } = awaited
    const { rows } = this.#shown.peek().window
    const near = atMs === undefined ? undefined : anchorNear(rows, gapAt(rows, atMs))
    // Each question for a moment that is not held has it looked for again: it is asked once the gap is gone.
    const isStill = near !== undefined && atMs !== undefined && (await this.#refreshGap(awaited, { near, atMs }))
    if (isStill || this.#awaited.peek() !== awaited) return
    await this.#ask(anchor, FIRST_ROWS, async (page, signal) => {
      if (this.#awaited.peek() === awaited) await this.#showJump(anchor, page, signal)
      else this.#isTouched = true
    })
  }

  /** Whether the gap that a jump led to is still there (or nobody waits for it any more). */
  async #refreshGap(awaited: Awaited, { near, atMs }: { near: TimelineAnchor; atMs: number }): Promise<boolean> {
    let isGone = false
    await this.#ask(near, MAX_LOADED_ROWS, (page) => {
      if (this.#awaited.peek() !== awaited) {
        this.#isTouched = true
        return
      }
      const gap = gapAt(page.rows, atMs)
      isGone = gap === undefined
      if (gap === undefined) return
      const { window, isNotFound } = this.#shown.peek()
      this.#show(windowOf(page, window), { kind: 'row', id: gap.id }, isNotFound)
    })
    return !isGone
  }

  /** Shows where a jump leads, or the gap that stands there. */
  async #showJump(anchor: TimelineAnchor, page: TimelinePage, signal: AbortSignal): Promise<void> {
    const before = this.#awaited.peek()
    const awaited = awaitedIn(anchor, page)
    const isSame = before !== undefined && awaited !== undefined && awaited.atMs === before.atMs
    this.#awaited.value = isSame ? before : awaited
    this.#highlightedId.value = foundIn(page, anchor)
    // A message that is still nowhere: what is read meanwhile stays where it is.
    const isKept = isSame && before.atMs === undefined
    const placement: Placement = isKept ? { kind: 'keep' } : placementOf(anchor, page)
    const centreId = placement.kind === 'row' ? placement.id : isKept ? this.#reading.row?.id : undefined
    const windows = changedPortions(this.#shown.peek().window, page, centreId)
    await this.#showEach(windows, signal, { placement, isNotFound: isMissing(page, anchor) })
  }

  readonly #readingId = (): string | undefined => this.#reading.row?.id

  /** Each in a frame of its own: the first where `placement` says, the others where the reader is then. */
  async #showEach(
    windows: Iterable<TimelineWindow>,
    signal: AbortSignal,
    { placement, isNotFound }: Pick<ShownTimeline, 'placement' | 'isNotFound'> = KEPT,
  ): Promise<void> {
    let next = placement
    for (const window of windows) {
      // A jump is waited for; all else may come when the page has time.
      if (next.kind === 'keep') await this.#parts.nextFrame()
      if (signal.aborted) return
      this.#show(window, next, isNotFound)
      next = KEPT.placement
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
