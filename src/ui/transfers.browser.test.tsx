import { afterEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { transferOf } from './testing/fake-datasets.ts'
import { usePage } from './testing/page-fixture.ts'

const { show } = usePage()

const NAME = 'spring-2026-field-recordings.flac'
const UPLOAD = 'chronicle-scan-600dpi.tif'

/** The list: the same words stand in the details, too. */
const list = () => page.getByRole('region', { name: 'On the way' })

describe('what is on its way', () => {
  it('is paused and resumed by its button, which keeps the focus', async () => {
    const { node } = await show('fetching')
    await userEvent.click(list().getByRole('button', { name: `Pause ${NAME}` }))
    await expect.element(list().getByText('Paused. What arrived is kept.')).toBeVisible()
    expect(document.activeElement?.textContent).toContain('Resume')
    await userEvent.keyboard('{Enter}')
    await expect.element(list().getByText(/^Looking for/)).toBeVisible()
    expect(node?.calls.map((call) => call.split(' ')[0])).toEqual(['pauseTransfer', 'resumeTransfer'])
  })

  it('is paused and resumed with “p”, all of it together', async () => {
    const { node } = await show('fetching')
    await userEvent.keyboard('p')
    await expect.element(list().getByText('Paused. What arrived is kept.')).toBeVisible()
    await userEvent.keyboard('p')
    await expect.element(list().getByText(/^Looking for/)).toBeVisible()
    expect(node?.calls).toHaveLength(2)
  })

  it('says that the device is offline and that it goes on by itself', async () => {
    await show('waiting-offline')
    const words = 'You are offline. The transfer goes on when the connection is back.'
    await expect.element(list().getByText(words)).toBeVisible()
  })

  it('shows the rate of the last minute, in words for who cannot see it', async () => {
    await show('fetching')
    const plot = list().getByRole('img', { name: /^Rate over the last minute: now 3\.4 MB\/s, at most \d\.\d MB\/s$/ })
    await expect.element(plot).toBeVisible()
  })

  it.each([1280, 360])('shows amounts and percent on one line beside or above the plot, %d px wide', async (width) => {
    await page.viewport(width, 800)
    await show('fetching')
    const lines = [...document.querySelectorAll('.progress-facts')].map((facts) =>
      ['.progress-amounts', '.progress-percent', '.rate-plot'].map((part) => boxOf(facts, part)),
    )
    // One in the list, one in the details.
    expect(lines).toHaveLength(2)
    for (const [amounts, percent, plot] of lines) {
      expect(middleOf(percent)).toBeCloseTo(middleOf(amounts), 0)
      expect(doOverlap(amounts, percent) || doOverlap(amounts, plot) || doOverlap(percent, plot)).toBe(false)
    }
  })

  it('is taken up again after a stop', async () => {
    const { node } = await show('cancelled')
    await userEvent.click(list().getByRole('button', { name: `Go on with ${NAME}` }))
    await expect.poll(() => node?.calls.some((call) => call.startsWith('fetch zDv'))).toBe(true)
  })

  it('asks before an upload is stopped, as what was added is lost', async () => {
    const { node } = await show('uploading')
    await userEvent.click(list().getByRole('button', { name: `Stop ${UPLOAD}` }))
    await expect.element(page.getByRole('dialog')).toHaveTextContent('The 312 MB that were added so far are removed')
    await userEvent.click(page.getByRole('button', { name: 'Go on adding' }))
    expect(node?.calls.some((call) => call.startsWith('cancelTransfer'))).toBe(false)
    await userEvent.click(list().getByRole('button', { name: `Stop ${UPLOAD}` }))
    await userEvent.click(page.getByRole('dialog').getByRole('button', { name: 'Stop', exact: true }))
    await expect.poll(() => node?.calls).toContain('cancelTransfer up-1')
  })
})

describe('an upload that was cut off', () => {
  it('says how far it came and how it goes on, and opens the picker', async () => {
    await show('upload-interrupted')
    const words = '471 MB of 940 MB were added before it was interrupted. Give the same file again to go on.'
    await expect.element(list().getByText(words)).toBeVisible()
    const opened = new Promise((resolve) => {
      document.querySelector('.picker')?.addEventListener('click', (event) => {
        event.preventDefault()
        resolve('opened')
      })
    })
    await userEvent.click(list().getByRole('button', { name: 'Choose the file film.mp4 again' }))
    expect(await opened).toBe('opened')
  })

  it('is one row, not two, once its file is given', async () => {
    const { node } = await show('upload-interrupted')
    const given = { id: 'up', kind: 'upload', name: 'film.mp4', totalBytes: 940_000_000, cid: undefined } as const
    node?.showTransfer(transferOf('', { state: 'preparing' }, given))
    await expect.element(list().getByText('Reading the file')).toBeVisible()
    expect(list().getByRole('listitem').elements()).toHaveLength(1)
  })

  it('is removed after a question', async () => {
    const { node } = await show('upload-interrupted')
    await userEvent.click(list().getByRole('button', { name: 'Remove what was added of film.mp4' }))
    await expect.element(page.getByRole('dialog')).toHaveTextContent('The 471 MB that were added so far are removed')
    await userEvent.click(page.getByRole('dialog').getByRole('button', { name: 'Remove' }))
    await expect.element(list()).not.toBeInTheDocument()
    expect(node?.calls).toEqual(['discardUpload 4'])
  })
})

describe('files whose turn had not come', () => {
  it('are listed together after a reload, until they are left out', async () => {
    await show('uploads-not-added')
    await expect.element(list().getByText('9 files were not added')).toBeVisible()
    const words =
      /^The page was closed before their turn\. Give them again to add them: page-0\.tif, .* and 4 more files$/
    await expect.element(list().getByText(words)).toBeVisible()
    await userEvent.click(list().getByRole('button', { name: 'Leave out the files that were not added' }))
    await expect.element(list()).not.toBeInTheDocument()
  })

  it('are no longer listed once they are given again', async () => {
    const { model } = await show('uploads-not-added')
    const file = new File(['content'], 'page-3.tif', { lastModified: 1 })
    model.files.add([{ file, name: file.name }])
    await expect.element(list().getByText('8 files were not added')).toBeVisible()
  })
})

describe('the map of blocks', () => {
  afterEach(() => void vi.useRealTimers())

  it('tells in numbers what is here, on its way, with others and with nobody', async () => {
    await show('fetching')
    const map = page.getByRole('complementary').getByRole('figure')
    await expect.element(map.getByRole('img', { name: 'Map of the blocks of this file' })).toBeVisible()
    for (const words of [/^1,8\d\d blocks here$/, /on their way$/, /with others online$/, /with nobody so far$/]) {
      await expect.element(map.getByText(words)).toBeVisible()
    }
  })

  it('says only what is here while nobody was asked for the rest', async () => {
    await show('list-partial-chosen')
    const map = page.getByRole('complementary').getByRole('figure')
    await expect.element(map.getByText('86 not here')).toBeVisible()
    expect(map.element().textContent).not.toContain('online')
  })

  it('is asked for only while it is shown, a few times a second', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { node } = await show('fetching')
    await expect.poll(() => node?.mapCalls).toBe(1)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(node?.mapCalls).toBeGreaterThan(3)
    expect(node?.mapCalls).toBeLessThanOrEqual(11)
    await userEvent.keyboard('{Escape}')
    await expect.element(page.getByRole('figure')).not.toBeInTheDocument()
    const before = node?.mapCalls
    await vi.advanceTimersByTimeAsync(60_000)
    expect(node?.mapCalls).toBe(before)
  })
})

function boxOf(parent: Element, selector: string): DOMRect | undefined {
  return parent.querySelector(selector)?.getBoundingClientRect()
}

function middleOf(box: DOMRect | undefined): number {
  return box === undefined ? Number.NaN : box.top + box.height / 2
}

function doOverlap(a: DOMRect | undefined, b: DOMRect | undefined): boolean {
  if (a === undefined || b === undefined) return true
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}
