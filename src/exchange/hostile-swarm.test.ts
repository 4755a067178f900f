/**
 * What hostile peers cost honest ones, in simulated time over modelled lines of 20 Mbit/s: 16 MiB from honest seeders, alone
 * and beside hostile peers of the same line, to one fetcher and to several that pass on to each other what they have.
 */
import { describe, expect, it } from 'vitest'
import { HOSTILE_BEHAVIOURS, type HostileBehaviour, TO_SHARED } from './testing/hostile-behaviours.ts'
import { makeSimulatedDataset, simulateDownload } from './testing/simulated-download.ts'

const MOST_SLOWER = 1.2
const dataset = await makeSimulatedDataset(256)

const LONE = await swarmOf({ seeders: 3, fetchers: 1, hostileCount: 3 })
const SHARED = await swarmOf({ seeders: 3, fetchers: 3, hostileCount: 3 })
const ONE_SEEDER = await swarmOf({ seeders: 1, fetchers: 4, hostileCount: 1 })

interface Swarm {
  readonly seeders: number
  readonly fetchers: number
  readonly hostileCount: number
}

/** A swarm, and how long each fetcher takes without the hostile ones. */
async function swarmOf(swarm: Swarm) {
  const { tookMs: aloneMs } = await simulateDownload({ dataset, ...swarm })
  return { ...swarm, aloneMs }
}

function holdsTo(swarm: Awaited<ReturnType<typeof swarmOf>>, behaviours: readonly HostileBehaviour[]): void {
  const { seeders, fetchers, hostileCount, aloneMs } = swarm
  it.each(behaviours)(
    'they are at most a fifth slower when hostile ones %s',
    async (_title, behave) => {
      const hostile = Array.from({ length: hostileCount }, () => behave)
      const { tookMs, areWhole, reports } = await simulateDownload({ dataset, seeders, fetchers, hostile })

      expect(areWhole).toBe(true)
      expect(Math.max(...tookMs)).toBeLessThan(MOST_SLOWER * Math.max(...aloneMs))
      expect(sumOf(tookMs)).toBeLessThan(MOST_SLOWER * sumOf(aloneMs))
      for (const report of reports) expect(report.inFlightHighWaterBytes).toBeLessThanOrEqual(report.budgetBytes)
    },
    60_000,
  )
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

describe('one who fetches from three seeders beside three hostile peers', () => {
  holdsTo(LONE, HOSTILE_BEHAVIOURS)
})

describe('three who fetch the same from three seeders beside three hostile peers', () => {
  holdsTo(SHARED, HOSTILE_BEHAVIOURS)
})

describe('four who fetch the same from one seeder beside one hostile peer', () => {
  holdsTo(ONE_SEEDER, [...HOSTILE_BEHAVIOURS, ...TO_SHARED])
})
