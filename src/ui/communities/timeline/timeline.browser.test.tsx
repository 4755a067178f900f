import axe from 'axe-core'
import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { usePage } from '../../testing/page-fixture.ts'
import type { ShowInit } from '../../testing/show-scenario.tsx'
import { composer, messageOf, openTimeline, rows, scroller } from '../../testing/timeline-fixture.ts'
import { UNDO_MS } from './message-actions.ts'

const { show } = usePage()

const open = (init: ShowInit = {}) => openTimeline(show, init)
const topOf = (row: HTMLElement | undefined) => row?.getBoundingClientRect().top ?? Number.NaN
const isAtEnd = () => scroller().scrollHeight - scroller().scrollTop - scroller().clientHeight < 2

async function say(text: string): Promise<void> {
  await userEvent.click(composer())
  await userEvent.keyboard(`${text}{Enter}`)
  await expect.element(page.getByText(text)).toBeVisible()
}

describe('a timeline', () => {
  it('opens at the newest message', async () => {
    const { api, community, channel } = await open()
    const anchor = { kind: 'newest' } as const
    const newest = await api.timeline(community.id, { channelId: channel.id, anchor, limit: 1 })
    expect(rows().at(-1)?.dataset['row']).toBe(newest.rows[0]?.id)
    await expect.poll(isAtEnd).toBe(true)
  })

  it('holds a few hundred rows however far one scrolls, and shows every message once and in order', async () => {
    const { api, community, channel } = await open()
    const seen: string[] = []
    for (let step = 0; step < 400 && document.querySelector('.list-beginning') === null; step++) {
      scroller().scrollTop = 0
      await expect.poll(() => scroller().scrollTop > 0 || document.querySelector('.list-beginning') !== null).toBe(true)
      const ids = rows().map(({ dataset }) => dataset['row'] ?? '')
      expect(ids.length).toBeLessThan(400)
      expect(new Set(ids).size).toBe(ids.length)
      seen.push(...ids)
    }
    await expect.element(page.getByText('The beginning of #general')).toBeVisible()
    const anchor = { kind: 'time', atMs: 0 } as const
    const first = await api.timeline(community.id, { channelId: channel.id, anchor, limit: 200 })
    const oldest = first.rows.slice(0, 50).map(({ id }) => id)
    expect(
      rows()
        .slice(0, oldest.length)
        .map(({ dataset }) => dataset['row']),
    ).toEqual(oldest)
    expect(new Set(seen).size).toBe(channel.messageCount)
  })

  it('leaves what one reads where it is while older rows come in above', async () => {
    await open()
    const count = rows().length
    scroller().scrollTop = 400
    const read = rows().find(({ offsetTop }) => offsetTop > scroller().scrollTop + 100)
    const top = topOf(read)
    await expect.poll(() => rows().length).toBeGreaterThan(count)
    expect(scroller().scrollTop).toBeGreaterThan(600)
    expect(Math.abs(topOf(read) - top)).toBeLessThan(3)
  })

  it('stays where one reads when a message comes, and says that it came', async () => {
    const { fake, community, channel } = await open()
    scroller().scrollTop -= 1500
    await expect.element(page.getByRole('button', { name: 'Newest' })).toBeVisible()
    const before = rows().find(({ offsetTop }) => offsetTop > scroller().scrollTop)
    const top = topOf(before)
    fake.receive(community.id, messageOf(channel.id, 'Fresh ink'))
    await expect.element(page.getByRole('button', { name: '1 new' })).toBeVisible()
    expect(Math.abs(topOf(before) - top)).toBeLessThan(3)
    await userEvent.click(page.getByRole('button', { name: '1 new' }))
    await expect.element(page.getByText('Fresh ink')).toBeVisible()
  })

  it('follows the end while one is there', async () => {
    const { fake, community, channel } = await open()
    await expect.poll(isAtEnd).toBe(true)
    fake.receive(community.id, messageOf(channel.id, 'Fresh ink'))
    await expect.element(page.getByText('Fresh ink')).toBeVisible()
    await expect.poll(isAtEnd).toBe(true)
  })

  it('says why it could not be read, and tries again', async () => {
    let isBroken = true
    const { model } = await show('community', {
      history: {
        timeline: async () => {
          if (isBroken) throw new TypeError('Out of ink.')
          return { rows: [], isFound: true }
        },
      },
    })
    await expect.element(page.getByText('The messages could not be read')).toBeVisible()
    isBroken = false
    await userEvent.click(page.getByRole('button', { name: 'Try again' }))
    await expect.element(page.getByText('Nothing in #general yet')).toBeVisible()
    expect(model.history.failure.peek()).toBeUndefined()
  })
})

describe('writing', () => {
  it('sends with Enter, makes a new line with Shift and Enter', async () => {
    const { fake } = await open()
    await userEvent.click(composer())
    await userEvent.keyboard('one{Shift>}{Enter}{/Shift}two{Enter}')
    await expect.poll(() => fake.calls.filter((call) => call.startsWith('send'))).toEqual(['send one\ntwo'])
    await expect.element(composer()).toHaveValue('')
  })

  it('answers, changes and deletes a message, which can be undone', async () => {
    const { fake } = await open()
    await say('First words')
    await userEvent.click(composer())
    await userEvent.keyboard('{ArrowUp}')
    const field = page.getByRole('textbox', { name: 'Change your message' })
    await expect.element(field).toHaveValue('First words')
    await userEvent.fill(field, 'Second words')
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByText('Second words')).toBeVisible()
    rows().at(-1)?.focus()
    await userEvent.keyboard('{Delete}')
    await userEvent.click(page.getByRole('button', { name: 'Undo' }))
    await expect.element(page.getByText('Second words')).toBeVisible()
    expect(fake.calls.filter((call) => /^(edit|remove)/.test(call))).toEqual(['edit Second words'])
    expect(UNDO_MS).toBeGreaterThan(3000)
  })

  it('refuses what is longer than a message may be', async () => {
    await open()
    await userEvent.fill(composer(), 'ä'.repeat(4097))
    await expect.element(page.getByText('4,097 of 4,096 characters. Shorten it, or send two.')).toBeVisible()
    await expect.element(page.getByRole('button', { name: 'Send' })).toBeDisabled()
  })

  it('reacts from the menu by keyboard, and gives the focus back', async () => {
    const { fake } = await open()
    const row = rows().at(-1)
    row?.focus()
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByRole('menu')).toBeVisible()
    await userEvent.keyboard('{ArrowRight}{Enter}')
    await expect.poll(() => fake.calls).toContain('react 2 false')
    await expect.poll(() => document.activeElement).toBe(row)
  })
})

describe('what strangers wrote', () => {
  it('becomes no markup, and loads nothing', async () => {
    const { fake, community, channel } = await open()
    const hostile = '<img src=x onerror=alert(1)> <script>alert(1)</script> ![x](https://evil.example/x.png)'
    fake.receive(community.id, messageOf(channel.id, hostile))
    await expect.element(page.getByText('<script>alert(1)</script>')).toBeVisible()
    const last = rows().at(-1)
    expect(last?.querySelectorAll('img, script').length).toBe(0)
  })

  it('leads to another page only after its real host was shown', async () => {
    const { fake, community, channel } = await open()
    const link = '[bank.example](https://bank.example@evil.example/)'
    fake.receive(community.id, messageOf(channel.id, link))
    await userEvent.click(page.getByRole('link', { name: 'bank.example' }))
    await expect.element(page.getByRole('dialog', { name: 'Open evil.example?' })).toBeVisible()
  })

  it('is no picture from elsewhere until it is asked for', async () => {
    const { fake, community, channel } = await open()
    const remoteUrl = 'https://pictures.example/a.png'
    const picture = {
      index: 0,
      kind: 'image',
      name: 'a.png',
      mediaType: 'image/png',
      isHere: false,
      remoteUrl,
    } as const
    fake.receive(community.id, { ...messageOf(channel.id, 'See'), attachments: [picture] })
    await expect.element(page.getByRole('button', { name: 'Load picture from pictures.example' })).toBeVisible()
    expect(document.querySelector('img[src^="https:"]')).toBeNull()
  })
})

describe.each([
  { looks: 'light, wide', theme: 'light', width: 1280, height: 800 },
  { looks: 'dark, on a phone', theme: 'dark', width: 360, height: 700 },
])('what lies beside the messages, $looks', ({ theme, width, height }) => {
  it.each(['Search', 'Pinned messages', /open the calendar/])('%s reads well with a screen reader', async (name) => {
    await open({ theme })
    await page.viewport(width, height)
    await userEvent.click(page.getByRole('button', { name }).first())
    await expect.poll(() => document.querySelector('.timeline-panel progress')).toBeNull()
    const { violations } = await axe.run(document, { resultTypes: ['violations'] })
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width)
  })
})
