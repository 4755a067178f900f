import type { BrowserContext, Page } from '@playwright/test'
import { QuirePage } from '../../fixtures/quire-page.ts'
import type { Figure } from '../figure.ts'
import { MB, type Measure } from '../measure.ts'
import { askerOf, offerFrom } from '../transfers.ts'

/** With less to come the download could end in the middle of a hand-over. */
const MAX_PERCENT = 80
const PATIENCE_MS = 30_000
/** The first tab loads everything. */
const OPEN_TIMEOUT_MS = 60_000

export const handOver: Measure = {
  name: 'hand-over',
  title: 'How long a browser’s node is away when the tab that runs it is closed in the middle of a download.',
  quickBudgetS: 60,
  isAlone: true,
  async run({ lab, rounds, isQuick }): Promise<Figure[]> {
    const content = { sizeBytes: (isQuick ? 100 : 500) * MB, seed: 9100 }
    const { ticket } = await offerFrom(lab, { contestant: 'quire', content })
    const { context } = await lab.browser(askerOf('the app'))
    const url = lab.keeper.url
    // The one that runs the node first, its heir, and the next.
    const tabs = [await openTab(context, url), await openTab(context, url), await openTab(context, url)]
    const [answerMs, bytesMs]: [number[], number[]] = [[], []]
    for (const round of rounds()) {
      const [leader, heir] = tabs
      if (leader === undefined || heir === undefined) throw new Error('There is no tab that could take over.')
      await untilFetching(heir, ticket)
      await untilHeirIsReady(heir.page)
      const away = await followHandOver(heir.page)
      const closedAtMs = Date.now()
      await leader.page.close()
      const { leaderAtMs, bytesAtMs } = await away()
      answerMs.push(leaderAtMs - closedAtMs)
      bytesMs.push(bytesAtMs - closedAtMs)
      lab.log(`  ${round + 1}: answers after ${answerMs.at(-1)} ms, bytes after ${bytesMs.at(-1)} ms`)
      tabs.shift()
      tabs.push(await openTab(context, url))
    }
    const note = 'from the tab’s end until the next node is there for all tabs'
    return [
      { name: 'the next node answers, median', unit: 'ms', samples: answerMs, aim: { atMost: 1000 }, note },
      {
        name: 'the next node answers, slowest',
        unit: 'ms',
        samples: answerMs,
        aim: { atMost: 3000 },
        isAimOfAll: true,
      },
      {
        name: 'the download’s next bytes are shown',
        unit: 'ms',
        samples: bytesMs,
        note: 'peers are dialled anew; the page shows progress four times a second',
      },
    ]
  },
}

async function openTab(context: BrowserContext, url: string): Promise<QuirePage> {
  const page = await context.newPage()
  await page.goto(url)
  await page.getByRole('button', { name: 'Others can reach this browser' }).waitFor({ timeout: OPEN_TIMEOUT_MS })
  return new QuirePage(page)
}

/** A download runs that has a good part before it. */
async function untilFetching(quire: QuirePage, ticket: string): Promise<void> {
  const { page } = quire
  const bar = page.locator('.transfer-row progress').first()
  const isUnderWay = (await bar.count()) > 0 && Number(await bar.getAttribute('value')) < MAX_PERCENT
  if (!isUnderWay) {
    const row = page.locator('.dataset-row').first()
    if ((await row.count()) > 0)
      await quire.delete((await row.locator('.row-button > :first-child').textContent()) ?? '')
    await quire.fetch(ticket)
  }
  await page
    .locator('.progress-facts', { hasText: /\d B|B\/s/ })
    .first()
    .waitFor({ timeout: PATIENCE_MS })
}

async function untilHeirIsReady(page: Page): Promise<void> {
  await page.waitForFunction(
    async () => (await navigator.locks.query()).pending?.some(({ name }) => name === 'quire-node'),
    undefined,
    { timeout: PATIENCE_MS },
  )
}

interface HandOver {
  readonly leaderAtMs: number
  readonly bytesAtMs: number
}

/** From now on; what it returns resolves when the next node has fetched something. */
async function followHandOver(page: Page): Promise<() => Promise<HandOver>> {
  await page.evaluate((patienceMs) => {
    const doneBytes = (): number => {
      const [, amount, unit] =
        /([\d.]+) (kB|MB|GB) of/.exec(document.querySelector('.progress-facts')?.textContent ?? '') ?? []
      return Number(amount) * (unit === 'GB' ? 1e9 : unit === 'MB' ? 1e6 : 1e3)
    }
    const result = new Promise<HandOver>((resolve, reject) => {
      const channel = new BroadcastChannel('quire-node')
      channel.addEventListener('message', ({ data }: MessageEvent<{ type: string }>) => {
        if (data.type !== 'leader') return
        channel.close()
        const leaderAtMs = Date.now()
        let known: number | undefined
        const observer = new MutationObserver(() => {
          const now = doneBytes()
          if (Number.isNaN(now)) return
          known ??= now
          if (now <= known) return
          observer.disconnect()
          resolve({ leaderAtMs, bytesAtMs: Date.now() })
        })
        known = Number.isNaN(doneBytes()) ? undefined : doneBytes()
        observer.observe(document.body, { subtree: true, childList: true, characterData: true })
        setTimeout(() => reject(new Error('The download does not go on.')), patienceMs)
      })
    })
    result.catch(() => undefined)
    Reflect.set(globalThis, 'handOver', result)
  }, PATIENCE_MS)
  return () => page.evaluate(() => Reflect.get(globalThis, 'handOver') as Promise<HandOver>)
}
