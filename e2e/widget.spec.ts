import { expect, type FrameLocator, type Page } from '@playwright/test'
import { readFile } from 'node:fs/promises'
import { serveExample } from '../examples/widget/serve.mjs'
import { violationsOn } from './fixtures/axe.ts'
import { CommunityPage } from './fixtures/community-page.ts'
import { OwnChromium, type OwnChromiumInit } from './fixtures/own-chromium.ts'
import { test as base } from './fixtures/quire-test.ts'

type OpenHost = (init?: {
  readonly query?: Readonly<Record<string, string>>
  readonly thirdPartyStorage?: OwnChromiumInit['thirdPartyStorage']
  readonly prepare?: (page: Page) => Promise<unknown>
}) => Promise<Page>

/** A page of another site with Quire’s elements, in a Chromium that keeps the storage of sites apart. */
const test = base.extend<{ openHost: OpenHost }>({
  openHost: async ({ keeper, launchOptions }, use) => {
    const { executablePath } = launchOptions
    if (executablePath === undefined) throw new Error('There is no Chromium to start.')
    const example = await serveExample(`${keeper.url}/`)
    const started: OwnChromium[] = []
    await use(async ({ query = {}, thirdPartyStorage = 'partitioned', prepare } = {}) => {
      const own = await OwnChromium.start({ executablePath, thirdPartyStorage })
      started.push(own)
      const [context] = own.browser.contexts()
      if (context === undefined) throw new Error('Chromium has no context.')
      const page = await context.newPage()
      await prepare?.(page)
      await page.goto(`${example.url}?${new URLSearchParams(query).toString()}`)
      return page
    })
    await Promise.all(started.map((own) => own.close()))
    example.close()
  },
})

const TEXT = 'Sow peas in March.\n'.repeat(20)

const frameOf = (page: Page, id: string): FrameLocator => page.locator(`#${id}`).locator('iframe').contentFrame()
const logOf = (page: Page, text: string) => page.locator('#log li').filter({ hasText: text }).first()

async function addFile(page: Page, name: string, text: string): Promise<void> {
  await frameOf(page, 'drop')
    .getByLabel('Files to add')
    .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })
}

test('a page of another site shows a file, as tall as it is, from a node of its own', async ({
  openBrowser,
  openHost,
  makeFile,
}) => {
  const owner = await openBrowser()
  const { path, name } = await makeFile('peas.bin', 3_000)
  const link = await owner.share(path, name)

  const page = await openHost({ query: { file: link, without: 'drop' } })
  const file = frameOf(page, 'file')

  await expect(file.getByText('peas.bin').first()).toBeVisible()
  await expect(logOf(page, 'file welcome')).toContainText('"storage":"partitioned"')
  await expect(logOf(page, 'file state {"state":"ready"}')).toBeVisible()
  await expect.poll(() => heightsOf(page, 'file')).toMatchObject({ isAsTall: true })
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    file.getByRole('button', { name: 'Save' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('peas.bin')
})

test('what is added in another site’s page is asked for once, and the answer can be taken back', async ({
  openHost,
}) => {
  const page = await openHost()
  const drop = frameOf(page, 'drop')
  await expect(drop.getByRole('button', { name: 'Add files' })).toBeVisible()

  await addFile(page, 'no.txt', 'no')
  await drop.getByRole('button', { name: 'No', exact: true }).click()
  await addFile(page, 'first.txt', TEXT)
  await drop.getByLabel(/^Remember this for/).check()
  await drop.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.locator('#uploaded')).toHaveText(/^first\.txt: zDv[1-9A-Za-z]+$/)
  await addFile(page, 'second.txt', `${TEXT}And beans in May.`)
  await expect(page.locator('#uploaded')).toHaveText(/^second\.txt: zDv/)
  expect(await page.locator('#log li').filter({ hasText: 'no.txt' }).count()).toBe(0)

  await page.reload()
  await expect(logOf(page, 'drop welcome')).toContainText('"upload":"allowed"')
  await drop.getByRole('button', { name: 'About' }).click()
  await drop.getByRole('button', { name: /^Take back/ }).click()
  await expect(logOf(page, 'drop rights {"rights":{"read":"allowed","upload":"asked"')).toBeVisible()
  await drop.getByRole('button', { name: 'Close' }).click()
  await addFile(page, 'third.txt', 'third')
  await expect(drop.getByRole('heading', { name: /^Add this file for/ })).toBeVisible()
})

test('a community’s history is read in another site’s page, and written where the person agrees', async ({
  openBrowser,
  openHost,
}) => {
  test.setTimeout(180_000)
  const owner = new CommunityPage(await openBrowser())
  await owner.create('Gardeners of the north')
  await owner.writeAs('Ada')
  await owner.write('The roses are out.')
  await owner.publish()

  const page = await openHost({ query: { community: await owner.link(), without: 'drop' } })
  const community = frameOf(page, 'community')

  await expect(community.getByText('The roses are out.')).toBeVisible()
  await expect(community.getByRole('textbox')).toHaveCount(0)
  await community.getByRole('button', { name: 'Write here' }).click()
  await community.getByRole('dialog').getByRole('button', { name: 'Write here' }).click()
  await expect(community.getByLabel(/^Choose a name to write under/)).toBeVisible()
})

test('where the browser allows no storage, a file is shown all the same, and it says that nothing is kept', async ({
  openBrowser,
  openHost,
  makeFile,
}) => {
  const owner = await openBrowser()
  const { path, name } = await makeFile('leeks.bin', 200_000)
  const link = await owner.share(path, name)

  const page = await openHost({ query: { file: link, without: 'drop' }, thirdPartyStorage: 'denied' })
  const file = frameOf(page, 'file')

  await expect(logOf(page, 'file welcome')).toContainText('"storage":"memory"')
  await expect(file.getByText('Nothing is stored')).toBeVisible()
  await expect(file.getByText('leeks.bin').first()).toBeVisible()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    file.getByRole('button', { name: 'Save' }).click(),
  ])
  expect(await readFile(await download.path())).toEqual(await readFile(path))
})

test('a site decides which pages may frame what, and a page that may not is told so', async ({ openHost }) => {
  const page = await openHost({
    query: { file: `z${'D'.repeat(51)}` },
    prepare: (opened) =>
      opened.route('**/widget-hosts.json', (route) =>
        route.fulfill({ json: { 'https://blog.example': { read: 'allowed' } } }),
      ),
  })

  await expect(frameOf(page, 'file').getByRole('heading', { name: /may not show this/ })).toBeVisible()
  await expect(logOf(page, 'file error')).toContainText('ERR_WIDGET_HOST_DENIED')
  await addFile(page, 'a.txt', 'a')
  await expect(logOf(page, 'drop error')).toContainText('ERR_WIDGET_HOST_DENIED')
})

test('a CID that is none is told to the person and to the page', async ({ openHost }) => {
  const page = await openHost({ query: { file: `zDv${'1'.repeat(49)}`, without: 'drop' } })

  await expect(frameOf(page, 'file').getByText('This file cannot be shown')).toBeVisible()
  await expect(logOf(page, 'file error')).toContainText('ERR_CID_')
})

test('a handshake with another nonce is refused, and the right one is taken after it', async ({ openHost, keeper }) => {
  const page = await openHost({ query: { without: 'drop' } })
  const answers = await page.evaluate(async (quire) => {
    const frame = document.createElement('iframe')
    const nonce = '0123456789abcdef'.repeat(2)
    frame.src = `${quire}/widget.html#/drop?nonce=${nonce}`
    document.body.append(frame)
    const challenge = await new Promise<string>((resolve) => {
      addEventListener('message', ({ data, source }) => {
        if (source === frame.contentWindow && data.type === 'quire-widget-ready') resolve(data.challenge)
      })
    })
    const greet = (hello: object): Promise<unknown> =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel()
        port1.addEventListener('message', ({ data }) => resolve(data.reason ?? data.type))
        port1.start()
        frame.contentWindow?.postMessage({ type: 'quire-widget-hello', ...hello }, quire, [port2])
      })
    const versions = [1]
    return [
      await greet({ versions, challenge, nonce: 'f'.repeat(32) }),
      await greet({ versions, challenge: 'f'.repeat(32), nonce }),
      await greet({ versions: 'x'.repeat(1_000_000), challenge, nonce }),
      await greet({ versions: [99], challenge, nonce }),
      await greet({ versions, challenge, nonce }),
    ]
  }, keeper.url)

  expect(answers).toEqual(['nonce', 'nonce', 'malformed', 'version', 'welcome'])
})

test('only the widget may be framed by other sites', async ({ keeper }) => {
  const policyOf = async (path: string) => (await fetch(`${keeper.url}${path}`)).headers.get('content-security-policy')

  expect(await policyOf('/widget.html')).toContain('frame-ancestors *')
  for (const path of ['/', '/index.html', '/elements.js']) {
    expect(`${path}: ${(await policyOf(path)) ?? ''}`).toContain("frame-ancestors 'none'")
  }
})

for (const theme of ['light', 'dark']) {
  test(`the widget is usable by keyboard and by all, ${theme}`, async ({ openHost }) => {
    const page = await openHost({ query: { theme } })
    const drop = frameOf(page, 'drop')
    await expect(drop.getByRole('button', { name: 'Add files' })).toBeVisible()
    expect(await drop.locator('html').evaluate((root) => root.dataset['theme'])).toBe(theme)
    expect(await violationsOn(page)).toEqual([])

    await drop.getByRole('button', { name: 'About' }).focus()
    await page.keyboard.press('Enter')
    await expect(drop.getByRole('dialog')).toBeVisible()
    expect(await violationsOn(page)).toEqual([])
    await page.keyboard.press('Escape')
    await expect(drop.getByRole('button', { name: 'About' })).toBeFocused()
  })
}

async function heightsOf(page: Page, id: string): Promise<{ readonly isAsTall: boolean }> {
  const frame = await page
    .locator(`#${id}`)
    .locator('iframe')
    .evaluate((iframe) => iframe.clientHeight)
  const shown = await frameOf(page, id)
    .locator('.widget')
    .evaluate((widget) => Math.ceil(widget.getBoundingClientRect().height))
  return { isAsTall: frame === shown && shown > 60 }
}
