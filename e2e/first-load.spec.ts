import { type Page, expect } from '@playwright/test'
import { test } from './fixtures/quire-test.ts'

const KIB = 1024

interface Load {
  readonly path: string
  readonly startMs: number
  /** As they came over the network, headers included. */
  readonly bytes: number
}

declare global {
  // Put there before the page’s own scripts; a property of the global object can be declared only this way.
  var drawnAtMs: number
}

/** When the page’s frame was there, with places that one can go to. */
async function noteWhenDrawn(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (document.querySelector('#main h1') === null) return
      globalThis.drawnAtMs = performance.now()
      observer.disconnect()
    })
    observer.observe(document, { childList: true, subtree: true })
  })
}

function loadsOf(page: Page): Promise<Load[]> {
  return page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter((entry) => entry instanceof PerformanceResourceTiming)
      .map(({ name, startTime, transferSize }) => {
        return { path: new URL(name).pathname, startMs: startTime, bytes: transferSize }
      }),
  )
}

test('a browser that was never here draws the page after 100 KiB, and loads the node and all else after that', async ({
  openBrowser,
  keeper,
}) => {
  const { page } = await openBrowser({ url: `${keeper.url}/favicon.svg`, waitUntilReachable: false })
  await noteWhenDrawn(page)
  await page.goto(keeper.url)
  await expect(page.getByRole('heading', { name: 'Drop a file here to share it' })).toBeVisible()

  const drawnAtMs = await page.evaluate(() => globalThis.drawnAtMs)
  const loads = await loadsOf(page)
  const before = loads.filter(({ startMs }) => startMs <= drawnAtMs)
  const bytes = before.reduce((sum, load) => sum + load.bytes, 0)

  const told = before.map((load) => `${load.path} ${load.bytes}`).join(', ')
  test.info().annotations.push({ type: 'figures', description: `${bytes} bytes: ${told}` })
  expect(before.map(({ path }) => path)).toContain('/')
  expect(
    before.every((load) => load.bytes > 0),
    told,
  ).toBe(true)
  expect(bytes, told).toBeLessThanOrEqual(100 * KIB)
  const after = loads.filter(({ startMs }) => startMs > drawnAtMs).map(({ path }) => path)
  expect(after).toContainEqual(expect.stringContaining('/assets/node.worker-'))
})
