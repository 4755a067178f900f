import { expect, type Page } from '@playwright/test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { blocksHere, contentAddress, endServiceWorkers, waitForContent } from './fixtures/content-address.ts'
import { type OpenBrowser, test } from './fixtures/quire-test.ts'
import { WAVE_BYTES_PER_SECOND, writeWave } from './fixtures/wave-file.ts'

const SECONDS = 240
const BLOCK_BYTES = 65_536
/** Of what the player took: read-ahead of the node and pipes of the browser, lost with each place that is left. */
const MOST_OVER = 1.2

interface Heard {
  /** In seconds, as the player has it. */
  readonly bufferedSeconds: number
  readonly seekMs: number
}

/** Seeks, and waits until it plays on there for a moment; the player is the one that the browser itself makes. */
function seek(page: Page, seconds: number): Promise<Heard> {
  return page.evaluate(async (seconds) => {
    const media = document.querySelector('video')
    if (media === null) throw new Error('The browser shows no player.')
    media.muted = true
    const startMs = performance.now()
    media.currentTime = seconds
    await media.play()
    await new Promise<void>((resolve) => {
      const look = (): void => (media.currentTime > seconds + 0.02 ? resolve() : void requestAnimationFrame(look))
      look()
    })
    const seekMs = performance.now() - startMs
    await new Promise((resolve) => setTimeout(resolve, 1000))
    let bufferedSeconds = 0
    for (let part = 0; part < media.buffered.length; part++) {
      bufferedSeconds += media.buffered.end(part) - media.buffered.start(part)
    }
    return { bufferedSeconds, seekMs }
  }, seconds)
}

/** Where nobody answers in time, the page that says so tries again by itself. */
async function openPlayer(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await expect(page.locator('video'), await page.locator('body').innerText()).toHaveCount(1)
}

async function shareWave(openBrowser: OpenBrowser): Promise<{ name: string; link: string; blockCount: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'quire-wave-'))
  const name = 'tone.wav'
  const sizeBytes = await writeWave(join(folder, name), SECONDS)
  const a = await openBrowser()
  const link = await a.share(join(folder, name), name)
  await rm(folder, { recursive: true })
  return { name, link, blockCount: Math.ceil(sizeBytes / BLOCK_BYTES) }
}

test('a sound of another browser plays at once and where one seeks, and little is fetched that is not played', async ({
  openBrowser,
}) => {
  const { name, link, blockCount } = await shareWave(openBrowser)
  const b = await openBrowser()
  await waitForContent(b)
  const page = await b.page.context().newPage()

  await openPlayer(page, contentAddress(link, name))
  const heard: Heard[] = []
  for (const seconds of [0, 200, 60, 130]) heard.push(await seek(page, seconds))

  await page.close()
  await expect(b.row(name)).toContainText('blocks here')

  const playable = (heard.at(-1)?.bufferedSeconds ?? 0) * WAVE_BYTES_PER_SECOND
  const fetched = (await blocksHere(b.row(name), blockCount)) * BLOCK_BYTES
  test.info().annotations.push({ type: 'figures', description: JSON.stringify({ heard, playable, fetched }) })
  expect(fetched).toBeGreaterThan(0)
  expect(fetched).toBeLessThan(MOST_OVER * playable)
  // Nothing is fetched behind the back of whoever let go of it.
  await b.page.reload()
  expect((await blocksHere(b.row(name), blockCount)) * BLOCK_BYTES).toBeLessThan(MOST_OVER * playable)
})

test('a sound plays on where the service worker is ended in the middle', async ({ openBrowser }) => {
  const { name, link } = await shareWave(openBrowser)
  const b = await openBrowser()
  await waitForContent(b)
  const page = await b.page.context().newPage()
  await openPlayer(page, contentAddress(link, name))
  await seek(page, 0)

  await endServiceWorkers(page)

  // Far from what the player has.
  expect((await seek(page, 180)).bufferedSeconds).toBeGreaterThan(0)
  await expect.poll(() => page.evaluate(() => document.querySelector('video')?.currentTime ?? 0)).toBeGreaterThan(182)
  expect(await page.evaluate(() => document.querySelector('video')?.error ?? null)).toBeNull()
})
