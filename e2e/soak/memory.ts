/** Memory at quiet points, after a forced garbage collection, and whether it grew from the first quarter to the last. */
import { readFile } from 'node:fs/promises'
import { median } from '../fixtures/quantile.ts'
import type { World } from './world.ts'

const MB = 1_000_000
const KIB = 1024

export const MEASURES = {
  workerMb: { title: 'worker of the steady page, heap and buffers', unit: 'MB', allowed: 12 },
  pageMb: { title: 'the steady page itself, heap', unit: 'MB', allowed: 6 },
  // Private windows keep what they store in memory, so that is left out; files that were saved stay there for ten minutes.
  chromiumMb: { title: 'Chromium without the datasets it holds, resident', unit: 'MB', allowed: 400 },
  keeperMb: { title: 'keeper, resident', unit: 'MB', allowed: 100 },
  openConnections: { title: 'peer connections open in the steady page', unit: '', allowed: 3 },
  keptConnections: { title: 'peer connections kept by the steady page', unit: '', allowed: 6 },
} as const

export type MeasureName = keyof typeof MEASURES
export type MemorySample = Readonly<Record<MeasureName, number>>

export interface Growth {
  readonly name: MeasureName
  readonly title: string
  readonly unit: string
  readonly first: number
  readonly last: number
  readonly allowed: number
  readonly hasGrown: boolean
}

export async function sampleMemory({ devices, browser, keeper }: World): Promise<MemorySample> {
  const steady = devices.find(({ isSteady }) => isSteady)
  if (steady === undefined) throw new Error('No page lives from the beginning to the end.')
  const { pageBytes, workerBytes, open, kept } = await steady.readMemory()
  const heldBytes = devices.flatMap(({ held }) => [...held]).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return {
    workerMb: workerBytes / MB,
    pageMb: pageBytes / MB,
    chromiumMb: ((await residentBytes(processInfo.map(({ id }) => id))) - heldBytes) / MB,
    keeperMb: (await residentBytes(keeper.pid === undefined ? [] : [keeper.pid])) / MB,
    openConnections: open,
    keptConnections: kept,
  }
}

/** The medians of the first and the last quarter of the samples, and whether they differ by more than is allowed. */
export function growthOf(samples: readonly MemorySample[]): Growth[] {
  const quarter = Math.max(1, Math.floor(samples.length / 4))
  // `Object.keys` widens the names of the table.
  return (Object.keys(MEASURES) as MeasureName[]).map((name) => {
    const first = median(samples.slice(0, quarter).map((sample) => sample[name]))
    const last = median(samples.slice(-quarter).map((sample) => sample[name]))
    return { name, ...MEASURES[name], first, last, hasGrown: last - first > MEASURES[name].allowed }
  })
}

/** Pages that processes share are counted once for each; zero where there is no `/proc`. */
async function residentBytes(pids: readonly number[]): Promise<number> {
  const sizes = await Promise.all(
    pids.map(async (pid) => {
      // A process that has ended meanwhile has no files.
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      return KIB * Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0)
    }),
  )
  return sizes.reduce((sum, bytes) => sum + bytes, 0)
}
