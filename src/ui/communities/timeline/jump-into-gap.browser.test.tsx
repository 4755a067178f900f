import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { ArchiveView } from '../../../rpc/history-api.ts'
import { DAY_MS } from '../../format/time.ts'
import { usePage } from '../../testing/page-fixture.ts'
import { isInSight, openTimeline, rows, scroller } from '../../testing/timeline-fixture.ts'

const { show } = usePage()

/** Twenty weeks of which only the newest is held, as of who fetches only what they look at. */
async function open(init: Parameters<typeof openTimeline>[1] = {}) {
  const shown = await openTimeline(show, { ...init, history: { stepMs: 5, ...init.history } })
  const { fake, community } = shown
  const held = fake.community(community.id)
  held.archives = held.archives.map((archive, at) => (at === 0 ? archive : { ...archive, state: 'known' }))
  held.count()
  fake.show(community.id, { keep: { kind: 'viewed' } })
  fake.emit({ type: 'touched', communityId: community.id, fromMs: 0, toMs: Date.now() })
  await expect.poll(() => document.querySelectorAll('.gap').length).toBeGreaterThan(0)
  const weekAt = (at: number): ArchiveView => {
    const week = held.archives[at]
    if (week === undefined) throw new Error('There is no such week.')
    return week
  }
  const heldWeeks = () => held.archives.flatMap(({ state }, at) => (state === 'held' ? [at] : []))
  const askedSpans = () => fake.calls.filter((call) => call.startsWith('fetchSpan'))
  return { ...shown, weekAt, heldWeeks, askedSpans }
}

const dayButton = (day: number) => document.querySelector<HTMLElement>(`[data-day="${day}"]`)
const momentOf = (row: HTMLElement) => Date.parse(row.querySelector('time')?.dateTime ?? '')
const isOfDay = (day: number) => (row: HTMLElement) => Math.floor(momentOf(row) / DAY_MS) === day

async function pressDay(day: number): Promise<void> {
  if (document.querySelector('.calendar-panel') === null) {
    await userEvent.click(page.getByRole('button', { name: /open the calendar/ }))
  }
  await expect.poll(() => dayButton(day)?.classList.contains('calendar-gap')).toBe(true)
  await userEvent.click(page.elementLocator(dayButton(day) ?? document.body))
}

/** As a person does, also where the list is at its end. */
function turnWheel(deltaY: number): void {
  scroller().dispatchEvent(new WheelEvent('wheel', { deltaY, bubbles: true }))
  scroller().scrollTop += deltaY
}

/** Many frames, in which nothing more may happen. */
async function frames(count = 40): Promise<void> {
  for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame)
}

describe('a day of the calendar that is not held', () => {
  it('is shown once its week is here, and no other week is asked for', async () => {
    const { weekAt, heldWeeks, askedSpans } = await open()
    const day = Math.floor(weekAt(15).fromMs / DAY_MS) + 3
    await pressDay(day)
    await expect.poll(() => rows().filter(isInSight).some(isOfDay(day))).toBe(true)
    await frames()
    expect(rows().filter(isInSight).some(isOfDay(day))).toBe(true)
    expect(askedSpans()).toEqual([`fetchSpan ${day * DAY_MS} ${day * DAY_MS + 1}`])
    expect(heldWeeks()).toEqual([0, 15])
  })

  it('at the edge of its week leaves the gap beside it alone until one scrolls there, and then one week is fetched', async () => {
    const { weekAt, heldWeeks, askedSpans } = await open()
    const day = Math.floor(weekAt(10).fromMs / DAY_MS)
    await pressDay(day)
    await expect.poll(() => rows().filter(isInSight).some(isOfDay(day))).toBe(true)
    await frames()
    expect(heldWeeks()).toEqual([0, 10])
    const gap = () => document.querySelector<HTMLElement>('.gap')
    await expect.poll(() => isInSight(gap() ?? undefined)).toBe(true)
    turnWheel(-60)
    await expect.poll(heldWeeks).toEqual([0, 10, 11])
    await frames()
    expect(askedSpans().length).toBe(2)
    expect(heldWeeks()).toEqual([0, 10, 11])
  })

  it('does not pull back who has turned the wheel meanwhile', async () => {
    let arrive: () => void = () => undefined
    const { weekAt, fake, community } = await open({
      history: { fetchSpan: () => new Promise((resolve) => (arrive = resolve)) },
    })
    const day = Math.floor(weekAt(15).fromMs / DAY_MS) + 3
    await pressDay(day)
    await expect.poll(() => fake.calls.filter((call) => call.startsWith('fetchSpan')).length).toBe(1)
    turnWheel(1)
    fake.community(community.id).mark({ fromMs: day * DAY_MS, toMs: day * DAY_MS + 1 }, 'held')
    arrive()
    await expect.poll(() => rows().some(isOfDay(day))).toBe(true)
    await frames(5)
    expect(rows().filter(isInSight).some(isOfDay(day))).toBe(false)
  })
})
