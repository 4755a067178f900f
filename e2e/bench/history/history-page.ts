import type { CDPSession, Page } from '@playwright/test'
import type { BenchBrowser } from '../bench-browser.ts'
import { type FrameTimes, installProbe, type WebRtcSent } from './page-probe.ts'

const DAY_MS = 86_400_000
/** Long enough for what is far from its aim to be measured. */
const PATIENCE_MS = 60_000
/** An owner asks around for half a minute before the first archive. */
const PUBLISHING_PATIENCE_MS = 180_000
/** A million messages on a slow machine. */
const HOLDING_PATIENCE_MS = 3_600_000
const PROGRESS_MS = 30_000
/** A wheel that is turned fast: 12,000 pixels a second. */
const WHEEL = { stepPx: 300, everyMs: 25 } as const

interface FirstMessages {
  /** Since the navigation began. */
  readonly shownMs: number
  /** Undefined where the index was held before. */
  readonly indexMs: number | undefined
}

/** The communities of one browser of the benchmark: its real page, and the clock in it. */
export class HistoryPage {
  readonly page: Page
  readonly #session: CDPSession

  private constructor(page: Page, session: CDPSession) {
    this.page = page
    this.#session = session
  }

  static async create({ context }: BenchBrowser): Promise<HistoryPage> {
    const page = await context.newPage()
    page.on('pageerror', (error) => process.stderr.write(`  page: ${String(error)}\n`))
    await page.addInitScript(installProbe)
    return new HistoryPage(page, await context.newCDPSession(page))
  }

  /** Opens a link, and gives when the first messages of its community were to be seen. */
  async open(link: string): Promise<FirstMessages> {
    await this.page.goto(link)
    return this.#firstMessages()
  }

  /** Loads the page anew. */
  async reload(): Promise<FirstMessages> {
    await this.page.reload()
    return this.#firstMessages()
  }

  /** Fetches no archives from now on, as an owner neither. */
  async pause(): Promise<void> {
    await this.page.locator('.community-buttons').getByText('Details').click()
    await this.page.getByRole('complementary').getByRole('button', { name: 'Pause' }).click()
    await this.page.getByRole('complementary').getByRole('button', { name: 'Resume' }).waitFor()
    await this.page.getByRole('complementary').getByRole('button', { name: 'Close' }).click()
  }

  /** Chooses the community in the list of communities; milliseconds from the press to its first messages. */
  async openFromList(): Promise<number> {
    await this.page.getByRole('link', { name: 'Communities' }).first().click()
    await this.page.locator('.community-row').first().waitFor()
    await this.#afterFrame()
    return this.#fromPress(undefined, () => this.page.locator('.community-row').first().click())
  }

  /** Keeps what is looked at alone, and waits until nothing is on its way. */
  async keepViewedOnly(): Promise<void> {
    await this.page.locator('.community-buttons').getByText('Details').click()
    // The choice is shown once the worker has taken it.
    await this.page.getByRole('radio', { name: 'Only what I look at' }).click()
    await this.page.getByRole('radio', { name: 'Only what I look at', checked: true }).waitFor()
    await this.page.getByRole('complementary').getByRole('button', { name: 'Close' }).click()
    await this.page.evaluate((ms) => historyProbe.whenCommunity('at rest', ms), PATIENCE_MS)
  }

  /** Waits until all archives are here, and tells how far it is now and then; seconds since the navigation began. */
  async whenAllHeld(log: (text: string) => void): Promise<number> {
    const timer = setInterval(
      () => void this.heldArchives().then((count) => log(`  ${count} archives are held`)),
      PROGRESS_MS,
    )
    try {
      return (await this.page.evaluate((ms) => historyProbe.whenCommunity('all held', ms), HOLDING_PATIENCE_MS)) / 1000
    } finally {
      clearInterval(timer)
    }
  }

  /** Waits until so many archives are here. */
  async whenHeld(count: number): Promise<void> {
    await this.page.evaluate(([wish, ms]) => historyProbe.whenCommunity(wish, ms), [
      count,
      PUBLISHING_PATIENCE_MS,
    ] as const)
  }

  async heldArchives(): Promise<number> {
    return this.page.evaluate(() => historyProbe.community?.heldArchiveCount ?? 0)
  }

  async heldBytes(): Promise<number> {
    return this.page.evaluate(() => historyProbe.community?.heldBytes ?? 0)
  }

  /** Presses a day in the calendar; milliseconds until a message of that day has been painted. */
  async jumpTo(dayMs: number, { isHeld }: { readonly isHeld: boolean }): Promise<number> {
    const { page } = this
    const date = new Date(dayMs)
    if (!(await page.locator('.calendar-panel').isVisible())) await page.locator('.day-button').click()
    const year = page.locator('.year-name')
    await year.waitFor()
    for (;;) {
      const shown = Number(await year.textContent())
      if (shown === date.getUTCFullYear()) break
      await page
        .getByRole('button', { name: shown > date.getUTCFullYear() ? 'The year before' : 'The year after' })
        .click()
    }
    const button = page.locator(`[data-day="${Math.floor(dayMs / DAY_MS)}"]`)
    await button.scrollIntoViewIfNeeded()
    const isGap = (await button.getAttribute('class'))?.includes('calendar-gap') === true
    if (isGap === isHeld)
      throw new Error(`${date.toISOString().slice(0, 10)} is ${isHeld ? 'not held' : 'held'} already.`)
    await this.#afterFrame()
    return this.#fromPress(date.toISOString().slice(0, 10), () => button.click())
  }

  async closePanel(): Promise<void> {
    const close = this.page.locator('.timeline-panel').getByRole('button', { name: /^Close/ })
    if (await close.isVisible()) await close.click()
  }

  async goToNewest(): Promise<void> {
    const button = this.page.locator('.newest-button')
    if (await button.isVisible()) await button.click()
    await button.waitFor({ state: 'hidden' })
  }

  /** Writes into the search field as a person does who pastes: from the call to its answer, and to what is painted. */
  async search(text: string): Promise<{ readonly answerMs: number; readonly shownMs: number; readonly hits: number }> {
    const { page } = this
    const field = page.getByLabel('Words to search for')
    if (!(await field.isVisible())) await page.getByRole('button', { name: 'Search', exact: true }).click()
    await field.fill('')
    await page.locator('.search-count').waitFor({ state: 'detached' })
    const answer = page.evaluate((ms) => historyProbe.nextCall('search', ms), PATIENCE_MS)
    const writtenMs = await page.evaluate(() => performance.now())
    await field.fill(text)
    const answerMs = await answer
    const shownMs = (await page.evaluate((ms) => historyProbe.whenFound(ms), PATIENCE_MS)) - writtenMs
    return { answerMs, shownMs, hits: await page.locator('.search-results li').count() }
  }

  /** Turns the wheel upwards for so long. */
  async scrollUp(seconds: number): Promise<FrameTimes & { readonly scrolledRows: number }> {
    const { page } = this
    const list = page.locator('.message-scroller')
    const box = await list.boundingBox()
    if (box === null) throw new Error('There is no list to scroll.')
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await page.mouse.move(x, y)
    const rowsBefore = await this.#rowIds()
    await this.#afterFrame()
    await page.evaluate(() => historyProbe.startFrames())
    const endMs = performance.now() + 1000 * seconds
    const seen = new Set<string>()
    let looksIn = 0
    while (performance.now() < endMs) {
      const turnedMs = performance.now()
      await this.#session.send('Input.dispatchMouseEvent', {
        type: 'mouseWheel',
        x,
        y,
        deltaX: 0,
        deltaY: -WHEEL.stepPx,
      })
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, turnedMs + WHEEL.everyMs - performance.now())))
      // Reading the rows costs the page something, so it is done rarely: the window holds some hundreds.
      if (looksIn-- === 0) {
        for (const id of await this.#rowIds()) seen.add(id)
        looksIn = 20
      }
    }
    const frames = await page.evaluate(() => historyProbe.stopFrames())
    for (const id of rowsBefore) seen.delete(id)
    return { ...frames, scrolledRows: seen.size }
  }

  async webRtcSent(): Promise<WebRtcSent> {
    return this.page.evaluate(() => historyProbe.webRtcSent())
  }

  async #firstMessages(): Promise<FirstMessages> {
    return this.page.evaluate(async (ms) => {
      const shownMs = await historyProbe.whenInSight(undefined, ms)
      return { shownMs, indexMs: historyProbe.signalMs.get('indexDownloadCompleted') }
    }, PATIENCE_MS)
  }

  async #fromPress(day: string | undefined, press: () => Promise<void>): Promise<number> {
    const seen = this.page.evaluate(
      async ([wanted, ms]) => {
        const atMs = await historyProbe.whenInSight(wanted, ms)
        return atMs - historyProbe.pressedMs
      },
      [day, PATIENCE_MS] as const,
    )
    // Its failure comes with the press’s.
    seen.catch(() => undefined)
    await press()
    return seen
  }

  #rowIds(): Promise<string[]> {
    return this.page.evaluate(() =>
      Array.from(document.querySelectorAll<HTMLElement>('.messages [data-row]'), (row) => row.dataset['row'] ?? ''),
    )
  }

  /** What the step before began to draw does not count. */
  async #afterFrame(): Promise<void> {
    await this.page.evaluate(
      () =>
        new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 200)))),
    )
  }
}
