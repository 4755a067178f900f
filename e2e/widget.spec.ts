import { expect, type Page } from '@playwright/test'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { violationsInAll } from './fixtures/axe.ts'
import { CommunityPage } from './fixtures/community-page.ts'
import { recordVideo } from './fixtures/recorded-video.ts'
import { writeWave } from './fixtures/wave-file.ts'
import { addFile, answer, frameOf, handOver, logOf, test } from './fixtures/widget-host.ts'

const TEXT = 'Sow peas in March.\n'.repeat(20)
/** 3 × 2 pixels. */
const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGM4YWEBRwxwFgBRnAc5qGdgqgAAAABJRU5ErkJggg=='
const PAGE = '<title>Not a page</title><script>document.title = "It ran"</script>'

test('a page of another site shows pictures and texts, plays sounds and films, and saves the rest', async ({
  openBrowser,
  openHost,
  makeFile,
}) => {
  test.setTimeout(120_000)
  const folder = await mkdtemp(join(tmpdir(), 'quire-widget-'))
  const owner = await openBrowser()
  const share = async (name: string, content: string | Buffer): Promise<string> => {
    await writeFile(join(folder, name), content)
    return owner.share(join(folder, name), name)
  }
  const picture = await share('dot.png', Buffer.from(PICTURE, 'base64'))
  const html = await share('page.html', PAGE)
  await writeWave(join(folder, 'tone.wav'), 5)
  const sound = await owner.share(join(folder, 'tone.wav'), 'tone.wav')
  const film = await share('film.webm', await recordVideo(owner.page))
  const { path, name, sha256 } = await makeFile('peas.bin', 3_210)
  const rest = await owner.share(path, name)
  await rm(folder, { recursive: true })

  const page = await openHost({ query: { file: picture, without: 'drop', theme: 'dark', locale: 'de-DE' } })
  const file = frameOf(page, 'file')
  const show = (link: string) =>
    page.locator('#file').evaluate((element, cid) => element.setAttribute('cid', cid), link)

  await expect(logOf(page, 'file welcome')).toContainText('"storage":"partitioned"')
  await expect(file.getByRole('img', { name: 'dot.png' })).toBeVisible()
  expect(
    await file.getByRole('img', { name: 'dot.png' }).evaluate((image: HTMLImageElement) => image.naturalWidth),
  ).toBe(3)
  expect(await file.locator('body').evaluate((body) => getComputedStyle(body).colorScheme)).toContain('dark')
  await expect.poll(() => isAsTall(page)).toBe(true)

  await show(html)
  await expect(file.getByText(PAGE)).toBeVisible()
  expect(await file.locator('body').evaluate((body) => body.ownerDocument.title)).toBe('Quire')
  await expect.poll(() => isAsTall(page)).toBe(true)

  await page.locator('#file').evaluate((element) => element.setAttribute('at', '2'))
  await show(sound)
  const audio = file.locator('audio')
  await expect.poll(() => audio.evaluate((media: HTMLAudioElement) => media.currentTime)).toBe(2)
  // It plays while it comes: the service worker of the widget’s part of the storage gives it.
  expect(await audio.evaluate((media: HTMLAudioElement) => media.src)).toContain('/cid/')
  await page.locator('#file').evaluate((element) => element.setAttribute('at', '4'))
  await expect.poll(() => audio.evaluate((media: HTMLAudioElement) => media.currentTime)).toBe(4)

  await page.locator('#file').evaluate((element) => element.removeAttribute('at'))
  await show(film)
  await expect.poll(() => file.locator('video').evaluate((media: HTMLVideoElement) => media.videoWidth)).toBe(64)
  await expect.poll(() => isAsTall(page)).toBe(true)

  await show(rest)
  await expect(file.getByText('3,2 kB')).toBeVisible()
  await page.locator('#file').evaluate((element) => element.setAttribute('locale', 'en-GB'))
  await expect(file.getByText('3.2 kB')).toBeVisible()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    file.getByRole('button', { name: 'Save' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('peas.bin')
  expect(
    createHash('sha256')
      .update(await readFile(await download.path()))
      .digest('hex'),
  ).toBe(sha256)

  await show('no CID')
  await expect(file.getByRole('heading', { name: 'There is nothing to show' })).toBeVisible()
  await expect(logOf(page, 'file error {"code":"ERR_ARGUMENT_INVALID"')).toBeVisible()
  await show(`zDv${'1'.repeat(49)}`)
  await expect(file.getByText('This file cannot be shown')).toBeVisible()
  await expect(logOf(page, 'file error {"code":"ERR_CID_')).toBeVisible()
})

test('what is added in another site’s page is asked for once, and the answer can be taken back', async ({
  openHost,
}) => {
  const page = await openHost()
  const drop = frameOf(page, 'drop')
  await expect(drop.getByRole('button', { name: 'Add files' })).toBeVisible()

  await addFile(page, 'no.txt', 'no')
  await answer(drop, 'No')
  await expect(page.locator('#log li').last()).toHaveText('drop state {"state":"ready"}')

  // Two that the page itself hands over: the other waits until the one is answered.
  await handOver(page, 'one.txt')
  await expect(drop.getByRole('dialog').getByText('one.txt')).toBeVisible()
  await handOver(page, 'two.txt')
  for (const name of ['one.txt', 'two.txt']) {
    await expect(drop.getByRole('dialog').getByText(name)).toBeVisible()
    await answer(drop, 'Add')
    await expect(page.locator('#uploaded')).toHaveText(new RegExp(`^${name}: zDv[1-9A-Za-z]+$`))
  }

  await addFile(page, 'first.txt', TEXT)
  await drop.getByLabel(/^Remember this for/).check()
  await answer(drop, 'Add')
  await expect(page.locator('#uploaded')).toHaveText(/^first\.txt: zDv/)
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
  await owner.create('Gardeners of the north', 'general, seeds')
  await owner.writeAs('Ada')
  await owner.write('The roses are out.')
  await owner.publish()
  const link = await owner.link()
  await owner.chooseChannel('seeds')
  await owner.write('Who has peas?')
  const [id = '', channel = ''] = new URL(owner.page.url()).hash.split('?')[0]?.split('/').slice(2) ?? []

  const page = await openHost({ query: { community: link, without: 'drop' } })
  const community = frameOf(page, 'community')

  await expect(community.getByText('The roses are out.')).toBeVisible()
  await page
    .locator('#community')
    .evaluate((element, deepLink) => element.setAttribute('community', deepLink), `${id}/${channel}`)
  await expect(community.getByText('Who has peas?')).toBeVisible()
  await expect(logOf(page, `"channelId":"${id}${channel}"`)).toContainText('community moved')

  expect(await violationsInAll(page)).toEqual([])
  // It scrolls within itself; what is beside it in the frame adds no scrollbar of its own.
  expect(await community.locator('html').evaluate((root) => root.scrollHeight - root.clientHeight)).toBe(0)
  await expect(community.getByRole('textbox')).toHaveCount(0)
  await community.getByRole('button', { name: 'Write here' }).click()
  await answer(community, 'Write here')
  await community.getByLabel(/^Choose a name to write under/).fill('Bea')
  await community.getByLabel(/^Choose a name to write under/).press('Enter')
  await community.getByRole('textbox', { name: /^Write to/ }).fill('I have some.')
  await community.getByRole('textbox', { name: /^Write to/ }).press('Enter')
  await expect(owner.message('I have some.')).toBeVisible()
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

/** Whether the frame is as tall as what it shows. */
async function isAsTall(page: Page): Promise<boolean> {
  const framePx = await page.locator('#file iframe').evaluate((iframe) => iframe.clientHeight)
  const shownPx = await frameOf(page, 'file')
    .locator('.widget')
    .evaluate((widget) => Math.ceil(widget.getBoundingClientRect().height))
  return framePx === shownPx && shownPx > 60
}
