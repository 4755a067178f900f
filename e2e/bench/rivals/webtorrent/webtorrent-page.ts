/**
 * The contestant WebTorrent: its prebuilt browser bundle, the default store (OPFS), a tracker on this machine, no DHT.
 *
 *   offer: content → a torrent of the default piece length, copied to the store → announced; the ticket is its magnet
 *   fetch: nothing selected → a peer, and from it the piece hashes → select, timed → all pieces checked and stored → hash
 *
 * A torrent has connections of its own: a tiny torrent before the clock runs would warm nothing. So the torrent itself
 * gets its peer first, with nothing asked for; connecting is left out of the time, to WebTorrent’s favour.
 */
import WebTorrent, { type Torrent } from 'webtorrent/dist/webtorrent.min.js'
import {
  type Contestant,
  type FetchOptions,
  type FetchResult,
  readPageConfig,
  type SeededContent,
} from '../../pages/contestant.ts'
import { seededBlob, sha256HexOf } from '../../pages/seeded-bytes.ts'

const config = readPageConfig()
// Otherwise what is fetched stays on the disk after `forget`.
const STORE = { destroyStoreOnDestroy: true }

let failed = Promise.withResolvers<never>()
let client = startClient()

globalThis.contestant = { ready: Promise.resolve(), offer, fetch, forget } satisfies Contestant

function startClient(): WebTorrent {
  failed = Promise.withResolvers<never>()
  // Whoever waits for a torrent hears of it; nobody may be waiting.
  failed.promise.catch(() => undefined)
  const started = new WebTorrent({ dht: false, tracker: { rtcConfig: { iceServers: [] } } })
  started.once('error', failed.reject)
  return started
}

async function offer(content: SeededContent): Promise<string> {
  const file = new File([seededBlob(content)], `seeded-${content.seed}.bin`)
  const torrent = client.seed(file, { announceList: [[config.tracker]], ...STORE })
  await Promise.all([until(torrent, 'seed'), until(torrent, 'trackerAnnounce')])
  return torrent.magnetURI
}

async function fetch(ticket: string, { limitMs }: FetchOptions = {}): Promise<FetchResult> {
  const torrent = client.add(ticket, { deselect: true, ...STORE })
  await until(torrent, 'ready')
  const [file] = torrent.files
  if (file === undefined) throw new Error('The torrent has no file.')

  const startedMs = performance.now()
  let firstByteMs = 0
  const limit = Promise.withResolvers<void>()
  torrent.once('download', () => {
    firstByteMs = performance.now() - startedMs
    if (limitMs !== undefined) setTimeout(limit.resolve, limitMs)
  })
  const done = until(torrent, 'done')
  torrent.select(0, torrent.pieces.length - 1)
  await Promise.race([done, limit.promise])
  const elapsedMs = performance.now() - startedMs
  if (!torrent.done) return { elapsedMs, firstByteMs, sizeBytes: torrent.downloaded, sha256Hex: '' }
  return { elapsedMs, firstByteMs, sizeBytes: file.length, sha256Hex: await sha256HexOf(file) }
}

async function forget(): Promise<void> {
  const ended = client
  // A store that is still being written to, after a fetch that was cut, cannot be removed; it goes with the profile.
  await new Promise<void>((resolve) => ended.destroy(() => resolve()))
  client = startClient()
}

async function until(torrent: Torrent, event: Parameters<Torrent['once']>[0]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  torrent.once(event, resolve)
  await Promise.race([promise, failed.promise])
}
