import { expect, type Locator } from '@playwright/test'
import { KeeperProcess } from './fixtures/keeper-process.ts'
import type { QuirePage } from './fixtures/quire-page.ts'
import { test } from './fixtures/quire-test.ts'
import { stunArgs } from './fixtures/stun-args.ts'
import { withoutUdp } from './fixtures/without-udp.ts'

const drawingOf = ({ page }: QuirePage): Locator => page.getByRole('img', { name: /^This browser/ })
const checksOf = ({ page }: QuirePage): Locator =>
  page.getByRole('region', { name: 'Test of the connection' }).getByRole('listitem')

async function showNetwork({ page }: QuirePage): Promise<void> {
  await page.getByRole('link', { name: 'Network' }).first().click()
}

let own: KeeperProcess | undefined

test.afterEach(async () => {
  await own?.remove()
  own = undefined
})

test('two browsers see each other directly, their tests end well, and a keeper that goes is told', async ({
  openBrowser,
  makeFile,
}) => {
  const args = await stunArgs()
  const keeper = (own = await KeeperProcess.start({ args }))
  const file = await makeFile('seen.bin', 300_000)
  const [a, b] = [await openBrowser({ url: keeper.url }), await openBrowser({ url: keeper.url })]
  await b.fetch(await a.share(file.path, file.name))
  await b.waitUntilComplete(file.name)

  for (const side of [a, b]) {
    await showNetwork(side)
    await expect(drawingOf(side)).toHaveAccessibleName(/^This browser reaches 1 peer directly; 1 keeper holds a place/)
    await expect(side.page.locator('.peers').getByText('WebRTC, direct')).toBeVisible()
  }

  await b.page.getByRole('button', { name: 'Test the connection' }).click()
  // On a machine that has no address but loopback, nothing can be said of its network.
  const result = args.length > 0 ? 'All 8 checks are ok.' : '6 of 8 checks are ok, 2 not made.'
  await expect(b.page.getByText(result).first()).toBeVisible({ timeout: 60_000 })
  await expect(checksOf(b)).toHaveCount(8)

  await keeper.stop()
  await expect(b.page.getByRole('heading', { name: 'No keeper answers' })).toBeVisible({ timeout: 30_000 })
  await expect(drawingOf(b)).toHaveAccessibleName(
    /^This browser reaches 1 peer directly; no keeper holds .* 1 keeper does not/,
  )
  await expect(b.page.locator('.map-line-down')).toHaveCount(1)
  await b.page.getByRole('button', { name: 'Test again' }).click()
  await expect(checksOf(b).filter({ hasText: 'Keepers' })).toContainText('None of 1 keeper answers', {
    timeout: 60_000,
  })

  await keeper.restart()
  await b.page.getByRole('button', { name: 'Try again now' }).click()
  await expect(drawingOf(b)).toHaveAccessibleName(/1 keeper holds a place for it\.$/, { timeout: 60_000 })
})

test('what comes through the keeper is said to, in the row of the transfer and where peers are shown', async ({
  openBrowser,
  makeFile,
}) => {
  const file = await makeFile('roundabout.bin', 24 << 20)
  const [a, b] = [await withoutUdp(await openBrowser()), await withoutUdp(await openBrowser())]
  const link = await a.share(file.path, file.name)
  await b.fetch(link)
  await expect(b.transfer(file.name)).toContainText('Fetching from 1 device, through the keeper, slowly: ')

  await showNetwork(b)
  await expect(drawingOf(b)).toHaveAccessibleName(
    /^This browser reaches 1 peer through a relay; 1 keeper holds a place/,
  )
  await expect(b.page.locator('.map-line-relayed')).toHaveCount(1)
  const row = b.page.locator('.peers tbody tr').filter({ hasText: 'Relay, through' })
  await expect(row).toContainText(/Relay, through \S+:\d+Not direct: \w/)
  await expect(row).toContainText(/[kM]B\/s/)
})

test('the report names no other person’s node and no file', async ({ openBrowser, makeFile }) => {
  const file = await makeFile('reported.bin', 100_000)
  const [a, b] = [await openBrowser(), await openBrowser()]
  await b.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await b.fetch(await a.share(file.path, file.name))
  await b.waitUntilComplete(file.name)
  await showNetwork(a)
  await showNetwork(b)
  const otherId = await a.page.locator('.facts .copyable-whole').first().textContent()
  if (otherId === null) throw new Error('The page does not say its peer id.')

  await b.page.getByRole('button', { name: 'Copy report' }).click()
  await expect(b.page.getByText('Report copied')).toBeAttached()
  const report = await b.page.evaluate(() => navigator.clipboard.readText())
  expect(report).toContain('WebRTC, direct')
  expect(report).toContain(otherId.slice(-6))
  expect(report).not.toContain(otherId.slice(-8))
  expect(report).not.toContain(file.name)
})

test('a file that is not announced stays so after a reload, and is found by its CID once it is announced again', async ({
  keeper,
  openBrowser,
  makeFile,
}) => {
  const file = await makeFile('quiet.bin', 100_000)
  const a = await openBrowser()
  const link = await a.share(file.path, file.name)
  const announce = a.page.getByRole('checkbox', { name: 'Announce this' })
  await expect(announce).toBeChecked()
  await announce.uncheck()
  // It forgets what it was told before.
  await keeper.restart()
  await a.page.reload()
  await a.waitUntilReachable()
  await a.showDetails(file.name)
  await expect(announce).not.toBeChecked()

  const b = await openBrowser()
  await b.fetch(link.replace(/^.*#\/|\?.*$/g, ''))
  await expect(b.page.locator('.transfer-row')).toContainText('nobody who is online has this file', { timeout: 40_000 })
  await announce.check()
  await b.waitUntilComplete(file.name)
  expect((await b.save(file.name)).sha256).toBe(file.sha256)
})
