import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { usePage } from '../../testing/page-fixture.ts'
import { composer, messageOf, openTimeline, rows, steppedTime } from '../../testing/timeline-fixture.ts'
import { GATHER_MS } from './arrivals.ts'
import { UNDO_MS } from './message-actions.ts'

const { show } = usePage()
const open = (init: Parameters<typeof openTimeline>[1] = {}) => openTimeline(show, init)

describe('a message that is deleted', () => {
  it('is deleted when the time for an undo is over, and not before', async () => {
    const time = steppedTime()
    const { fake } = await open({ page: { later: time.later } })
    await userEvent.fill(composer(), 'To be deleted')
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByText('To be deleted')).toBeVisible()
    const row = rows().at(-1)
    row?.focus()
    await userEvent.keyboard('{Delete}')
    await expect.element(page.getByRole('button', { name: 'Undo' })).toBeVisible()
    time.pass(UNDO_MS - 1)
    expect(fake.calls.filter((call) => call.startsWith('remove'))).toEqual([])
    time.pass(UNDO_MS)
    await expect.poll(() => fake.calls.at(-1)).toBe(`remove ${row?.dataset['row']}`)
    await expect.element(page.getByText('This message was deleted.').last()).toBeVisible()
    await expect.element(page.getByRole('button', { name: 'Undo' })).not.toBeInTheDocument()
  })

  it('stays when that is undone, however long one waits', async () => {
    const time = steppedTime()
    const { fake } = await open({ page: { later: time.later } })
    await userEvent.fill(composer(), 'To be kept')
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByText('To be kept')).toBeVisible()
    rows().at(-1)?.focus()
    await userEvent.keyboard('{Delete}')
    await userEvent.click(page.getByRole('button', { name: 'Undo' }))
    time.pass(UNDO_MS)
    await expect.element(page.getByText('To be kept')).toBeVisible()
    expect(fake.calls.filter((call) => call.startsWith('remove'))).toEqual([])
  })
})

describe('pictures', () => {
  it('are shown before they are sent, taken out again, and sent with no words', async () => {
    const { fake } = await open()
    await userEvent.upload(page.getByLabelText('Pictures to add'), [await picture('one'), await picture('two')])
    await expect.element(page.getByRole('img', { name: 'Number 2' })).toBeVisible()
    await userEvent.click(page.getByRole('button', { name: 'Remove picture 1' }))
    await expect.element(page.getByRole('img', { name: 'Number 2' })).not.toBeInTheDocument()
    await userEvent.click(page.getByRole('button', { name: 'Send' }))
    await expect.poll(() => fake.calls).toContain('send ')
    await expect.poll(() => rows().at(-1)?.querySelectorAll('.picture').length).toBe(1)
    expect(document.querySelector('.composer-pictures')).toBeNull()
  })

  it('are at most four, and a file that is none is left out with a word', async () => {
    await open()
    const five = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(picture))
    await userEvent.upload(page.getByLabelText('Pictures to add'), five)
    await expect.element(page.getByText('A message takes 4 pictures; 1 picture left out.')).toBeVisible()
    expect(document.querySelectorAll('.composer-pictures li').length).toBe(4)
    for (let left = 4; left > 0; left--) {
      await userEvent.click(page.getByRole('button', { name: 'Remove picture 1' }))
    }
    const broken = new File(['no picture'], 'broken.png', { type: 'image/png' })
    await userEvent.upload(page.getByLabelText('Pictures to add'), broken)
    await expect.element(page.getByText(/cannot read this file as a picture/)).toBeVisible()
  })
})

describe('somebody without a name', () => {
  it('chooses one, and writes under it', async () => {
    const { fake } = await open({ scenario: 'community-nameless' })
    await expect.element(page.getByRole('button', { name: 'Use this name' })).toBeDisabled()
    await userEvent.fill(page.getByLabelText(/^Choose a name to write under/), '  Nell ')
    await userEvent.keyboard('{Enter}')
    await expect.element(composer()).toBeVisible()
    expect(fake.calls).toEqual(['setPerson Nell'])
  })
})

describe('what others write', () => {
  it('is told to screen readers several at a time, and what was there before is not', async () => {
    const time = steppedTime()
    const { model, fake, community, channel } = await open({ page: { later: time.later } })
    time.pass(GATHER_MS)
    expect(model.announcement.peek()).not.toContain('message')
    fake.receive(community.id, messageOf(channel.id, 'First'))
    await expect.element(page.getByText('First', { exact: true })).toBeVisible()
    fake.receive(community.id, messageOf(channel.id, 'Second'))
    await expect.element(page.getByText('Second', { exact: true })).toBeVisible()
    expect(model.announcement.peek()).not.toContain('new')
    time.pass(GATHER_MS)
    expect(model.announcement.peek()).toBe('2 new messages, the last from Wren')
    fake.receive(community.id, messageOf(channel.id, 'Third'))
    await expect.element(page.getByText('Third', { exact: true })).toBeVisible()
    time.pass(GATHER_MS)
    expect(model.announcement.peek()).toBe('New message from Wren: Third')
  })
})

async function picture(word: string): Promise<File> {
  const canvas = new OffscreenCanvas(32, 24)
  canvas.getContext('2d')?.fillRect(0, 0, word.length, 24)
  return new File([await canvas.convertToBlob({ type: 'image/png' })], `${word}.png`, { type: 'image/png' })
}
