import { expect } from '@playwright/test'
import { fileURLToPath } from 'node:url'
import { blocksHere, contentAddress, endServiceWorkers, waitForContent } from './fixtures/content-address.ts'
import { FilmFrames } from './fixtures/film-frames.ts'
import { FilmPlayer } from './fixtures/film-player.ts'
import { test } from './fixtures/quire-test.ts'
import { makeVideo } from './fixtures/video-file.ts'

const CACHE_DIR = fileURLToPath(new URL('../.cache/video', import.meta.url))
/** Long and thin: most of it is beyond what a player takes of each place. */
const FILM = { seconds: 120, sizeBytes: 24_000_000 } as const
const BLOCK_BYTES = 65_536
/** Of what the player took: read-ahead of the node and pipes of the browser, lost with each place that is left. */
const MOST_OVER = 1.2

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
  const buffered = await player.buffered()

  // Nothing of what lies between the places was fetched.
  expect(buffered.length).toBe(3)
  await endServiceWorkers(player.page)
  await player.seek(60)
  await player.play(2)
  const taken = frames.bytesWithin(await player.buffered())
  await player.page.close()
  const fetched = (await blocksHere(b.row(film.name), Math.ceil(film.sizeBytes / BLOCK_BYTES))) * BLOCK_BYTES
  test.info().annotations.push({ type: 'figures', description: JSON.stringify({ buffered, taken, fetched }) })
  expect(fetched).toBeGreaterThan(0)
  expect(fetched).toBeLessThan(MOST_OVER * taken)
})
