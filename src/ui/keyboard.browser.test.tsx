import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { usePage } from './testing/page-fixture.ts'

const { show } = usePage()

const focused = () => document.activeElement

describe('the page by keyboard alone', () => {
  it('goes to the fetch box with “/” and says there why a text is refused', async () => {
    await show('list')
    await userEvent.keyboard('/')
    await expect.poll(focused).toBe(page.getByLabelText('Link or CID').element())
    await userEvent.keyboard('no link{Enter}')
    await expect.element(page.getByRole('alert').filter({ hasText: 'no link and no CID' })).toBeVisible()
    await expect.element(page.getByLabelText('Link or CID')).toHaveAccessibleDescription(/Ask the person who shared it/)
    await expect.element(page.getByLabelText('Link or CID')).toHaveValue('no link')
  })

  it('comes from another place to the fetch box', async () => {
    await show('settings')
    await userEvent.keyboard('/')
    await expect.poll(() => focused()?.id).toBe('fetch-link')
  })

  it('opens the file picker with “u”, but not while one types', async () => {
    await show('list')
    let clicks = 0
    const onClick = (event: Event) => {
      event.preventDefault()
      clicks++
    }
    document.querySelector('.picker')?.addEventListener('click', onClick)
    await userEvent.click(page.getByLabelText('Link or CID'))
    await userEvent.keyboard('u')
    await userEvent.keyboard('{Tab}u')
    await expect.poll(() => clicks).toBe(1)
  })

  it('lists the keys with “?”, closes with Esc, and gives the focus back', async () => {
    await show('list')
    const row = page.getByRole('button', { name: 'harvest.mp4 Complete' })
    row.element().focus()
    await userEvent.keyboard('?')
    await expect.element(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
    await userEvent.keyboard('{Escape}')
    await expect.element(page.getByRole('dialog', { name: 'Keys' })).not.toBeInTheDocument()
    expect(focused()).toBe(row.element())
  })

  it('moves through the list with the arrows, opens with Enter, closes with Esc', async () => {
    await show('list')
    page.getByRole('button', { name: 'assembly-minutes-2026-08.pdf Complete' }).element().focus()
    await userEvent.keyboard('{ArrowDown}{Enter}')
    await expect.element(page.getByRole('heading', { name: 'harvest.mp4' })).toBeVisible()
    await userEvent.keyboard('{ArrowUp}')
    expect(focused()?.textContent).toContain('assembly-minutes')
    await userEvent.keyboard('{Escape}')
    await expect.element(page.getByRole('heading', { name: 'harvest.mp4' })).not.toBeInTheDocument()
    expect(location.hash).toBe('#/')
  })

  it('closes the sheet of a phone with Esc', async () => {
    await page.viewport(360, 740)
    await show('list-chosen')
    await expect.element(page.getByRole('dialog', { name: 'assembly-minutes-2026-08.pdf' })).toBeVisible()
    await userEvent.keyboard('{Escape}')
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument()
  })

  it('shows a CID whole while it has the focus', async () => {
    await show('list-chosen')
    const cid = page.getByRole('button', { name: /^Copy CID/ })
    expect(cid.element().textContent).toContain('…')
    await expect.element(cid.getByText('…')).toBeVisible()
    cid.element().focus({ focusVisible: true })
    await expect.element(cid.getByText('…')).not.toBeVisible()
  })

  it('lets nothing that can be done be reached by the mouse alone', async () => {
    await show('fetching')
    const reached = new Set<Element | null>()
    const all = [...document.querySelectorAll('button, a[href], input:not([hidden])')].filter((element) =>
      element.checkVisibility(),
    )
    for (let step = 0; step <= all.length; step++) {
      await userEvent.keyboard('{Tab}')
      reached.add(focused())
    }
    expect(all.filter((element) => !reached.has(element)).map((element) => element.outerHTML)).toEqual([])
    expect(all.length).toBeGreaterThan(12)
  })
})
