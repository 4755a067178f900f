import type { BenchBrowser } from '../bench-browser.ts'
import type { Figure } from '../figure.ts'
import type { Lab } from '../lab.ts'
import { MB, type Measure } from '../measure.ts'
import { traceTasks } from '../task-trace.ts'
import { askerOf, offerFrom } from '../transfers.ts'

declare global {
  // Kept by the script that `observe` puts into the page; a property of the global object can be declared only this way.
  var longestTaskMs: number
}

const COMPLETE_TIMEOUT_MS = 300_000

export const longestTask: Measure = {
  name: 'longest-task',
  title: 'The longest task on the thread of the app’s own page during a download.',
  quickBudgetS: 25,
  async run({ lab, rounds, isQuick }): Promise<Figure[]> {
    const content = { sizeBytes: (isQuick ? 32 : 256) * MB, seed: 5000 }
    const { ticket } = await offerFrom(lab, { contestant: 'quire', content })
    const [wallMs, ownMs]: [number[], number[]] = [[], []]
    for (const round of rounds()) {
      const browser = await lab.browser(`${askerOf('the app')} ${round}`)
      const longest = await longestTaskDuring(lab, browser, ticket)
      wallMs.push(longest.wallMs)
      ownMs.push(longest.ownMs)
      lab.log(`  ${longest.wallMs.toFixed(0)} ms, ${longest.ownMs.toFixed(0)} ms of it the page’s own`)
    }
    return [
      {
        name: 'longest task of the page during a download',
        unit: 'ms',
        samples: wallMs,
        aim: { atMost: 50 },
        note: 'browsers tell of tasks of 50 ms or more; 0 means that there was none',
      },
      {
        name: 'most processor time of one task of the page',
        unit: 'ms',
        samples: ownMs,
        note: 'without the time in which other threads had the processor',
      },
    ]
  },
}

interface LongestTask {
  readonly wallMs: number
  readonly ownMs: number
}

async function longestTaskDuring(lab: Lab, { context }: BenchBrowser, ticket: string): Promise<LongestTask> {
  const page = await context.newPage()
  await page.addInitScript(() => {
    globalThis.longestTaskMs = 0
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        globalThis.longestTaskMs = Math.max(globalThis.longestTaskMs, duration)
      }
    }).observe({ type: 'longtask' })
  })
  await page.goto(lab.keeper.url)
  await page.getByRole('button', { name: 'Others can reach this browser' }).waitFor()
  // The start of the page is not part of the transfer.
  await page.evaluate(() => (globalThis.longestTaskMs = 0))
  const endTrace = await traceTasks(page)
  await page.getByLabel('Link or CID of a file to fetch').fill(ticket)
  await page.keyboard.press('Enter')
  await page.locator('.dataset-row').filter({ hasText: 'Complete' }).waitFor({ timeout: COMPLETE_TIMEOUT_MS })
  const wallMs = await page.evaluate(() => globalThis.longestTaskMs)
  const ownMs = await endTrace()
  await page.close()
  return { wallMs, ownMs }
}
