/** A device that sleeps in the middle of a download: its processes stand still, others wait for nobody. */
import { expect } from '@playwright/test'
import { newLocalContext } from './fixtures/local-context.ts'
import { followBeats } from './fixtures/node-beats.ts'
import { QuirePage } from './fixtures/quire-page.ts'
import { sleepFor } from './fixtures/sleeping-browser.ts'
import { test } from './fixtures/tabs-test.ts'

const MIB = 1 << 20
/** Longer than it takes others to miss it; `QUIRE_SLEEP_SECONDS=60` is the whole of it. */
const SLEEP_MS = 1000 * Number(process.env['QUIRE_SLEEP_SECONDS'] ?? 10)

test('a download goes on after the device slept, in the same tab, with nothing lost', async ({
  browser,
  launchOptions,
  keeper,
  openBrowser,
  makeFile,
}) => {
  test.setTimeout(SLEEP_MS + 120_000)
  const file = await makeFile('slept.bin', 96 * MIB)
  const a = await openBrowser()
  const link = await a.share(file.path, file.name)
  const sleeper = await browser.browserType().launch(launchOptions)
  try {
    const context = await newLocalContext(sleeper)
    const [first, second] = [new QuirePage(await context.newPage()), new QuirePage(await context.newPage())]
    await first.page.goto(keeper.url)
    await first.waitUntilReachable()
    await second.page.goto(keeper.url)
    await second.waitUntilReachable()
    const { runners } = await followBeats(second.page)
    await expect.poll(runners).toHaveLength(1)
    await first.fetch(link)
    await untilSomeArrived(first, file.name)

    await sleepFor(sleeper, SLEEP_MS)

    await first.waitUntilComplete(file.name)
    await second.waitUntilComplete(file.name)
    expect((await first.save(file.name)).sha256).toBe(file.sha256)
    for (const { page } of [first, second]) await expect(page.getByRole('alert')).toHaveCount(0)
    expect(await runners()).toHaveLength(1)
  } finally {
    await sleeper.close()
  }
})

async function untilSomeArrived({ page }: QuirePage, name: string): Promise<void> {
  const bar = page.getByRole('progressbar', { name: new RegExp(name) }).first()
  await expect.poll(async () => Number(await bar.getAttribute('value')), { intervals: [50] }).toBeGreaterThanOrEqual(10)
}
