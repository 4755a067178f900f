import { expect } from '@playwright/test'
import { truncate } from 'node:fs/promises'
import { test } from './fixtures/quire-test.ts'

const MIB = 1 << 20
const GIB = 2 ** 30
/** Well formed, and held by nobody. */
const UNKNOWN_CID = 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd'
const BLOCK_CID = 'zDxWB8EDEnQkZkQhGr3zxmxcZ3Hwy11uqbUu14rztt6UDJk7wo44'

test('an empty file is refused with the reason, and what is here stays', async ({ openBrowser, makeFile }) => {
  const [kept, empty] = [await makeFile('kept.txt', 100), await makeFile('empty.txt', 0)]
  const a = await openBrowser()
  await a.share(kept.path, kept.name)

  await a.add(empty.path)

  await expect(a.page.getByText(/empty file/i).first()).toBeVisible()
  await expect(a.page.locator('.dataset-row')).toHaveCount(1)
})

test('a text that is no CID is refused under the box, with the text still there', async ({ openBrowser }) => {
  const a = await openBrowser()

  await a.fetch('this is no link')

  await expect(a.page.getByRole('alert').filter({ hasText: /CID/ })).toBeVisible()
  await expect(a.page.getByLabel('Link or CID of a file to fetch')).toHaveValue('this is no link')
})

test('a CID of another codec is refused by name', async ({ openBrowser }) => {
  const a = await openBrowser()

  await a.fetch(BLOCK_CID)

  await expect(a.page.getByRole('alert').filter({ hasText: 'a single block' })).toBeVisible()
})

test('a CID that nobody holds says what it waits for and can be stopped', async ({ openBrowser }) => {
  const a = await openBrowser()

  await a.fetch(UNKNOWN_CID)

  const row = a.page.locator('.transfer-row')
  await expect(row).toContainText(/Looking for someone|Waiting/)
  await expect(row).toContainText('Waiting: nobody who is online has this file', { timeout: 60_000 })
  await row.getByRole('button', { name: /^Stop/ }).click()
  await expect(row).toContainText('Stopped.')
})

test('a link whose holder has left says so, and goes on by itself when the holder is back', async ({
  openBrowser,
  makeFile,
}) => {
  const file = await makeFile('away.bin', 4 * MIB)
  const a = await openBrowser()
  const link = await a.share(file.path, file.name)
  await a.page.goto('about:blank')

  const b = await openBrowser({ url: link })
  await expect(b.page.locator('.transfer-row').first()).toContainText('Waiting', { timeout: 60_000 })

  await a.page.goto(new URL('/', link).href)
  await b.waitUntilComplete(file.name)
  expect((await b.save(file.name)).sha256).toBe(file.sha256)
})

test('an upload that does not fit is refused before it starts, with the numbers', async ({ openBrowser, makeFile }) => {
  // Sparse, so that it costs nothing here; Chromium tells a page of at most 10 GiB, whatever the disk has.
  const large = await makeSparseFile(await makeFile('too-large.bin', 1), 12 * GIB)
  const a = await openBrowser()

  await a.add(large.path)

  await expect(a.page.getByText(/This needs 12\.9 GB, and [\d.]+ [MG]B are free\./).first()).toBeVisible()
  await expect(a.page.locator('.dataset-row')).toHaveCount(0)
})

test('a disk that fills during an upload leaves nothing of it, and what was here stays', async ({
  openBrowser,
  makeFile,
}) => {
  const [kept, large] = [await makeFile('kept.bin', MIB), await makeFile('too-large.bin', 40 * MIB)]
  const a = await openBrowser({ quotaBytes: 20 * MIB })
  await a.share(kept.path, kept.name)

  await a.add(large.path)

  await expect(a.page.getByRole('alert').filter({ hasText: 'Not added: too-large.bin' })).toContainText('free space')
  await expect(a.page.locator('.dataset-row')).toHaveCount(1)
  await a.limitQuota(new URL(a.page.url()).origin, 200 * MIB)
  expect((await a.save(kept.name)).sha256).toBe(kept.sha256)
})

test('a disk that fills during a fetch keeps what arrived, and the fetch goes on when there is room', async ({
  openBrowser,
  makeFile,
}) => {
  const file = await makeFile('grows.bin', 24 * MIB)
  const [a, b] = [await openBrowser(), await openBrowser({ quotaBytes: 14 * MIB })]
  const link = await a.share(file.path, file.name)

  await b.fetch(link)
  await expect(b.transfer(file.name)).toContainText('no more room')
  await expect(b.row(file.name)).toContainText(/\d+ of 384 blocks here/)

  await b.limitQuota(new URL(link).origin, 200 * MIB)
  await b.transfer(file.name).getByRole('button', { name: 'Try again' }).click()
  await b.waitUntilComplete(file.name)
  expect((await b.save(file.name)).sha256).toBe(file.sha256)
})

test('with the keeper down the page says so, keeps its files, and is reachable again when the keeper is back', async ({
  openBrowser,
  makeFile,
  keeper,
}) => {
  const file = await makeFile('safe.bin', 2 * MIB)
  const a = await openBrowser()
  await a.share(file.path, file.name)

  await keeper.stop('SIGKILL')

  await expect(a.page.getByRole('button', { name: /No keeper answers/ })).toBeVisible()
  expect((await a.save(file.name)).sha256).toBe(file.sha256)

  await keeper.restart()
  await expect(a.page.getByRole('button', { name: 'Others can reach this browser' })).toBeVisible({ timeout: 45_000 })
})

test('a page that got no list of keepers at its first start is reachable once there is one', async ({
  openBrowser,
  keeper,
}) => {
  const a = await openBrowser({ url: `${keeper.url}/favicon.svg`, waitUntilReachable: false })
  const context = a.page.context()
  await context.route('**/quire.json', (route) => route.abort())
  await a.page.goto(keeper.url)
  await expect(a.page.getByRole('heading', { name: 'Drop a file here to share it' })).toBeVisible()
  await expect(a.page.getByRole('button', { name: 'Others can reach this browser' })).toHaveCount(0)

  await context.unroute('**/quire.json')

  await a.waitUntilReachable()
})

async function makeSparseFile<T extends { path: string }>(file: T, sizeBytes: number): Promise<T> {
  await truncate(file.path, sizeBytes)
  return file
}
