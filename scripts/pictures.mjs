/**
 * `npm run pictures`: takes the pictures of the page in `docs/`, light, dark and on a phone, from a real keeper and two
 * real browsers that share files; then of a community: its timeline and calendar from the sample, and an owner’s publishing.
 * Those that shops and installers show of the app (`public/manifest.webmanifest`) come from the same pages.
 */
import { chromium } from '@playwright/test'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buildWhatIsStale } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { importTypescript } from './compile.mjs'
import { root } from './run.mjs'

const KILO = 1000
const FILES = [
  ['A Midsummer Night’s Dream.epub', 412 * KILO],
  ['Orchard in spring.jpg', 3_840 * KILO],
  ['Minutes of the garden club, autumn.pdf', 1_212 * KILO],
]
const SCREENSHOTS = 'public/screenshots'
const WIDE = { colorScheme: 'light', viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 }
const NARROW = { colorScheme: 'light', viewport: { width: 390, height: 780 }, deviceScaleFactor: 2 }
const PICTURES = [
  { path: `${SCREENSHOTS}/files-wide.png`, ...WIDE },
  { path: `${SCREENSHOTS}/files-narrow.png`, ...NARROW },
  { path: 'docs/page-light.png', colorScheme: 'light', viewport: { width: 1200, height: 720 } },
  { path: 'docs/page-dark.png', colorScheme: 'dark', viewport: { width: 1200, height: 720 } },
  { path: 'docs/page-phone.png', colorScheme: 'light', viewport: { width: 390, height: 780 } },
]

await buildWhatIsStale()
const { CHROMIUM_FLAGS } = await importTypescript('e2e/fixtures/chromium-flags.ts')
const { path: executablePath } = await ensureChromium()
const folder = await mkdtemp(join(tmpdir(), 'quire-pictures-'))
const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS })
// Last, as nothing but the lines below ends it.
const keeper = await startKeeper(join(folder, 'keeper'))
try {
  const sharer = await open({ colorScheme: 'light', viewport: { width: 1200, height: 720 } })
  const links = []
  for (const [name, sizeBytes] of FILES) links.push(await share(sharer, name, sizeBytes))
  for (const { path, ...options } of PICTURES) {
    const reader = await open(options)
    for (const link of links) await fetchFile(reader, link)
    await reader.getByRole('button', { name: 'Not now' }).click()
    await reader.locator('.row-button').filter({ hasText: 'Orchard' }).click()
    await reader.getByRole('img', { name: /QR code/ }).waitFor()
    await take(reader, path)
    await reader.context().close()
  }
  await picturesOfCommunities()
} finally {
  await browser.close()
  keeper.child.kill('SIGTERM')
  await rm(folder, { recursive: true, force: true })
}

async function picturesOfCommunities() {
  const link = await publishSample()
  for (const colorScheme of ['light', 'dark']) {
    const member = await read(link, { colorScheme, viewport: { width: 1280, height: 800 } })
    await take(member, `docs/timeline-${colorScheme}.png`)
    await member.getByTitle(/open the calendar$/).click()
    await member.getByRole('group', { name: /^Days of/ }).waitFor()
    await take(member, `docs/calendar-${colorScheme}.png`)
    await member.context().close()
  }
  await takeCommunity(link, { path: `${SCREENSHOTS}/community-wide.png`, ...WIDE })
  await takeCommunity(link, { path: `${SCREENSHOTS}/community-narrow.png`, ...NARROW })
  const owner = await open({ colorScheme: 'light', viewport: { width: 1280, height: 800 } })
  await owner.getByRole('link', { name: 'Communities' }).first().click()
  await owner.getByRole('button', { name: 'Create a community' }).click()
  const dialog = owner.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('Garden club')
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await owner.getByRole('button', { name: 'Publish', exact: true }).click()
  await owner.getByRole('button', { name: 'Publish now' }).waitFor()
  await take(owner, 'docs/publishing-light.png')
}

async function takeCommunity(link, { path, ...options }) {
  const member = await read(link, options)
  await take(member, path)
  await member.context().close()
}

/** A page with the community’s newest messages. */
async function read(link, options) {
  const member = await open(options)
  await member.goto(link)
  await member.locator('.messages > li').nth(5).waitFor()
  await member
    .getByText(/^Up to date/)
    .first()
    .waitFor({ timeout: 60_000 })
  return member
}

async function take(page, path) {
  await page.screenshot({ path: join(root, path) })
  process.stdout.write(`${path}\n`)
}

async function publishSample() {
  const args = ['--messages', '6000', '--weeks', '26', '--data-dir', join(folder, 'keeper')]
  const child = spawn(process.execPath, [join(root, 'scripts', 'sample-community.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const link = /http\S+#\/c\/\S+/.exec(line)?.[0]
    if (link === undefined) continue
    child.stdout.resume()
    return link
  }
  throw new Error('The sample was not published.')
}

async function open(options) {
  const context = await browser.newContext({ deviceScaleFactor: 1.5, ...options, locale: 'en-GB' })
  const page = await context.newPage()
  await page.goto(keeper.url)
  await page.getByRole('button', { name: 'Others can reach this browser' }).waitFor()
  return page
}

async function share(page, name, sizeBytes) {
  const path = join(folder, name)
  await writeFile(path, Buffer.alloc(sizeBytes, name))
  await page.getByLabel('Files to add').setInputFiles(path)
  const row = page.locator('.row-button').filter({ hasText: name })
  await row.filter({ hasText: 'Complete' }).waitFor()
  if ((await row.getAttribute('aria-expanded')) !== 'true') await row.click()
  await page.getByRole('heading', { name, level: 2 }).waitFor()
  return page.getByRole('textbox', { name: 'Link', exact: true }).inputValue()
}

async function fetchFile(page, link) {
  const before = await page.locator('.dataset-row').count()
  await page.getByLabel('Link or CID of a file to fetch').fill(link)
  await page.keyboard.press('Enter')
  await page.locator('.dataset-row').filter({ hasText: 'Complete' }).nth(before).waitFor()
  await page.keyboard.press('Escape')
}

async function startKeeper(dataDir) {
  const args = [
    'keeper',
    '--port',
    '0',
    '--tcp-port',
    '0',
    '--data-dir',
    dataDir,
    '--app-dir',
    join(root, 'dist', 'app'),
  ]
  const child = spawn(process.execPath, [join(root, 'dist', 'node', 'cli.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/localhost:\d+/.exec(line)?.[0]
    if (url === undefined) continue
    child.stdout.resume()
    return { child, url }
  }
  throw new Error('The keeper ended before it said where it is open.')
}
