/** Who is there: a keeper, a few browsers, hostile peers that come and go, and the files that all of them pass around. */
import type { Browser } from '@playwright/test'
import type { KeeperProcess } from '../fixtures/keeper-process.ts'
import type { SeededRandom } from '../swarm/seeded-random.ts'
import type { Device } from './device.ts'
import type { FileLibrary, SoakFile } from './file-library.ts'
import type { HostileBrowser } from './hostile-browser.ts'
import type { HostilePeer } from './hostile-peer.ts'

export interface Hostile {
  readonly peer: HostilePeer | HostileBrowser
  readonly file: SoakFile
}

export interface World {
  readonly browser: Browser
  readonly keeper: KeeperProcess
  readonly devices: readonly Device[]
  readonly library: FileLibrary
  readonly random: SeededRandom
  /** Where the compiled `hostile-process` is. */
  readonly hostileProgram: string
  readonly hostiles: Set<Hostile>
  /** The last known link to each file that was ever shared. */
  readonly links: Map<SoakFile, string>
}

export function pick<T>(random: SeededRandom, items: readonly T[]): T | undefined {
  return items[Math.floor(random.between(0, items.length))]
}

/** Takes over what the pages say: uploads and fetches that have become complete. */
export async function noticeComplete(world: World): Promise<void> {
  for (const device of world.devices) {
    for (const file of [...device.uploading, ...device.fetching]) {
      if (!(await device.isComplete(file))) continue
      device.uploading.delete(file)
      device.fetching.delete(file)
      device.held.add(file)
    }
  }
}

export function holdersOf(world: World, file: SoakFile): Device[] {
  return world.devices.filter((device) => device.held.has(file))
}

/** The address of the keeper’s WebSocket, as its page learns it. */
export async function keeperAddress(keeper: KeeperProcess): Promise<string> {
  const response = await fetch(`${keeper.url}/quire.json`)
  // The keeper is this project’s own, and its contract is tested elsewhere.
  const { keepers } = (await response.json()) as { keepers: readonly string[] }
  const address = keepers.find((text) => text.includes('/ws'))
  if (address === undefined) throw new Error(`The keeper names no WebSocket: ${keepers.join(' ')}`)
  return address
}
