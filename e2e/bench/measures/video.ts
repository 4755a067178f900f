import { join } from 'node:path'
import { blocksHere, contentAddress, waitForContent } from '../../fixtures/content-address.ts'
import { FilmFrames } from '../../fixtures/film-frames.ts'
import { FilmPlayer } from '../../fixtures/film-player.ts'
import { QuirePage } from '../../fixtures/quire-page.ts'
import { makeVideo, type VideoFile } from '../../fixtures/video-file.ts'
import type { BenchBrowser } from '../bench-browser.ts'
import type { Figure } from '../figure.ts'
import type { Lab } from '../lab.ts'
import { MB, type Measure } from '../measure.ts'
import { Samples } from '../history/samples.ts'

const FILM = { seconds: 600, sizeBytes: 100 * MB } as const
const BLOCK_BYTES = 65_536
/** Parts of the film to which one seeks, none of which is in the player. */
const PLACES = [0.75, 0.3, 0.5]
/** How long each place is watched. */
const WATCH_S = 30
const UPLOAD_TIMEOUT_MS = 120_000

export const video: Measure = {
  name: 'video',
  title: 'A film of 100 MB and ten minutes, opened from a link in another browser: its first frame, seeks, and bytes.',
  isAlone: true,
  async run({ lab, rounds, root }): Promise<Figure[]> {
    const studio = await lab.browser('studio')
    const film = await makeVideo(studio.context, { ...FILM, cacheDir: join(root, '.cache', 'video') })
    await lab.discard('studio')
    const frames = await FilmFrames.read(film.path)
    const source = await openApp(await lab.browser('source'), lab.keeper.url)
    const address = contentAddress(await source.share(film.path, film.name, UPLOAD_TIMEOUT_MS), film.name)
    const samples = new Samples(lab.log)
    for (const round of rounds()) await watch(lab, { film, frames, address, samples, round })
    return figures(samples)
  },
}

interface Show {
  readonly film: VideoFile
  readonly frames: FilmFrames
  readonly address: string
  readonly samples: Samples
  readonly round: number
}

/** Somebody who has none of it opens it, and watches it from its beginning and from three other places. */
async function watch(lab: Lab, { film, frames, address, samples, round }: Show): Promise<void> {
  const name = `viewer ${round}`
  const browser = await lab.browser(name)
  const app = await openApp(browser, lab.keeper.url)
  await waitForContent(app)
  const { player, firstFrameMs } = await FilmPlayer.open(browser.context, address)
  samples.add('first frame', firstFrameMs)
  await player.play(WATCH_S)
  for (const place of PLACES) {
    const { seekedMs, frameMs } = await player.seek(place * FILM.seconds)
    samples.add('seeked', seekedMs)
    samples.add('seek to frame', frameMs)
    await player.play(WATCH_S)
  }
  const played = await player.played()
  const playedBytes = frames.bytesWithin(played)
  const takenBytes = frames.bytesWithin([...played, ...(await player.buffered())])
  await player.page.close()
  // The list of a page that is opened anew is counted anew.
  await app.page.reload()
  const fetchedBytes = BLOCK_BYTES * (await blocksHere(app.row(film.name), Math.ceil(film.sizeBytes / BLOCK_BYTES)))
  lab.log(`  played ${mb(playedBytes)}, taken by the player ${mb(takenBytes)}, fetched ${mb(fetchedBytes)}`)
  samples.add('beyond what the player took', (100 * (fetchedBytes - takenBytes)) / takenBytes)
  samples.add('beyond what was played', (100 * (fetchedBytes - playedBytes)) / playedBytes)
  await lab.discard(name)
}

async function openApp({ context }: BenchBrowser, url: string): Promise<QuirePage> {
  const page = await context.newPage()
  await page.goto(url)
  const app = new QuirePage(page)
  await app.waitUntilReachable()
  return app
}

function figures(samples: Samples): Figure[] {
  return [
    {
      name: 'first frame',
      unit: 'ms',
      samples: samples.of('first frame'),
      aim: { atMost: 1000 },
      isAimOfAll: true,
      note: 'from the navigation to the first frame that is shown: finding and connecting are in it',
    },
    { name: 'seek, until the player is there', unit: 'ms', samples: samples.of('seeked') },
    {
      name: 'seek, until a frame of the place is shown',
      unit: 'ms',
      samples: samples.of('seek to frame'),
      aim: { atMost: 500 },
      isAimOfAll: true,
    },
    {
      name: 'bytes fetched beyond what the player took',
      unit: '%',
      samples: samples.of('beyond what the player took'),
      aim: { atMost: 20 },
      note: 'blocks that are here, to the frames of the times in “video.played” and “video.buffered”',
    },
    {
      name: 'bytes fetched beyond what was played',
      unit: '%',
      samples: samples.of('beyond what was played'),
      aim: { atMost: 20 },
      note: `to the frames of the times in “video.played” alone, ${WATCH_S} s at each of four places`,
    },
  ]
}

const mb = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`
