import { expect } from '@playwright/test'
import { fileURLToPath } from 'node:url'
import { violationsInBothColours } from './fixtures/axe.ts'
import { blocksHere, contentAddress, endServiceWorkers, waitForContent } from './fixtures/content-address.ts'
import { FilmFrames } from './fixtures/film-frames.ts'
import { FilmPlayer, type TimeRange } from './fixtures/film-player.ts'
import { test } from './fixtures/quire-test.ts'
import { makeVideo } from './fixtures/video-file.ts'

const CACHE_DIR = fileURLToPath(new URL('../.cache/video', import.meta.url))
/** Long and thin: most of it is beyond what a player takes of each place. */
const FILM = { seconds: 120, sizeBytes: 24_000_000 } as const
const BLOCK_BYTES = 65_536
/** Each place is watched for a second or two; a browser’s own player takes ten and more there. */
const MOST_OF_A_PLACE_S = 6
/** Beyond that, at each place: what the node asks ahead, pipes of the browser, blocks of which a part is needed. */
const MOST_LOST_BYTES = 640 * 1024

test('a film of another browser plays from its link, seeks, and plays on where the service worker is ended', async ({
  openBrowser,
}) => {
  const a = await openBrowser()
  const film = await makeVideo(a.page.context(), { ...FILM, cacheDir: CACHE_DIR })
  const frames = await FilmFrames.read(film.path)
  const address = contentAddress(await a.share(film.path, film.name), film.name)
  const b = await openBrowser()
  await waitForContent(b)

  const { player } = await FilmPlayer.open(b.page.context(), address)
  await player.play(1)
  for (const seconds of [90, 30]) {
    await player.seek(seconds)
    await player.play(1)
  }
  // Nothing of what lies between the places was fetched.
  expect(await player.buffered()).toHaveLength(3)
  await endServiceWorkers(player.page)
  await player.seek(60)
  await player.play(2)
  const taken = await player.buffered()
  const takenBytes = frames.bytesWithin(taken)
  expect(await violationsInBothColours(player.page)).toEqual([])
  await player.page.close()
  const fetched = (await blocksHere(b.row(film.name), Math.ceil(film.sizeBytes / BLOCK_BYTES))) * BLOCK_BYTES
  test.info().annotations.push({ type: 'figures', description: JSON.stringify({ taken, takenBytes, fetched }) })
  expect(fetched).toBeGreaterThan(0)
  expect(fetched).toBeLessThan(takenBytes + taken.length * MOST_LOST_BYTES)
  expect(secondsOf(taken)).toBeLessThan(taken.length * MOST_OF_A_PLACE_S)
})

test('a film that is opened by itself is played by keyboard, and one that is no film says so', async ({
  openBrowser,
  makeFile,
}) => {
  const a = await openBrowser()
  const film = await makeVideo(a.page.context(), { ...FILM, cacheDir: CACHE_DIR })
  const address = contentAddress(await a.share(film.path, film.name), film.name)
  await waitForContent(a)
  const { player } = await FilmPlayer.open(a.page.context(), address)
  const { page } = player
  const isPaused = (): Promise<boolean> => page.evaluate(() => document.querySelector('video')?.paused ?? true)

  await expect(page.getByRole('heading')).toHaveText(film.name)
  await expect(page.locator('video')).toBeFocused()
  await player.play(0.5)
  await page.keyboard.press('Space')
  await expect.poll(isPaused).toBe(true)
  await page.keyboard.press('Space')
  await expect.poll(isPaused).toBe(false)
  await page.getByRole('link', { name: 'Save' }).focus()
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
  expect(download.suggestedFilename()).toBe(film.name)

  const noFilm = await makeFile('no-film.webm', 70_000)
  await page.goto(contentAddress(await a.share(noFilm.path, noFilm.name), noFilm.name))
  await expect(page.getByRole('status')).toHaveText(/^This browser cannot play a file of this kind/)
})

function secondsOf(ranges: readonly TimeRange[]): number {
  return ranges.reduce((sum, [startS, endS]) => sum + endS - startS, 0)
}
