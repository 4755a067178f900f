import { expect } from '@playwright/test'
import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { violationsInBothColours } from './fixtures/axe.ts'
import { waitForContent } from './fixtures/content-address.ts'
import { KeeperProcess } from './fixtures/keeper-process.ts'
import { test } from './fixtures/quire-test.ts'

const APP_DIR = fileURLToPath(new URL('../dist/app', import.meta.url))
/** Of the form that the build gives them. */
const FIRST = '1'.repeat(16)
const SECOND = '2'.repeat(16)
const integrityOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

/** Puts up the next version of an app, whose page says so in its description. */
async function putUp(appDir: string, version: string): Promise<void> {
  const page = await readFile(join(appDir, 'index.html'), 'utf8')
  const next = page.replace(/(?<before><meta name="description" content=")[^"]*/, `$<before>${version}`)
  const script = await readFile(join(appDir, 'service-worker.js'), 'utf8')
  const listed = script.replace(integrityOf(page), integrityOf(next))
  if (listed === script) throw new Error('The service worker does not list the page.')
  await writeFile(join(appDir, 'index.html'), next)
  await writeFile(
    join(appDir, 'service-worker.js'),
    listed.replace(/(?<before>version:.)[0-9a-f]{16}/, `$<before>${version}`),
  )
}

test('a newer version is offered, waits for a yes, and another tab is told', async ({ openBrowser }) => {
  const appDir = await mkdtemp(join(tmpdir(), 'quire-app-'))
  await cp(APP_DIR, appDir, { recursive: true })
  await putUp(appDir, FIRST)
  const keeper = await KeeperProcess.start({ args: ['--app-dir', appDir] })
  try {
    const a = await openBrowser({ url: keeper.url, waitUntilReachable: false })
    await waitForContent(a)
    const other = await a.page.context().newPage()
    await other.goto(keeper.url)
    const version = () => a.page.locator('meta[name=description]').getAttribute('content')

    await putUp(appDir, SECOND)
    await keeper.restart()
    await a.page.reload()

    const offer = a.page.getByRole('button', { name: 'Load the new version' })
    await expect(a.page.getByText('A new version of Quire is ready.')).toBeVisible()
    expect(await version()).toBe(FIRST)
    expect(await violationsInBothColours(a.page)).toEqual([])
    await offer.press('Enter')
    await expect.poll(() => version().catch(() => '')).toBe(SECOND)
    await expect(offer).toHaveCount(0)
    await expect(other.getByText('Quire was brought up to date in another tab.')).toBeVisible()
    expect(await other.locator('meta[name=description]').getAttribute('content')).toBe(FIRST)
    expect(await violationsInBothColours(other)).toEqual([])
  } finally {
    await keeper.remove()
    await rm(appDir, { recursive: true })
  }
})
