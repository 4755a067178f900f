/** Several tabs of one browser: one node, which moves from tab to tab and is always there. */
import { type BrowserContext, expect } from '@playwright/test'
import { followBeats } from './fixtures/node-beats.ts'
import { OwnChromium } from './fixtures/own-chromium.ts'
import { QuirePage } from './fixtures/quire-page.ts'
import { test } from './fixtures/tabs-test.ts'

const MIB = 1 << 20
const MB = 1_000_000
/** Proofs, frames and what the connection itself says, of the bytes of blocks; and blocks that came but were not stored yet. */
const OVERHEAD = 1.03
const ON_THE_WAY_BYTES = 8 * MB
/** `QUIRE_TABS_SECONDS=120` is the whole of it. */
const CHANCE_SECONDS = Number(process.env['QUIRE_TABS_SECONDS'] ?? 20)
const MAX_TABS = 10

test('every tab shows the one node of the browser', async ({ openBrowser, makeFile }) => {
  const file = await makeFile('seen-by-all.bin', MIB)
  const first = await openBrowser()
  const second = await openTab(first.page.context(), first.page.url())
  await second.waitUntilReachable()
  await second.add(file.path)
  for (const tab of [first, second]) await tab.waitUntilComplete(file.name)
  expect(peerOf(await second.linkOf(file.name))).toBe(peerOf(await first.linkOf(file.name)))
  expect((await first.save(file.name)).sha256).toBe(file.sha256)
})

test('a download goes on when the tab that runs the node is closed: same peer, same view, no block twice', async ({
  openBrowser,
  makeFile,
}) => {
  const [file, small] = [await makeFile('moved.bin', 96 * MIB), await makeFile('small.bin', MIB)]
  const [a, b] = [await openBrowser(), await openBrowser()]
  const peer = peerOf(await b.share(small.path, small.name))
  await b.fetch(await a.share(file.path, file.name))
  const second = await openTab(b.page.context(), b.page.url())
  const third = await openTab(b.page.context(), b.page.url())
  const { runners } = await followBeats(third.page)
  await untilHeirIsReady(third)
  await untilPercent(third, file.name, 10)
  await third.page.getByLabel('Link or CID of a file to fetch').fill('half a link')
  const row = await third.transfer(file.name).elementHandle()

  await b.page.close()

  await expect(third.transfer(file.name)).toContainText(/going on from/)
  const continuedFrom = await continuedFromBytes(third, file.name)
  await third.waitUntilComplete(file.name)
  expect(await row?.evaluate((element) => element.isConnected)).toBe(true)
  await expect(third.page.getByLabel('Link or CID of a file to fetch')).toHaveValue('half a link')
  expect(await receivedBytes(third)).toBeLessThan((96 * MIB - continuedFrom) * OVERHEAD + ON_THE_WAY_BYTES)
  await second.waitUntilComplete(file.name)
  expect(peerOf(await second.linkOf(small.name))).toBe(peer)
  expect((await third.save(file.name)).sha256).toBe(file.sha256)
  expect(await runners()).toHaveLength(2)
})

test('a file that one tab adds goes on when the tab that runs the node is closed', async ({
  openBrowser,
  makeFile,
}) => {
  const file = await makeFile('film.mp4', 192 * MIB)
  const first = await openBrowser()
  const second = await openTab(first.page.context(), first.page.url())
  await untilHeirIsReady(second)
  await second.add(file.path)
  await untilPercent(second, file.name, 10)

  await first.page.close()

  await second.waitUntilComplete(file.name)
  expect((await second.save(file.name)).sha256).toBe(file.sha256)
})

test('a tab that the browser freezes gives the node to another, and follows that one when it thaws', async ({
  launchOptions,
  keeper,
  makeFile,
}) => {
  const { executablePath } = launchOptions
  if (executablePath === undefined) throw new Error('There is no Chromium to start.')
  const file = await makeFile('a.bin', MIB)
  const own = await OwnChromium.start({ executablePath, thirdPartyStorage: 'partitioned', hidesTabs: true })
  try {
    const [context] = own.browser.contexts()
    if (context === undefined) throw new Error('The browser has no window.')
    const first = await openTab(context, keeper.url)
    await first.waitUntilReachable()
    const link = await first.share(file.path, file.name)
    const second = await openTab(context, keeper.url)
    await second.page.bringToFront()
    await untilHeirIsReady(second)
    const { runners } = await followBeats(second.page)
    await expect.poll(runners).toHaveLength(1)

    const devtools = await context.newCDPSession(first.page)
    await devtools.send('Page.setWebLifecycleState', { state: 'frozen' })
    await expect.poll(runners).toHaveLength(2)
    const other = await makeFile('b.bin', MIB)
    await second.add(other.path)
    await second.waitUntilComplete(other.name)
    await devtools.send('Page.setWebLifecycleState', { state: 'active' })

    await first.page.bringToFront()
    await first.waitUntilComplete(other.name)
    expect(peerOf(await first.linkOf(file.name))).toBe(peerOf(link))
    // The node that was frozen was not heard again.
    expect(await runners()).toHaveLength(2)
  } finally {
    await own.close()
  }
})

test('two tabs never run two nodes, whatever opens and closes, and the download arrives', async ({
  openBrowser,
  makeFile,
}) => {
  test.setTimeout((CHANCE_SECONDS * 6 + 120) * 1000)
  const file = await makeFile('by-chance.bin', CHANCE_SECONDS * 4 * MIB)
  const [a, b] = [await openBrowser(), await openBrowser()]
  const context = b.page.context()
  const url = b.page.url()
  // A page of the origin without a node, so that nothing that happens to tabs ends its listening.
  const listener = await context.newPage()
  await listener.goto(new URL('/quire.json', url).href)
  const { runners } = await followBeats(listener)
  await b.fetch(await a.share(file.path, file.name))

  let tabs = [b]
  let seed = 7
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  for (const until = Date.now() + CHANCE_SECONDS * 1000; Date.now() < until;) {
    const victim = random() < 0.5 ? tabs[0] : tabs[Math.floor(random() * tabs.length)]
    if (tabs.length < 2 || (tabs.length < MAX_TABS && random() < 0.6)) tabs.push(await openTab(context, url))
    else if (victim !== undefined) {
      tabs = tabs.filter((tab) => tab !== victim)
      await victim.page.close()
    }
    await listener.waitForTimeout(1500 * random())
  }

  const [left] = tabs
  await left?.waitUntilComplete(file.name, CHANCE_SECONDS * 5000)
  expect((await left?.save(file.name))?.sha256).toBe(file.sha256)
  const ran = await runners()
  expect(ran.length).toBeGreaterThan(1)
  // Each node’s time is one: none was heard again after another.
  expect(ran).toEqual([...new Set(ran)])
})

async function openTab(context: BrowserContext, url: string): Promise<QuirePage> {
  const page = await context.newPage()
  await page.goto(new URL('/', url).href)
  return new QuirePage(page)
}

/** A tab other than the one that leads has a worker that is loaded and waits for the node’s lock. */
async function untilHeirIsReady({ page }: QuirePage): Promise<void> {
  const waiting = () =>
    page.evaluate(async () => (await navigator.locks.query()).pending?.some(({ name }) => name === 'quire-node'))
  await expect.poll(waiting).toBe(true)
}

async function untilPercent({ page }: QuirePage, name: string, percent: number): Promise<void> {
  const bar = page.getByRole('progressbar', { name: new RegExp(name) }).first()
  await expect
    .poll(async () => Number(await bar.getAttribute('value')), { intervals: [50] })
    .toBeGreaterThanOrEqual(percent)
}

async function continuedFromBytes(quire: QuirePage, name: string): Promise<number> {
  const text = (await quire.transfer(name).textContent()) ?? ''
  return MB * Number(/going on from ([\d.]+) MB/.exec(text)?.[1])
}

/** What the node that runs now received. */
async function receivedBytes({ page }: QuirePage): Promise<number> {
  const cells = page.locator('.peers td[data-column="Received"]')
  await page.getByRole('link', { name: 'Network' }).first().click()
  await expect(cells.first()).toBeVisible()
  const texts = await cells.allTextContents()
  await page.getByRole('link', { name: 'Files' }).first().click()
  const sizes: Record<string, number> = { byte: 1, bytes: 1, kB: 1000, MB, GB: 1000 * MB }
  return texts.reduce((sum, text) => {
    const [, amount, unit] = /([\d.,]+) (bytes?|kB|MB|GB) in all/.exec(text) ?? []
    return sum + Number(amount?.replace(',', '')) * (sizes[unit ?? ''] ?? Number.NaN)
  }, 0)
}

function peerOf(link: string): string | undefined {
  return /p2p%2F(16Uiu2[A-Za-z0-9]+)(?!.*p2p%2F16Uiu2)|p2p\/(16Uiu2[A-Za-z0-9]+)(?!.*p2p\/16Uiu2)/
    .exec(link)
    ?.slice(1)
    .find((id) => id !== undefined)
}
