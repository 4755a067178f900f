/** Healthy downloads: nothing is asked for twice, not even while this machine is busy with other things. */
import { describe, expect, it } from 'vitest'
import { MemoryHub } from './testing/memory-network.ts'
import { holdsAll, makeDataset } from './testing/sample-dataset.ts'
import { startFetcher, startHolder } from './testing/test-node.ts'

const BLOCK_COUNT = 300
const STALLS = 8
const dataset = await makeDataset(BLOCK_COUNT, { blockSizeBytes: 65_536 })

describe('a healthy download', () => {
  it.each([1, 2, 3])(
    'from %d whole peers asks for nothing twice while long tasks hold everything up',
    async (peers) => {
      const hub = new MemoryHub()
      const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
      const seeders = await Promise.all(
        Array.from({ length: peers }, (_, i) => startHolder(hub, { name: `seeder ${i}`, dataset })),
      )
      for (const seeder of seeders) hub.connect(seeder.network, fetcher.network)
      let stalls = 0
      const finished = fetcher.exchange.download(dataset)
      const stalling = setInterval(() => {
        stalls += 1
        if (stalls === STALLS) clearInterval(stalling)
        busyFor(200)
      }, 60)

      await finished
      clearInterval(stalling)

      expect(stalls).toBeGreaterThan(1)
      expect(await holdsAll(fetcher.store, dataset)).toBe(true)
      const sent = seeders.map((seeder) => seeder.exchange.report().peers[0]?.sentBlocks ?? 0)
      expect(sent.reduce((sum, count) => sum + count, 0)).toBe(BLOCK_COUNT)
      expect(fetcher.exchange.report().peers.map(({ repeatedBytes, timeouts }) => repeatedBytes + timeouts)).toEqual(
        sent.map(() => 0),
      )
    },
  )
})

function busyFor(ms: number): void {
  const endMs = performance.now() + ms
  while (performance.now() < endMs);
}
