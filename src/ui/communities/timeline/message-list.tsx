/**
 * The messages of a channel, a window of a few hundred rows in the page at most:
 *
 *   model.shown ─▶ items ─▶ rows        scrolling ─▶ ScrollKeeper, ReaderMoves ─▶ model.setReading, loadOlder, loadNewer; gaps
 */
import type { VNode } from 'preact'
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { TimelineRow } from '../../../rpc/history-api.ts'
import { DayRow } from './day-row.tsx'
import { GapRow } from './gap-row.tsx'
import { ListEnd, ListStart } from './list-ends.tsx'
import { MessageRow } from './message-row.tsx'
import { onListKey } from './list-keys.ts'
import { fetchSeenGaps } from './seen-gaps.ts'
import { ReaderMoves } from './reader-moves.ts'
import { ScrollKeeper } from './scroll-keeper.ts'
import { itemsOf } from './timeline-items.ts'
import type { TimelineItem } from './timeline-items.ts'
import type { ShownTimeline } from './timeline-model.ts'
import { useScope } from './timeline-scope.ts'
import type { TimelineScope } from './timeline-scope.ts'

/** So many heights of the list from an end, more is asked for. */
const AHEAD = 1.5
/** So far from the end, a way back to it is offered. */
const AWAY_PX = 240

export function MessageList({ channelName }: { channelName: string }) {
  const scope = useScope()
  const shown = scope.model.shown.value
  const highlightedId = scope.model.highlightedId.value
  const scroller = useRef<HTMLElement>(null)
  const content = useRef<HTMLOListElement>(null)
  const rows = useRows(shown, highlightedId)
  useListScrolling(scope, shown, { scroller, content })
  return (
    <section
      ref={scroller}
      class="message-scroller"
      aria-label={`Messages in ${channelName}`}
      aria-busy={shown.state === 'opening'}
    >
      <ListStart channelName={channelName} />
      <ol ref={content} class="messages">
        {rows}
      </ol>
      <ListEnd />
    </section>
  )
}

/** Rows that say the same are the same nodes, which Preact does not look into again. */
function useRows(shown: ShownTimeline, highlightedId: string | undefined): readonly VNode[] {
  const drawn = useRef(new Map<string, Drawn>())
  return useMemo(() => {
    const before = drawn.current
    const after = new Map<string, Drawn>()
    for (const item of itemsOf(shown.window.rows)) {
      const isHighlighted = item.id === highlightedId
      const old = before.get(item.id)
      const isSame = old !== undefined && old.isHighlighted === isHighlighted && isSameItem(old.item, item)
      after.set(item.id, isSame ? old : { item, isHighlighted, node: drawItem(item, isHighlighted) })
    }
    drawn.current = after
    return Array.from(after.values(), ({ node }) => node)
  }, [shown.window, highlightedId])
}

interface Drawn {
  readonly item: TimelineItem
  readonly isHighlighted: boolean
  readonly node: VNode
}

function isSameItem(a: TimelineItem, b: TimelineItem): boolean {
  if (a.kind === 'day' && b.kind === 'day') return a.atMs === b.atMs
  if (a.kind === 'gap' && b.kind === 'gap') return a.row === b.row
  return a.kind === 'message' && b.kind === 'message' && a.row === b.row && a.isFirst === b.isFirst
}

function drawItem(item: TimelineItem, isHighlighted: boolean): VNode {
  switch (item.kind) {
    case 'day':
      return <DayRow key={item.id} atMs={item.atMs} />
    case 'gap':
      return <GapRow key={item.id} gap={item.row} />
    case 'message':
      return <MessageRow key={item.id} message={item.row} isFirst={item.isFirst} isHighlighted={isHighlighted} />
  }
}

interface ListElements {
  readonly scroller: { readonly current: HTMLElement | null }
  readonly content: { readonly current: HTMLOListElement | null }
}

function useListScrolling(scope: TimelineScope, shown: ShownTimeline, elements: ListElements): void {
  const keeper = useRef<ScrollKeeper | undefined>(undefined)
  const moves = useRef<ReaderMoves | undefined>(undefined)
  const look = useRef<() => void>(() => undefined)
  useLayoutEffect(() => {
    const { scroller, content } = elementsOf(elements)
    if (scroller === null || content === null) return undefined
    const made = new ScrollKeeper(scroller, content)
    keeper.current = made
    const moved = new ReaderMoves(scroller, () => {
      scope.model.letGo()
      look.current()
    })
    moves.current = moved
    // The keyboard scrolls what it can reach.
    scroller.tabIndex = 0
    const listening = new AbortController()
    look.current = oncePerFrame(
      () => listening.signal.aborted || lookAround(scope, { keeper: made, moves: moved, scroller }),
    )
    const onScroll = () => {
      moved.noteScroll(made.scrolledPx)
      made.note()
      look.current()
    }
    scroller.addEventListener('scroll', onScroll, { passive: true, signal: listening.signal })
    scroller.addEventListener('keydown', (event) => onListKey(event, scope), { signal: listening.signal })
    // Pictures, fonts, the composer and the window change sizes.
    const sizes = new ResizeObserver(() => {
      made.restore(!scope.model.hasNewer)
      look.current()
    })
    sizes.observe(scroller)
    sizes.observe(content)
    return () => {
      listening.abort()
      moved.stop()
      sizes.disconnect()
    }
  }, [scope])
  useLayoutEffect(() => {
    if (shown.state === 'opening') return
    place(keeper.current, scope, shown)
    moves.current?.notePlacement(shown.placement)
    look.current()
  }, [scope, shown])
}

function elementsOf({ scroller, content }: ListElements) {
  return { scroller: scroller.current, content: content.current }
}

function place(keeper: ScrollKeeper | undefined, scope: TimelineScope, { placement }: ShownTimeline): void {
  if (placement.kind === 'end') keeper?.toEnd()
  else if (placement.kind === 'keep') keeper?.restore(!scope.model.hasNewer)
  else {
    const row = keeper?.toRow(placement.id)
    if (scope.model.highlightedId.peek() !== undefined) row?.focus({ preventScroll: true })
  }
}

interface Reader {
  readonly keeper: ScrollKeeper
  readonly moves: ReaderMoves
  readonly scroller: HTMLElement
}

/** Tells the model what is in sight, and asks for more where an end is near. */
function lookAround(scope: TimelineScope, { keeper, moves, scroller }: Reader): void {
  const { model } = scope
  const { rows } = model.shown.peek().window
  const byId = new Map(rows.map((row) => [row.id, row]))
  const seen = keeper.inSight().flatMap(({ id }) => byId.get(id) ?? [])
  const middle = seen[seen.length >> 1]
  model.setReading({ row: middle, isAtEnd: keeper.isAtEnd && !model.hasNewer })
  scope.isAway.value = rows.length > 0 && (model.hasNewer || keeper.distanceToEndPx > AWAY_PX)
  scope.readingAtMs.value = seen[0] === undefined ? undefined : momentOf(seen[0])
  fetchSeenGaps(scope, { rows, seen, moves })
  const aheadPx = AHEAD * scroller.clientHeight
  const isUpFirst = scroller.scrollTop < scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight
  if (isUpFirst && scroller.scrollTop < aheadPx) void model.loadOlder()
  if (scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < aheadPx) void model.loadNewer()
  if (scroller.scrollTop < aheadPx) void model.loadOlder()
}

function momentOf(row: TimelineRow): number {
  return row.kind === 'gap' ? row.toMs : row.atMs
}

function oncePerFrame(act: () => void): () => void {
  let isWaiting = false
  return () => {
    if (isWaiting) return
    isWaiting = true
    requestAnimationFrame(() => {
      isWaiting = false
      act()
    })
  }
}
