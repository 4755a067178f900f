import { describe, expect, it } from 'vitest'
import type { TimelineAnchor, TimelinePage, TimelineRow } from '../../../rpc/history-api.ts'
import { DAY_MS } from '../../format/time.ts'
import { FakeCommunity } from '../../testing/fake-history-community.ts'
import { WEEK_MS } from '../../testing/history-messages.ts'
import type { Placement } from './placement.ts'
import { TimelineModel } from './timeline-model.ts'

const WEEKS = 20

/** A channel of twenty weeks of which only the newest is held. */
function channel() {
  const weekStates = Object.fromEntries(Array.from({ length: WEEKS - 1 }, (_, at) => [at + 1, 'known'] as const))
  const community = new FakeCommunity({ messageCount: 2400, weeks: WEEKS, weekStates })
  const channelId = community.view.channels[1]?.id ?? ''
  const asked: TimelineAnchor[] = []
  const load = async (anchor: TimelineAnchor, { limit }: { limit: number }): Promise<TimelinePage> => {
    asked.push(anchor)
    return community.timeline(channelId, anchor, limit)
  }
  const model = new TimelineModel({ load, nextFrame: () => Promise.resolve() })
  const placements: Placement[] = []
  // What comes a frame later stays where the first of it was placed.
  model.shown.subscribe(({ placement }) => void (placement.kind !== 'keep' && placements.push(placement)))
  const placedRow = (): TimelineRow | undefined => {
    const placement = placements.at(-1)
    return placement?.kind === 'row' ? model.shown.value.window.rows.find(({ id }) => id === placement.id) : undefined
  }
  const week = community.archives[15]
  if (week === undefined) throw new Error('There is no such week.')
  const fetchWeek = async (atMs: number) => {
    const span = { fromMs: atMs, toMs: atMs + 1 }
    community.mark(span, 'held')
    await touched(model, span)
  }
  return { model, asked, week, community, channelId, fetchWeek, placedRow }
}

/** Resolves when what was asked for after a change is shown, and nothing more is asked. */
async function touched(model: TimelineModel, { fromMs, toMs }: { fromMs: number; toMs: number }): Promise<void> {
  model.touched(fromMs, toMs)
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}

describe('a jump into a gap', () => {
  it('waits for the moment, and lands at it once its week is here', async () => {
    const { model, week, fetchWeek, placedRow } = channel()
    const atMs = week.fromMs + 3 * DAY_MS
    await model.open({ kind: 'time', atMs })
    expect(placedRow()?.kind).toBe('gap')
    expect(model.awaited.value?.atMs).toBe(atMs)
    await fetchWeek(atMs)
    const row = placedRow()
    expect(row?.kind === 'message' ? Math.floor((row.atMs - atMs) / DAY_MS) : row).toBe(0)
    expect(model.awaited.value).toBeUndefined()
  })

  it('goes on waiting while other weeks come', async () => {
    const { model, asked, week, fetchWeek, placedRow } = channel()
    const atMs = week.fromMs + 3 * DAY_MS
    await model.open({ kind: 'time', atMs })
    const { awaited } = model
    const before = awaited.value
    await fetchWeek(week.toMs + WEEK_MS)
    expect(awaited.value).toBe(before)
    const row = placedRow()
    expect(row).toMatchObject({ kind: 'gap' })
    expect(row?.kind === 'gap' && row.fromMs <= atMs && row.toMs > atMs).toBe(true)
    // The node fetches whatever moment is asked for.
    expect(asked.filter(({ kind }) => kind === 'time')).toEqual([{ kind: 'time', atMs }])
  })

  it('is let go when somebody scrolls or opens another place', async () => {
    const { model, week, fetchWeek, placedRow } = channel()
    const atMs = week.fromMs + 3 * DAY_MS
    await model.open({ kind: 'time', atMs })
    model.letGo()
    expect(placedRow()?.kind).toBe('gap')
    await fetchWeek(atMs)
    expect(placedRow()).toBeUndefined()
    await model.open({ kind: 'time', atMs: week.fromMs - WEEK_MS })
    expect(model.awaited.value).toBeDefined()
    await model.open({ kind: 'newest' })
    expect(model.awaited.value).toBeUndefined()
  })

  it('marks a message that a link names once its week is here', async () => {
    const { model, week, community, channelId, fetchWeek, placedRow } = channel()
    const wanted = community.messages.find(
      (each) => each.channelId === channelId && each.atMs > week.fromMs + DAY_MS && each.atMs < week.toMs,
    )
    if (wanted === undefined) throw new Error('Nothing was written in that week.')
    await model.open({ kind: 'message', messageId: wanted.id, atMs: wanted.atMs })
    expect(model.shown.value.isNotFound).toBe(true)
    await fetchWeek(wanted.atMs)
    expect(model.highlightedId.value).toBe(wanted.id)
    expect(model.shown.value.isNotFound).toBe(false)
    expect(placedRow()?.id).toBe(wanted.id)
  })

  it('into the week before a day’s midnight leads to the day, not to that week', async () => {
    const { model, week, community, placedRow } = channel()
    community.mark({ fromMs: week.toMs, toMs: week.toMs + 1 }, 'held')
    await model.open({ kind: 'time', atMs: week.toMs })
    expect(placedRow()?.kind).toBe('message')
    expect(model.awaited.value).toBeUndefined()
  })

  it('waits for the gap that begins within the day', async () => {
    const { model, week, community } = channel()
    const quietFromMs = week.fromMs - DAY_MS / 2
    community.mark({ fromMs: week.fromMs - 1, toMs: week.fromMs }, 'held')
    community.messages = community.messages.filter(({ atMs }) => atMs < quietFromMs || atMs >= week.fromMs)
    await model.open({ kind: 'time', atMs: quietFromMs })
    expect(model.awaited.value?.atMs).toBe(week.fromMs)
  })

  it('asks for no moment that is not held while one reads at a gap', async () => {
    const { model, asked, week, fetchWeek } = channel()
    await model.open({ kind: 'newest' })
    const gap = model.shown.value.window.rows.find(({ kind }) => kind === 'gap')
    model.setReading({ row: gap, isAtEnd: false })
    await fetchWeek(week.fromMs)
    expect(gap).toBeDefined()
    expect(asked.map(({ kind }) => kind)).not.toContain('time')
  })
})
