import { type Page, expect } from '@playwright/test'
import { cidOf } from './fixtures/cid-of.ts'
import { test } from './fixtures/quire-test.ts'

const MIB = 1 << 20
/** What signalling may cost on the relay; content of any test here is many times that. */
const SIGNALLING_BYTES = 256 * 1024

test('a dropped file reaches a second browser over direct WebRTC, byte for byte', async ({
  openBrowser,
  makeFile,
  keeper,
}) => {
  const file = await makeFile('letters.bin', 20 * MIB + 12_345)
  const [a, b] = [await openBrowser(), await openBrowser()]
  const link = await a.share(file.path, file.name)
  const relayedBefore = await keeper.relayedBytes()

  await b.page.goto(link)
  await b.waitUntilComplete(file.name)

  expect((await b.save(file.name)).sha256).toBe(file.sha256)
  expect(await b.connections()).toContain('WebRTC, direct')
  expect((await keeper.relayedBytes()) - relayedBefore).toBeLessThan(SIGNALLING_BYTES)
})

test('a third browser gets the file from the second after the first has left, by the first one’s link', async ({
  openBrowser,
  makeFile,
  keeper,
}) => {
  const file = await makeFile('handed-on.bin', 8 * MIB + 1)
  const [a, b] = [await openBrowser(), await openBrowser()]
  const link = await a.share(file.path, file.name)
  await b.fetch(link)
  await b.waitUntilComplete(file.name)
  await a.page.context().close()
  const relayedBefore = await keeper.relayedBytes()

  const c = await openBrowser({ url: link })
  await c.waitUntilComplete(file.name)

  expect((await c.save(file.name)).sha256).toBe(file.sha256)
  expect(await c.connections()).toContain('WebRTC, direct')
  expect((await keeper.relayedBytes()) - relayedBefore).toBeLessThan(SIGNALLING_BYTES)
})

test('datasets are still there after a reload, and can be shared and saved', async ({ openBrowser, makeFile }) => {
  const file = await makeFile('kept.bin', 3 * MIB)
  const a = await openBrowser()
  const linkBefore = await a.share(file.path, file.name)

  await a.page.reload()
  await a.waitUntilReachable()
  await a.waitUntilComplete(file.name)

  expect(cidOf(await a.linkOf(file.name))).toBe(cidOf(linkBefore))
  expect((await a.save(file.name)).sha256).toBe(file.sha256)
})

test('a folder becomes one dataset for each file, and an empty file is named and left out', async ({
  openBrowser,
  makeFile,
}) => {
  const [one, two, empty] = [
    await makeFile('one.txt', 10),
    await makeFile('two.txt', 70_000),
    await makeFile('none.txt', 0),
  ]
  const a = await openBrowser()

  await a.add(one.path, two.path, empty.path)

  await a.waitUntilComplete('one.txt')
  await a.waitUntilComplete('two.txt')
  await expect(a.page.getByText('none.txt')).toBeVisible()
  await expect(a.page.locator('.dataset-row')).toHaveCount(2)
})

test('a deleted dataset is gone, and its space with it', async ({ openBrowser, makeFile }) => {
  const file = await makeFile('short-lived.bin', 2 * MIB)
  const a = await openBrowser()
  await a.share(file.path, file.name)
  await expectUsed(a.page, '2.1 MB used in 32 blocks')

  await a.delete(file.name)
  await a.page.reload()
  await a.waitUntilReachable()

  await expect(a.page.locator('.dataset-row')).toHaveCount(0)
  await expectUsed(a.page, '0 bytes used in 0 blocks')
})

/** What the Settings place says of this site’s storage. */
async function expectUsed(page: Page, words: string): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).first().click()
  await expect(page.getByText(words)).toBeVisible()
  await page.getByRole('link', { name: 'Files' }).first().click()
}
