import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { hexOf } from '../testing/history-messages.ts'
import { usePage } from '../testing/page-fixture.ts'
import { steppedTime } from '../testing/timeline-fixture.ts'
import { LEAVE_UNDO_MS } from './delayed-leaves.ts'

const { show } = usePage()

const ID = hexOf(1, 33, '02')
const OTHER_ID = hexOf(5, 33, '03')
const FAST = { history: { stepMs: 1 } } as const

const dialog = () => page.getByRole('dialog')
const side = () => page.getByRole('complementary')
const box = () => page.getByLabelText('Link or id of a community')
const title = () => page.getByRole('heading', { level: 1 })

describe('the list of communities', () => {
  it('is a place of the rail, and opens one of them', async () => {
    await show('communities-list')
    await expect.element(page.getByRole('link', { name: 'Communities' })).toHaveAttribute('aria-current', 'page')
    await userEvent.click(page.getByRole('link', { name: /^Guild of Binders/ }))
    await expect.element(title()).toHaveTextContent('Guild of Binders')
    expect(location.hash).toBe(`#/c/${ID}`)
    history.back()
    await expect.element(title()).toHaveTextContent('Communities')
  })

  it('follows a pasted link by keyboard, and shows what is looked for', async () => {
    const { node } = await show('communities-empty')
    await userEvent.click(page.getByRole('button', { name: 'Open a link' }))
    await userEvent.keyboard(`https://quire.example.org/#/c/${OTHER_ID}?maddrs=x{Enter}`)
    await expect.element(title()).toHaveTextContent('Friends of the Old Mill')
    expect(node?.history.calls).toEqual([`follow https://quire.example.org/#/c/${OTHER_ID}?maddrs=x`])
  })

  it('keeps a refused text and says why', async () => {
    await show('communities-empty')
    await userEvent.fill(box(), '0x02abc')
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByRole('alert').filter({ hasText: 'This text holds no community' })).toBeVisible()
    await expect.element(box()).toHaveValue('0x02abc')
    await expect.element(box()).toHaveAccessibleDescription(/begins with/)
  })

  it('takes a community’s link from the box of files, too', async () => {
    const { node } = await show('list')
    await userEvent.fill(page.getByLabelText('Link or CID of a file'), OTHER_ID)
    await userEvent.keyboard('{Enter}')
    await expect.poll(() => node?.history.calls.length).toBe(1)
    await expect.element(title()).toHaveTextContent('Friends of the Old Mill')
  })
})

describe('a link that the page is opened with', () => {
  it('is followed at once, and stays in the address', async () => {
    const openedHash = `#/c/${OTHER_ID}?m=${hexOf(7, 32)}&t=1755000000000&maddrs=x`
    const { node } = await show('communities-empty', { openedHash })
    await expect.element(title()).toHaveTextContent('Friends of the Old Mill')
    expect(node?.history.calls).toEqual([`follow https://quire.example.org/${openedHash}`])
    expect(location.hash).toBe(openedHash)
  })

  it('is refused in words where it is damaged', async () => {
    await show('communities-empty', { openedHash: `#/c/${OTHER_ID.slice(0, -3)}` })
    await expect.element(page.getByRole('alert').filter({ hasText: 'holds no community' })).toBeVisible()
  })

  it('is no order to follow when one comes back to it', async () => {
    const { node } = await show('communities-unknown')
    await expect.element(page.getByText('You do not follow this community')).toBeVisible()
    expect(node?.history.calls).toEqual([])
    await userEvent.click(page.getByRole('button', { name: 'Follow' }))
    await expect.poll(() => node?.history.calls).toEqual([`follow ${ID}`])
  })
})

describe('what is kept of a community', () => {
  it('is chosen in weeks, and limited in gigabytes', async () => {
    const { node } = await show('community-about')
    await userEvent.fill(side().getByRole('spinbutton', { name: 'How many weeks' }), '26')
    await userEvent.tab()
    await userEvent.fill(side().getByRole('spinbutton', { name: 'At most, in gigabytes' }), '0.5')
    await userEvent.keyboard('{Enter}')
    await userEvent.click(side().getByLabelText('Only what I look at'))
    await expect
      .poll(() => node?.history.calls)
      .toEqual([
        'setSettings {"keep":{"kind":"weeks","weeks":26}}',
        'setSettings {"quotaBytes":500000000}',
        'setSettings {"keep":{"kind":"viewed"}}',
      ])
  })

  it('lists each archive with its state, and fetches one that is not here', async () => {
    const { node } = await show('community-archives', FAST)
    await expect.element(side().getByText('15 of 20 archives here')).toBeVisible()
    await userEvent.click(side().getByRole('button', { name: /^Fetch 23/ }))
    await expect.element(side().getByText('16 of 20 archives here')).toBeVisible()
    expect(node?.history.calls[0]).toMatch(/^fetchSpan/)
  })

  it('is left after a question, with what is kept here or without', async () => {
    const time = steppedTime()
    const { node } = await show('community-leaving', { page: { later: time.later } })
    await userEvent.click(dialog().getByRole('button', { name: 'Stay' }))
    expect(node?.history.calls).toEqual([])
    await userEvent.click(page.getByRole('button', { name: 'Details' }))
    await userEvent.click(side().getByRole('button', { name: 'Leave this community' }))
    await userEvent.click(dialog().getByRole('checkbox'))
    await userEvent.click(dialog().getByRole('button', { name: 'Leave' }))
    await expect.element(title()).toHaveTextContent('Communities')
    await expect.element(page.getByText('You left Guild of Binders.')).toBeVisible()
    time.pass(LEAVE_UNDO_MS - 1)
    expect(node?.history.calls).toEqual([])
    time.pass(LEAVE_UNDO_MS)
    await expect.element(page.getByText('You left Guild of Binders.')).not.toBeInTheDocument()
    expect(node?.history.calls).toEqual(['leave and keep'])
  })

  it('stays when leaving it is undone', async () => {
    const time = steppedTime()
    const { node } = await show('community-leaving', { page: { later: time.later } })
    await userEvent.click(dialog().getByRole('button', { name: 'Leave' }))
    await userEvent.click(page.getByRole('button', { name: 'Undo' }))
    time.pass(LEAVE_UNDO_MS)
    await userEvent.click(page.getByRole('link', { name: /Guild of Binders/ }))
    await expect.element(title()).toHaveTextContent('Guild of Binders')
    expect(node?.history.calls).toEqual([])
  })
})

describe('the side of a community', () => {
  it('changes its panel in place, so that one step back closes it', async () => {
    await show('community')
    await userEvent.click(page.getByRole('button', { name: 'Details' }))
    await userEvent.click(side().getByRole('link', { name: 'Archives' }))
    await expect.element(side().getByRole('heading', { level: 2 })).toHaveTextContent('Archives')
    history.back()
    await expect.element(side()).not.toBeInTheDocument()
    await expect.element(title()).toHaveTextContent('Guild of Binders')
  })

  it('closes with Esc, and is a sheet on a phone', async () => {
    await show('community-about')
    await userEvent.keyboard('{Escape}')
    await expect.element(side()).not.toBeInTheDocument()
    await page.viewport(360, 740)
    await userEvent.click(page.getByRole('button', { name: 'Share' }))
    await expect.element(dialog()).toBeVisible()
    await userEvent.keyboard('{Escape}')
    await expect.element(dialog()).not.toBeInTheDocument()
  })

  it('names the keys that are missing, takes one, and hands out those that are held', async () => {
    const { node, pageCalls } = await show('community-missing-keys')
    await expect.element(side().getByRole('heading', { name: '2 keys missing' })).toBeVisible()
    await userEvent.fill(side().getByLabelText('Text of the key'), 'no key')
    await userEvent.click(side().getByRole('button', { name: 'Add the key' }))
    await expect.element(side().getByRole('alert').filter({ hasText: 'This text is no key' })).toBeVisible()
    await userEvent.fill(side().getByLabelText('Text of the key'), 'abcdef0123')
    await userEvent.click(side().getByRole('button', { name: 'Add the key' }))
    await expect.element(side().getByRole('heading', { name: '1 key missing' })).toBeVisible()
    await userEvent.click(side().getByRole('button', { name: 'Show the keys' }))
    await userEvent.click(side().getByRole('button', { name: 'Copy the keys' }))
    await expect.poll(() => pageCalls[0]).toMatch(/^copy 0x/)
    expect(node?.history.calls).toEqual(['addGroupKey 6', 'addGroupKey 10'])
  })
})

describe('a community by keyboard alone', () => {
  it('lets nothing at its side be reached by the mouse alone', async () => {
    await show('community-import')
    const all = [...document.querySelectorAll('.side :is(button, a[href], input:not([hidden]), select, summary)')]
    const reached = new Set<Element | null>()
    all[0]?.closest('aside')?.querySelector('button')?.focus()
    for (let step = 0; step <= all.length; step++) {
      reached.add(document.activeElement)
      await userEvent.keyboard('{Tab}')
    }
    const missed = all.filter((element) => element.checkVisibility() && !reached.has(element))
    expect(missed.map((element) => element.outerHTML)).toEqual([])
    expect(all.length).toBeGreaterThan(12)
  })

  it('goes to the box that follows with “/”', async () => {
    await show('communities-list')
    await userEvent.keyboard('/')
    await expect.element(box()).toHaveFocus()
  })
})
