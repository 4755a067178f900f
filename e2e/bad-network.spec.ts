import { expect } from '@playwright/test'
import { cidOf } from './fixtures/cid-of.ts'
import { KeeperProcess } from './fixtures/keeper-process.ts'
import { MisleadingPeer } from './fixtures/misleading-peer.ts'
import type { QuirePage } from './fixtures/quire-page.ts'
import { type OpenBrowser, test as base } from './fixtures/quire-test.ts'

/** Well formed, and held by nobody. */
const UNKNOWN_CID = 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd'
const SOMEBODY = '16Uiu2HAm4v86W3bmT1BiH6oSPzcsSr31iDQpSN5Qa882BCjjwgrD'
/** Nobody listens there, no such name is given to anybody, no packet comes back from there. */
const DEAD = ['/ip4/127.0.0.1/tcp/1/ws', '/dns4/nowhere.invalid/tcp/443/tls/ws', '/ip4/192.0.2.1/tcp/9410/ws']

interface Fixtures {
  /** A file that a browser behind the test’s keeper shares. */
  readonly shared: { readonly name: string; readonly cid: string }
  readonly startMisleadingPeer: (init?: Parameters<typeof MisleadingPeer.start>[0]) => Promise<MisleadingPeer>
}

const test = base.extend<Fixtures>({
  shared: async ({ openBrowser, makeFile }, use) => {
    const { path, name } = await makeFile('shared.bin', 300_000)
    const sharer = await openBrowser()
    await use({ name, cid: cidOf(await sharer.share(path, name)) })
  },

  // Playwright wants the pattern even where nothing is taken from it.
  startMisleadingPeer: async ({}, use) => {
    const peers: MisleadingPeer[] = []
    await use(async (init) => {
      const peer = await MisleadingPeer.start(init)
      peers.push(peer)
      return peer
    })
    await Promise.all(peers.map((peer) => peer.stop()))
  },
})

async function keepersOf(keeper: KeeperProcess): Promise<string[]> {
  const { keepers } = (await (await fetch(`${keeper.url}/quire.json`)).json()) as { keepers: string[] }
  return keepers
}

/** A page that hears of these keepers before its own. */
async function openAfter(
  addresses: readonly string[],
  { openBrowser, keeper }: { openBrowser: OpenBrowser; keeper: KeeperProcess },
): Promise<QuirePage> {
  const quire = await openBrowser({ url: 'about:blank', waitUntilReachable: false })
  await quire.page.context().route('**/quire.json', async (route) => {
    const response = await route.fetch()
    const config = (await response.json()) as { keepers: string[] }
    await route.fulfill({ response, json: { ...config, keepers: [...addresses, ...config.keepers] } })
  })
  await quire.page.goto(keeper.url)
  await quire.waitUntilReachable()
  return quire
}

test('among dead addresses the page uses the keeper that lives, and says which do not', async ({
  openBrowser,
  keeper,
  shared,
}) => {
  const b = await openAfter(DEAD, { openBrowser, keeper })
  await b.fetch(shared.cid)

  await b.waitUntilComplete(shared.name)
  await b.page.getByRole('link', { name: 'Network' }).first().click()
  await expect(b.page.locator('.map-line-down')).toHaveCount(DEAD.length, { timeout: 30_000 })
})

test('a keeper without a free place is said to have none, and one fetches all the same', async ({
  openBrowser,
  makeFile,
}) => {
  const keeper = await KeeperProcess.start({ args: ['--max-reservations', '1'] })
  try {
    const file = await makeFile('crowded.bin', 300_000)
    const a = await openBrowser({ url: keeper.url })
    const link = await a.share(file.path, file.name)

    const b = await openBrowser({ url: keeper.url, waitUntilReachable: false })
    await b.page.getByRole('link', { name: 'Network' }).first().click()
    await expect(b.page.getByRole('paragraph').filter({ hasText: 'The keeper has no free place now' })).toBeVisible()
    await b.page.getByRole('link', { name: 'Files' }).first().click()
    await b.fetch(cidOf(link))

    await b.waitUntilComplete(file.name)
    expect((await b.save(file.name)).sha256).toBe(file.sha256)
  } finally {
    await keeper.remove()
  }
})

test('a link whose addresses lead nowhere, or to somebody else, opens by its CID', async ({
  openBrowser,
  keeper,
  shared,
  startMisleadingPeer,
}) => {
  const somebodyElse = (await startMisleadingPeer()).address.replace(/\/p2p\/.*/, '')
  const lies = [...DEAD, somebodyElse].map((address) => `${address}/p2p/${SOMEBODY}`)

  const link = `${keeper.url}/#/${shared.cid}?maddrs=${lies.map(encodeURIComponent).join(',')}`
  const b = await openBrowser({ url: link })

  await b.waitUntilComplete(shared.name)
})

test('of those who say that they have a file, those who do not are passed over', async ({
  openBrowser,
  keeper,
  shared,
  startMisleadingPeer,
}) => {
  const keepers = await keepersOf(keeper)
  const liars = await Promise.all(
    [[], [], DEAD.slice(0, 1)].map((announce) => startMisleadingPeer({ keepers, announce })),
  )
  await Promise.all(liars.map((liar) => liar.claim(shared.cid)))
  await Promise.all(liars.map((liar) => liar.claim(UNKNOWN_CID)))

  const b = await openBrowser()
  await b.fetch(shared.cid)
  await b.waitUntilComplete(shared.name)
  await b.fetch(UNKNOWN_CID)

  // Those whose addresses are true were asked.
  for (const liar of liars.slice(0, 2)) await expect.poll(() => liar.visitors()).toBeGreaterThan(0)
  const row = b.page.locator('.transfer-row').filter({ hasText: UNKNOWN_CID.slice(0, 10) })
  await expect(row).toContainText('Waiting: nobody who is online has this file', { timeout: 60_000 })
  await row.getByRole('button', { name: /^Stop/ }).click()
  await expect(row).toContainText('Stopped.')
})

test('a server that answers lookups with garbage keeps nobody from finding a file', async ({
  openBrowser,
  keeper,
  shared,
  startMisleadingPeer,
}) => {
  const babbler = await startMisleadingPeer()
  await babbler.answerWithGarbage()

  const b = await openAfter([babbler.address], { openBrowser, keeper })
  await b.fetch(shared.cid)

  await b.waitUntilComplete(shared.name)
  expect(babbler.babbledCount).toBeGreaterThan(0)
})
