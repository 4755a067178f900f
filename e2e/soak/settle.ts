/** Brings a soak to rest: everything fetched and added, nothing on the way, and then no hostile peers. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Device } from './device.ts'
import type { SoakFile } from './file-library.ts'
import { holdersOf, noticeComplete, type World } from './world.ts'

/** Without any file becoming complete for so long, something hangs. The slowest thing on purpose is a lookup, after 30 s. */
const STALLED_AFTER_MS = 150_000
const LOOK_EVERY_MS = 500

/** Hostile peers are there until the last transfer has ended, so that none of them can keep one from its end. */
export async function settle(world: World): Promise<void> {
  await giveBackWhatIsMissing(world)
  await untilAllEnded(world)
  for (const hostile of world.hostiles) {
    await hostile.peer.kill()
    world.hostiles.delete(hostile)
  }
}

async function untilAllEnded(world: World): Promise<void> {
  let left = unfinished(world).length
  let stalledAtMs = Date.now() + STALLED_AFTER_MS
  for (;;) {
    await noticeComplete(world)
    const waiting = unfinished(world)
    if (waiting.length === 0) return
    if (waiting.length < left) stalledAtMs = Date.now() + STALLED_AFTER_MS
    left = waiting.length
    // What a pause left paused, as its second click came too early or not at all, is resumed by hand.
    for (const { device, file } of waiting) await device.press('Resume', file)
    if (Date.now() > stalledAtMs) throw new Error(`These do not end:\n${(await explain(waiting)).join('\n')}`)
    await wait(LOOK_EVERY_MS)
  }
}

/** Compares what a device should hold with its source; resolves with how many were compared. */
export async function verify(devices: readonly Device[], isDue: (device: Device, file: SoakFile) => boolean) {
  let compared = 0
  for (const device of devices) {
    for (const file of device.held) {
      if (!isDue(device, file)) continue
      await device.compare(file)
      compared += 1
    }
  }
  return compared
}

/** Where the last holder left or deleted a file that somebody still wants, another person adds it. */
async function giveBackWhatIsMissing(world: World): Promise<void> {
  await noticeComplete(world)
  const wanted = new Set(world.devices.flatMap((device) => [...device.fetching]))
  for (const file of wanted) {
    const isOffered = holdersOf(world, file).length > 0 || world.devices.some(({ uploading }) => uploading.has(file))
    if (isOffered) continue
    const giver = world.devices.find(({ fetching }) => !fetching.has(file)) ?? world.devices[0]
    await giver?.upload(file)
  }
}

interface Unfinished {
  readonly device: Device
  readonly file: SoakFile
  readonly kind: 'fetch' | 'upload'
}

function unfinished({ devices }: World): Unfinished[] {
  return devices.flatMap((device) => [
    ...[...device.fetching].map((file) => ({ device, file, kind: 'fetch' as const })),
    ...[...device.uploading].map((file) => ({ device, file, kind: 'upload' as const })),
  ])
}

function explain(waiting: readonly Unfinished[]): Promise<string[]> {
  return Promise.all(
    waiting.map(async ({ device, file, kind }) => {
      return `${device.name}, ${kind} of ${file.name} (${file.sizeBytes} bytes): ${await device.saysOf(file)}`
    }),
  )
}
