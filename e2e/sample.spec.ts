import { test as base, expect } from '@playwright/test'
import { parseManifestCid } from '../src/codec/cid.ts'
import { concat } from '../src/codec/concat.ts'
import { readIndex } from '../src/history/archive/read-index.ts'
import { KeeperClient } from '../src/keeper/keeper-client.ts'
import { readRunningNote } from '../src/keeper/running-note.ts'
import { CommunityPage } from './fixtures/community-page.ts'
import { newLocalContext } from './fixtures/local-context.ts'
import { QuirePage } from './fixtures/quire-page.ts'
import { StartProcess } from './fixtures/start-process.ts'

const MESSAGES = 600
const WEEKS = 6
const SIZES = [
  '--sample-messages',
  `${MESSAGES}`,
  `--sample-weeks=${WEEKS}`,
  '--sample-channels=3',
  '--sample-persons=20',
]

interface Fixtures {
  /** Opens an address in a browser of its own. */
  readonly openPage: (url: string) => Promise<CommunityPage>
}

const test = base.extend<Fixtures, { readonly started: StartProcess }>({
  started: [
    async ({}, use) => {
      const started = await StartProcess.withSample(SIZES)
      await use(started)
      expect(await started.stop()).toBe(0)
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  openPage: async ({ browser }, use) => {
    const contexts: Awaited<ReturnType<typeof newLocalContext>>[] = []
    await use(async (url) => {
      const context = await newLocalContext(browser)
      contexts.push(context)
      const page = await context.newPage()
      await page.goto(url)
      return new CommunityPage(new QuirePage(page))
    })
    await Promise.all(contexts.map((context) => context.close()))
  },
})

test('who starts with a sample is offered it, and reads, jumps and searches', async ({ started, openPage }) => {
  const newcomer = await openPage(started.url)
  const { page } = newcomer
  await page.getByRole('link', { name: 'Communities' }).first().click()
  await expect(page.getByText(`${MESSAGES} messages of ${WEEKS} weeks`)).toBeVisible()
  await page.getByRole('button', { name: 'Look at a community with a history' }).click()
  await expect(newcomer.heading('The Gathering')).toBeVisible()
  await newcomer.chooseChannel('general')
  await expect(page.locator('li.message').nth(5)).toBeVisible()

  const side = await newcomer.panel('Details')
  await expect(side.getByText(`${MESSAGES} in 3 channels`)).toBeVisible()
  await expect(side.getByText(`${WEEKS} of ${WEEKS} here`)).toBeVisible()
  await side.getByRole('button', { name: 'Close' }).click()

  await page.getByRole('button', { name: /open the calendar$/ }).click()
  const date = page.getByLabel('Go to')
  const firstDay = (await date.getAttribute('min')) ?? ''
  await date.fill(firstDay)
  await expect(page.locator(`li.message time[datetime^="${firstDay}"]`).first()).toBeInViewport()

  await page.getByRole('button', { name: 'Search', exact: true }).click()
  await page.getByRole('searchbox').fill('this bindi')
  const found = page.locator('.message-card').last()
  const words = await found.locator('.message-card-words').innerText()
  await found.click()
  await expect(newcomer.message(words.slice(0, 30)).first()).toBeInViewport()
})

test('the words of its archives are found before an archive is here', async ({ started, openPage }) => {
  await removeArchives(started)
  const newcomer = await openPage(started.link)
  await expect(newcomer.heading('The Gathering')).toBeVisible()
  await newcomer.page.getByRole('button', { name: 'Search', exact: true }).click()
  await newcomer.page.getByRole('searchbox').fill('this binding')
  await expect(newcomer.page.getByText('Known from the search index').first()).toBeVisible()
})

/** Nobody has them any more; their search indexes are still there. */
async function removeArchives({ dataDir, url }: StartProcess): Promise<void> {
  const note = await readRunningNote(dataDir)
  if (note === undefined) throw new Error('The keeper left no note.')
  const client = new KeeperClient(note)
  const { sample } = (await (await fetch(new URL('/sample.json', url))).json()) as { sample: { index: string } }
  const cid = parseManifestCid(sample.index)
  const pieces: Uint8Array[] = []
  const manifest = await client.findManifest(cid)
  await client.copyContent({ cid, manifest }, (piece) => void pieces.push(piece))
  const { entries } = readIndex(concat(...pieces))
  expect(entries).toHaveLength(WEEKS)
  for (const entry of entries) await client.remove(entry.cid)
}
