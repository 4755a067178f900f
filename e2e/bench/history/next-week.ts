import { writeFile, rm, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Lab } from '../lab.ts'
import { HistoryPage } from './history-page.ts'
import type { HistorySample } from './history-sample.ts'
import type { WebRtcSent } from './page-probe.ts'
import { WebSocketMeter } from './sent-bytes.ts'

export interface PublishedWeek {
  readonly messages: number
  /** What left the owner’s browser from the import of its key until a member held the week. */
  readonly sentBytes: number
  readonly webRtcBytes: number
  /** Of these, what was given to the data channels. */
  readonly webRtcPayloadBytes: number
  readonly webSocketBytes: number
  readonly archiveBytes: number
  readonly indexBytes: number
  /** What it had sent before, as one who joins. */
  readonly joiningBytes: number
  readonly seconds: number
}

interface Sent {
  readonly webRtc: WebRtcSent
  readonly webSocket: number
}

const QUIET_MS = 10_000
const QUIET_BYTES = 10_000
const MOST_LOOKS = 12

/**
 * The owner comes from another device: with the key from its file, what was said in the week after the last archive, and the
 * community’s link. The archive of that week is made by itself, and a member who holds all else fetches it from the owner.
 */
export async function publishNextWeek(lab: Lab, sample: HistorySample, member: HistoryPage): Promise<PublishedWeek> {
  const { messages } = await sample.sayNextWeek()
  const held = { archives: await member.heldArchives(), bytes: await member.heldBytes() }
  const owner = await HistoryPage.create(await lab.browser('owner'))
  const webSockets = await WebSocketMeter.start(owner.page)
  await owner.open(sample.link)
  // An owner keeps all weeks: one who fetched them meanwhile would send requests and acknowledgements for them.
  await owner.keepViewedOnly()
  await owner.pause()
  const folder = await mkdtemp(join(tmpdir(), 'quire-bench-key-'))
  try {
    const keyFile = join(folder, 'key.txt')
    await writeFile(keyFile, sample.ownerKeyText(), { mode: 0o600 })
    await owner.page.getByRole('link', { name: 'Communities' }).first().click()
    const before = await whenQuiet(async () => ({
      webRtc: await owner.webRtcSent(),
      webSocket: webSockets.sentBytes,
    }))
    const startedMs = performance.now()
    await owner.page.getByLabel('Key file').setInputFiles(keyFile)
    await member.whenHeld(held.archives + 1)
    const seconds = (performance.now() - startedMs) / 1000
    const webRtc = await owner.webRtcSent()
    const webRtcBytes = webRtc.bytes - before.webRtc.bytes
    const webSocketBytes = webSockets.sentBytes - before.webSocket
    return {
      messages,
      sentBytes: webRtcBytes + webSocketBytes,
      webRtcBytes,
      webRtcPayloadBytes: webRtc.payloadBytes - before.webRtc.payloadBytes,
      webSocketBytes,
      archiveBytes: (await member.heldBytes()) - held.bytes,
      // Entries are of one length.
      indexBytes: (sample.indexBytes * (sample.init.weeks + 1)) / sample.init.weeks,
      joiningBytes: before.webRtc.bytes + before.webSocket,
      seconds,
    }
  } finally {
    await webSockets.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function bytesOf({ webRtc, webSocket }: Sent): number {
  return webRtc.bytes + webSocket
}

/** What was sent once little more is; or what was sent after two minutes. */
async function whenQuiet(read: () => Promise<Sent>): Promise<Sent> {
  let before = await read()
  for (let look = 0; look < MOST_LOOKS; look++) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
    const now = await read()
    if (bytesOf(now) - bytesOf(before) < QUIET_BYTES) return now
    before = now
  }
  return before
}
