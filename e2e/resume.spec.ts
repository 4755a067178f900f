import { expect } from '@playwright/test'
import { crash } from './fixtures/crash.ts'
import { QuirePage } from './fixtures/quire-page.ts'
import { test } from './fixtures/quire-test.ts'

const MIB = 1 << 20
const MB = 1_000_000
/** Large enough to be caught in the middle. */
const SIZE_BYTES = 96 * MIB
/** Proofs, frames and what the connection itself says, of the bytes of blocks; and blocks that came but were not stored yet. */
const OVERHEAD = 1.03
const ON_THE_WAY_BYTES = 8 * MB

test('a fetch goes on by itself after a reload and fetches nothing twice', async ({ openBrowser, makeFile }) => {
  const file = await makeFile('reloaded.bin', SIZE_BYTES)
  const [a, b] = [await openBrowser(), await openBrowser()]
  await b.fetch(await a.share(file.path, file.name))
  await untilSomeArrived(b, file.name)
  await expect(b.page.getByRole('figure')).toContainText(/\d blocks here.*on their way.*with others online/)

  await b.page.reload()

  const continuedFrom = await continuedFromBytes(b, file.name)
  expect(continuedFrom).toBeGreaterThan(0)
  await b.waitUntilComplete(file.name)
  expect(await receivedBytes(b)).toBeLessThan((SIZE_BYTES - continuedFrom) * OVERHEAD + ON_THE_WAY_BYTES)
  expect((await b.save(file.name)).sha256).toBe(file.sha256)
})

test('a fetch goes on after the tab crashed, in another tab, from another holder', async ({
  openBrowser,
  makeFile,
}) => {
  const file = await makeFile('crashed.bin', SIZE_BYTES)
  const [a, b, c] = [await openBrowser(), await openBrowser(), await openBrowser()]
  const link = await a.share(file.path, file.name)
  await c.fetch(link)
  await c.waitUntilComplete(file.name)
  await b.fetch(link)
  await untilSomeArrived(b, file.name)

  await crash(b.page)
  await a.page.context().close()
  const again = await openTabBeside(b, link)

  const continuedFrom = await continuedFromBytes(again, file.name)
  expect(continuedFrom).toBeGreaterThan(0)
  await again.waitUntilComplete(file.name)
  expect(await receivedBytes(again)).toBeLessThan((SIZE_BYTES - continuedFrom) * OVERHEAD + ON_THE_WAY_BYTES)
  expect((await again.save(file.name)).sha256).toBe(file.sha256)
})

test('a paused fetch stands still, stays paused over a reload, and goes on when it is resumed', async ({
  openBrowser,
  makeFile,
}) => {
  const [file, other] = [await makeFile('paused.bin', SIZE_BYTES), await makeFile('other.bin', 32 * MIB)]
  const [a, b] = [await openBrowser(), await openBrowser()]
  await b.fetch(await a.share(file.path, file.name))
  await untilSomeArrived(b, file.name)

  await b
    .transfer(file.name)
    .getByRole('button', { name: /^Pause/ })
    .click()
  await expect(b.transfer(file.name)).toContainText('Paused. What arrived is kept.')
  await b.page.reload()
  await b.waitUntilReachable()
  await expect(b.transfer(file.name)).toContainText('Paused. What arrived is kept.')
  const arrived = await doneText(b, file.name)
  expect(arrived).toMatch(/MB of 101 MB/)
  // Another one comes whole from the same holder meanwhile: were it not paused, it would have grown beside that.
  await b.fetch(await a.share(other.path, other.name))
  await b.waitUntilComplete(other.name)
  expect(await doneText(b, file.name)).toBe(arrived)

  await b
    .transfer(file.name)
    .getByRole('button', { name: /^Resume/ })
    .click()
  await b.waitUntilComplete(file.name)
  expect((await b.save(file.name)).sha256).toBe(file.sha256)
})

test('a fetch waits while the device is offline, says so, and goes on when the connection is back', async ({
  openBrowser,
  makeFile,
}) => {
  const file = await makeFile('offline.bin', SIZE_BYTES)
  const [a, b] = [await openBrowser(), await openBrowser()]
  const link = await a.share(file.path, file.name)
  await b.fetch(link)
  await untilSomeArrived(b, file.name)

  // What a browser calls offline leaves its WebRTC connections on this machine alone, so the holder goes, too.
  await b.page.context().setOffline(true)
  await a.page.goto('about:blank')
  await expect(b.transfer(file.name)).toContainText(
    'You are offline. The transfer goes on when the connection is back.',
  )

  await a.page.goto(link)
  await a.waitUntilReachable()
  await b.page.context().setOffline(false)
  await b.waitUntilComplete(file.name)
  expect((await b.save(file.name)).sha256).toBe(file.sha256)
})

test('an upload that was cut off is listed, and goes on when the same file is given again', async ({
  openBrowser,
  makeFile,
}) => {
  const file = await makeFile('film.mp4', 256 * MIB)
  const a = await openBrowser()
  await a.add(file.path)
  await untilSomeArrived(a, file.name)

  await crash(a.page)
  const again = await openTabBeside(a)

  const row = again.transfer(file.name)
  await expect(row).toContainText(
    /\d MB of 268 MB were added before it was interrupted\. Give the same file again to go on\./,
  )
  await again.add(file.path)
  await expect(row).toContainText(/going on from \d+(\.\d)? MB/)
  await again.waitUntilComplete(file.name)
  expect((await again.save(file.name)).sha256).toBe(file.sha256)
})

test('another file is added for itself, and what was cut off can be removed', async ({ openBrowser, makeFile }) => {
  const [file, other] = [await makeFile('film.mp4', 256 * MIB), await makeFile('other.bin', MIB)]
  const a = await openBrowser()
  await a.add(file.path)
  await untilSomeArrived(a, file.name)
  await crash(a.page)
  const again = await openTabBeside(a)

  await again.add(other.path)
  await again.waitUntilComplete(other.name)
  const row = again.transfer(file.name)
  await row.getByRole('button', { name: /^Remove/ }).click()
  await again.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(row).toHaveCount(0)
  await again.page.reload()
  await again.waitUntilReachable()
  await expect(row).toHaveCount(0)
})

test('files behind a paused upload go on, and those whose turn had not come are listed after a crash', async ({
  openBrowser,
  makeFile,
}) => {
  const [paused, next] = [await makeFile('film.mp4', 256 * MIB), await makeFile('next.bin', MIB)]
  const [cutOff, last] = [await makeFile('cut-off.mp4', 256 * MIB), await makeFile('last.bin', MIB)]
  const a = await openBrowser()
  await a.add(paused.path, next.path)
  await untilSomeArrived(a, paused.name)
  await a
    .transfer(paused.name)
    .getByRole('button', { name: /^Pause/ })
    .click()
  await a.waitUntilComplete(next.name)

  await a.add(cutOff.path, last.path)
  await untilSomeArrived(a, cutOff.name)
  await crash(a.page)
  const again = await openTabBeside(a)

  for (const { name } of [paused, cutOff]) {
    await expect(again.transfer(name)).toContainText(/\d MB of 268 MB were added before it was interrupted\./)
  }
  const left = again.page.locator('.not-added-row')
  await expect(left).toContainText(`Give them again to add them: ${last.name}`)
  await again.add(last.path)
  await again.waitUntilComplete(last.name)
  await expect(left).toHaveCount(0)
})

/** Resolves when a tenth of it is here, and fails where all of it is. */
async function untilSomeArrived({ page }: QuirePage, name: string): Promise<void> {
  const bar = page.getByRole('progressbar', { name: new RegExp(name) }).first()
  await expect.poll(async () => Number(await bar.getAttribute('value')), { intervals: [50] }).toBeGreaterThanOrEqual(10)
}

/** What the transfer says that it goes on from. */
async function continuedFromBytes(quire: QuirePage, name: string): Promise<number> {
  const row = quire.transfer(name)
  await expect(row).toContainText(/going on from/)
  return MB * Number(/going on from ([\d.]+) MB/.exec((await row.textContent()) ?? '')?.[1])
}

async function doneText(quire: QuirePage, name: string): Promise<string | null> {
  return quire.transfer(name).locator('.progress-facts').textContent()
}

/** All that the browser received since its page was opened. */
async function receivedBytes({ page }: QuirePage): Promise<number> {
  await page.getByRole('link', { name: 'Network' }).first().click()
  const cells = page.locator('.peers td[data-column="Received"]')
  await expect(cells.first()).toBeVisible()
  const texts = await cells.allTextContents()
  await page.getByRole('link', { name: 'Files' }).first().click()
  return texts.map(bytesOf).reduce((sum, bytes) => sum + bytes, 0)
}

function bytesOf(text: string): number {
  const [, amount, unit] = /([\d.,]+) (bytes?|kB|MB|GB) in all/.exec(text) ?? []
  const sizes: Record<string, number> = { byte: 1, bytes: 1, kB: 1000, MB, GB: 1000 * MB }
  return Number(amount?.replace(',', '')) * (sizes[unit ?? ''] ?? Number.NaN)
}

/** A new tab of the same browser, at the start page of the same keeper. */
async function openTabBeside({ page }: QuirePage, url = page.url()): Promise<QuirePage> {
  const tab = await page.context().newPage()
  const quire = new QuirePage(tab)
  await tab.goto(new URL('/', url).href)
  return quire
}
