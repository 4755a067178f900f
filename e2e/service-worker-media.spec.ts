import { expect, type Page } from '@playwright/test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { blocksHere, contentAddress, endServiceWorkers, waitForContent } from './fixtures/content-address.ts'
import { type OpenBrowser, test } from './fixtures/quire-test.ts'
import { WAVE_BYTES_PER_SECOND, writeWave } from './fixtures/wave-file.ts'

const SECONDS = 240
const BLOCK_BYTES = 65_536
const PLACES_S = [0, 200, 60, 130]
/** Each place is heard for a second or two; a browser’s own player takes ten and more there. */
const MOST_OF_A_PLACE_S = 6
/** Beyond that, at each place: what the node asks ahead, pipes of the browser, blocks of which a part is needed. */
const MOST_LOST_BYTES = 640 * 1024

interface Heard {
  /** In seconds, as the player has it. */
  readonly bufferedSeconds: number
  readonly seekMs: number
}

/** Seeks, and waits until it plays on there for a moment. */
function seek(page: Page, seconds: number): Promise<Heard> {
  return page.evaluate(async (seconds) => {
    const media = document.querySelector('audio')
    if (media === null) throw new Error('The page has no player.')
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
  await expect(page.locator('audio'), await page.locator('body').innerText()).toHaveCount(1)
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
  for (const seconds of PLACES_S) heard.push(await seek(page, seconds))

  await page.close()
  await expect(b.row(name)).toContainText('blocks here')

  const playableSeconds = heard.at(-1)?.bufferedSeconds ?? 0
  const most = playableSeconds * WAVE_BYTES_PER_SECOND + PLACES_S.length * MOST_LOST_BYTES
  const fetched = (await blocksHere(b.row(name), blockCount)) * BLOCK_BYTES
  test.info().annotations.push({ type: 'figures', description: JSON.stringify({ heard, most, fetched }) })
  expect(fetched).toBeGreaterThan(0)
  expect(fetched).toBeLessThan(most)
  expect(playableSeconds).toBeLessThan(PLACES_S.length * MOST_OF_A_PLACE_S)
  // Nothing is fetched behind the back of whoever let go of it.
  await b.page.reload()
  expect((await blocksHere(b.row(name), blockCount)) * BLOCK_BYTES).toBeLessThan(most)
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
  await expect.poll(() => page.evaluate(() => document.querySelector('audio')?.currentTime ?? 0)).toBeGreaterThan(182)
  expect(await page.evaluate(() => document.querySelector('audio')?.error ?? null)).toBeNull()
})
