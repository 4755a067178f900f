import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { DAY_MS } from '../../format/time.ts'
import { GALLERY_NOW_MS } from '../../testing/history-messages.ts'
import { usePage } from '../../testing/page-fixture.ts'
import { isInSight, openTimeline, rowOf, rows, scroller } from '../../testing/timeline-fixture.ts'

const { show } = usePage()
const open = (init: Parameters<typeof openTimeline>[1] = {}) => openTimeline(show, init)
const dialog = () => page.getByRole('dialog')
const gaps = () => [...document.querySelectorAll<HTMLElement>('.gap')]

/** Scrolls up until something is there. */
async function scrollUpTo(find: () => HTMLElement | undefined): Promise<HTMLElement> {
  for (let step = 0; step < 100; step++) {
    const found = find()
    if (found !== undefined) {
      found.scrollIntoView({ block: 'center' })
      return found
    }
    scroller().scrollTop -= 400
    await new Promise(requestAnimationFrame)
  }
  throw new Error('It was not found.')
}

const withWords = (words: string) => () => gaps().find(({ textContent }) => textContent.includes(words))

describe('what is not held', () => {
  it('is fetched when it comes into sight, one week of it, and its messages stand in its place', async () => {
    const { fake, community, api } = await open({ scenario: 'community-gaps', history: { stepMs: 5 } })
    await scrollUpTo(() => (fake.calls.some((call) => call.startsWith('fetchSpan')) ? scroller() : undefined))
    // The newest week is held; the one before it is not.
    const week = (await api.archives(community.id))[1]
    expect(fake.calls[0]).toBe(`fetchSpan ${week?.fromMs} ${week?.toMs}`)
    await expect.poll(async () => (await api.archives(community.id))[1]?.state).toBe('held')
    const isOfWeek = (row: HTMLElement) => momentOf(row) >= (week?.fromMs ?? 0) && momentOf(row) < (week?.toMs ?? 0)
    await expect.poll(() => rows().some(isOfWeek)).toBe(true)
  })

  it('says why it is not there, and what can be done', async () => {
    const { fake } = await open({ scenario: 'community-gaps', history: { fetchSpan: async () => undefined } })
    const nobody = await scrollUpTo(withWords('Nobody who is online now has it'))
    expect(nobody.querySelector('button')?.textContent).toBe('Look again')
    const keyless = await scrollUpTo(withWords('Encrypted with a key that this device does not have'))
    expect(keyless.querySelector('button')).toBeNull()
    const damaged = await scrollUpTo(withWords('Damaged where it was published'))
    const before = fake.calls.length
    await userEvent.click(page.elementLocator(damaged).getByRole('button', { name: 'Look again' }))
    expect(fake.calls.slice(before)[0]).toMatch(/^fetchSpan/)
  })

  it('tells why fetching failed, and does not try again by itself', async () => {
    let asked = 0
    await open({
      scenario: 'community-gaps',
      history: {
        fetchSpan: async () => {
          asked += 1
          throw new TypeError('The line is dead.')
        },
      },
    })
    const gap = await scrollUpTo(withWords('Published, and not on this device yet'))
    await expect.poll(() => gap.textContent).toContain('The line is dead.')
    scroller().scrollTop += 40
    await new Promise(requestAnimationFrame)
    scroller().scrollTop -= 40
    await new Promise(requestAnimationFrame)
    expect(asked).toBe(1)
    await userEvent.click(page.elementLocator(gap).getByRole('button', { name: /^Fetch/ }))
    expect(asked).toBe(2)
  })
})

describe('a link to a message', () => {
  /** A message of long ago in “general”. */
  async function oldMessage() {
    const { api, community, channel } = await open()
    const anchor = { kind: 'time', atMs: GALLERY_NOW_MS - 60 * DAY_MS } as const
    const found = await api.timeline(community.id, { channelId: channel.id, anchor, limit: 40 })
    const message = found.rows.find((row) => row.kind === 'message' && row.text.length > 20 && !row.isDeleted)
    if (message?.kind !== 'message') throw new Error('Nothing was written then.')
    return { message, path: `${community.id}/${channel.id.slice(community.id.length)}`, community }
  }

  it('opens the timeline around it and marks it', async () => {
    const { message, path } = await oldMessage()
    history.pushState(null, '', `#/c/${path}?m=${message.id}&t=${message.atMs}`)
    dispatchEvent(new PopStateEvent('popstate'))
    await expect.poll(() => rowOf(message.id)?.classList.contains('message-highlighted')).toBe(true)
    expect(isInSight(rowOf(message.id))).toBe(true)
    expect(document.activeElement).toBe(rowOf(message.id))
  })

  it('that is not held says so, and shows what was written about that time', async () => {
    const { message, path } = await oldMessage()
    history.pushState(null, '', `#/c/${path}?m=0x${'77'.repeat(32)}&t=${message.atMs}`)
    dispatchEvent(new PopStateEvent('popstate'))
    await expect.element(page.getByText(/The message that the link names is not on this device yet/)).toBeVisible()
    expect(rowOf(message.id)).toBeDefined()
    expect(document.querySelector('.message-highlighted')).toBeNull()
  })

  it('is copied from its menu, with its channel and its time', async () => {
    const { pageCalls } = await open()
    const row = rows().at(-1)
    row?.focus()
    await userEvent.keyboard('{Enter}')
    await userEvent.click(page.getByRole('menuitem', { name: 'Copy link' }))
    await expect.poll(() => pageCalls[0]).toContain(`?m=${row?.dataset['row']}&t=`)
  })
})

describe('jumping', () => {
  it('goes to what a search found, marked', async () => {
    await open()
    await userEvent.click(page.getByRole('button', { name: 'Search' }).first())
    await userEvent.keyboard('awl')
    await expect.poll(() => document.querySelectorAll('.timeline-panel .message-card').length).toBeGreaterThan(0)
    await userEvent.click(page.getByRole('checkbox', { name: 'In this channel only' }))
    await expect.poll(() => document.querySelectorAll('.timeline-panel mark').length).toBeGreaterThan(0)
    await userEvent.click(page.getByRole('region', { name: 'Search' }).getByRole('button', { name: /awl/i }).last())
    await expect
      .poll(() => isInSight(document.querySelector<HTMLElement>('.message-highlighted') ?? undefined))
      .toBe(true)
    expect(document.querySelector('.message-highlighted')?.textContent.toLowerCase()).toContain('awl')
  })

  it('goes to a pinned message', async () => {
    const { api, community, channel } = await open()
    const pins = await api.pinned(community.id, channel.id)
    const oldest = pins.toSorted((a, b) => a.atMs - b.atMs)[0]
    await userEvent.click(page.getByRole('button', { name: 'Pinned messages' }).first())
    await expect.poll(() => document.querySelectorAll('.timeline-panel .message-card').length).toBe(pins.length)
    await userEvent.click(
      page
        .elementLocator(document.querySelector('.message-cards') ?? document.body)
        .getByRole('button')
        .last(),
    )
    await expect.poll(() => isInSight(rowOf(oldest?.id ?? ''))).toBe(true)
    expect(document.querySelector<HTMLElement>('.message-highlighted')?.dataset['row']).toBe(oldest?.id)
  })

  it('goes to a day of the calendar', async () => {
    const { api, community, channel } = await open()
    const { days } = await api.activity(community.id, channel.id)
    const busy = days.toSorted((a, b) => a.day - b.day)[Math.floor(days.length / 2)]
    const label = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })
    await userEvent.click(page.getByRole('button', { name: /open the calendar/ }))
    const name = new RegExp(`\\b${label.format((busy?.day ?? 0) * DAY_MS)}\\b`)
    await userEvent.click(page.getByRole('region', { name: 'Calendar' }).getByRole('button', { name }).first())
    const wanted = (busy?.day ?? 0) * DAY_MS
    await expect
      .poll(() =>
        rows()
          .filter(isInSight)
          .some((row) => Math.abs(momentOf(row) - wanted) < DAY_MS),
      )
      .toBe(true)
  })
})

const momentOf = (row: HTMLElement) => Date.parse(row.querySelector('time')?.dateTime ?? '')

describe('saving a part of the history', () => {
  it('asks for the days, the form and the channel, and hands over the file', async () => {
    const { fake, pageCalls } = await open({ history: { stepMs: 1 } })
    await userEvent.click(page.getByRole('button', { name: 'Save a part of the history' }))
    await expect.element(dialog().getByLabelText('From', { exact: true })).not.toHaveValue('')
    await userEvent.fill(dialog().getByLabelText('From', { exact: true }), '2026-06-01')
    await userEvent.fill(dialog().getByLabelText('Up to and with'), '2026-06-30')
    await userEvent.click(page.getByRole('radio', { name: /^Data/ }))
    await userEvent.click(dialog().getByRole('button', { name: 'Save' }))
    await expect.element(dialog()).not.toBeInTheDocument()
    expect(fake.calls).toEqual([`exportSpan json ${Date.UTC(2026, 5, 1)} ${Date.UTC(2026, 6, 1)}`])
    expect(pageCalls).toEqual(['download guild-of-binders.json'])
  })

  it('can be stopped, and says why it failed', async () => {
    let isBroken = false
    await open({
      history: {
        exportSpan: (_id, _span, { signal } = {}) =>
          isBroken
            ? Promise.reject(new TypeError('The disk is full.'))
            : new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
      },
    })
    await userEvent.click(page.getByRole('button', { name: 'Save a part of the history' }))
    await expect.element(dialog().getByLabelText('From', { exact: true })).not.toHaveValue('')
    await userEvent.click(dialog().getByRole('button', { name: 'Save' }))
    await userEvent.click(dialog().getByRole('button', { name: 'Stop' }))
    isBroken = true
    await userEvent.click(dialog().getByRole('button', { name: 'Save' }))
    await expect.element(dialog().getByText('The file was not made')).toBeVisible()
  })
})
