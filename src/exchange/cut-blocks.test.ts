import { describe, expect, it } from 'vitest'
import { decodeWantBlocksResponse, type WantBlocksRequest } from '../codec/want-blocks.ts'
import type { PeerKey } from './network-port.ts'
import { BlockServer } from './serve-blocks.ts'
import { ServingTurns } from './serving-turns.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'
import { datasetOf, holdsAll, type SampleDataset, storeWith } from './testing/sample-dataset.ts'
import { startFetcher, startHolder } from './testing/test-node.ts'

const SIZE_BYTES = 65_536

/** Blocks that end with zeros behind `lengths` bytes that are none. */
function endingWithZeros(...lengths: readonly number[]): Promise<SampleDataset> {
  return datasetOf(lengths.map((length, i) => new Uint8Array(SIZE_BYTES).fill(i + 1, 0, length)))
}

/** What is sent for all blocks of a dataset, as it travels. */
async function served(dataset: SampleDataset, more: Partial<WantBlocksRequest>): Promise<readonly number[]> {
  const clock = new ManualClock()
  const server = new BlockServer({ store: await storeWith(dataset), turns: new ServingTurns({ clock }), clock })
  const ranges = [{ start: 0n, count: BigInt(dataset.blockCount) }]
  const frames: Uint8Array[] = []
  await server.serve(
    'asker' as PeerKey,
    { requestId: 1n, treeCid: dataset.treeCid, ranges, ...more },
    {
      signal: new AbortController().signal,
      send: async (frame) => {
        frames.push(frame)
        return () => 0
      },
      giveUp: () => undefined,
    },
  )
  const [frame = new Uint8Array()] = frames
  return decodeWantBlocksResponse(frame.subarray(5)).blocks.map(({ data }) => data.byteLength)
}

describe('blocks that end with zeros', () => {
  it('are sent without them to who says so, and whole to others', async () => {
    const dataset = await endingWithZeros(SIZE_BYTES, 1_600, 0)

    expect(await served(dataset, { takesCutBlocks: true })).toEqual([SIZE_BYTES, 1_600, 0])
    expect(await served(dataset, {})).toEqual([SIZE_BYTES, SIZE_BYTES, SIZE_BYTES])
  })

  it('arrive whole, and cost hardly more than what is in them', async () => {
    const hub = new MemoryHub()
    const dataset = await endingWithZeros(SIZE_BYTES, 1_600, 0, 10)
    const seeder = await startHolder(hub, { name: 'seeder', dataset })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    hub.connect(seeder.network, fetcher.network)

    await fetcher.exchange.download(dataset)

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
    expect(seeder.exchange.report().peers[0]?.sentBytes).toBeLessThan(SIZE_BYTES + 1_610 + 3_000)
  })

  it('leave an honest peer alone where the manifest gives another block size', async () => {
    const hub = new MemoryHub()
    const dataset = await endingWithZeros(1_600)
    const honest = await startHolder(hub, { name: 'honest', dataset })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    hub.connect(fetcher.network, honest.network)
    const given = new AbortController()

    const finished = fetcher.exchange.download({ ...dataset, blockSizeBytes: 2 * SIZE_BYTES }, { signal: given.signal })
    await expect.poll(() => honest.exchange.report().peers[0]?.sentBlocks).toBeGreaterThan(0)
    await expect.poll(() => fetcher.exchange.report().inFlightBytes).toBe(0)
    given.abort(new Error('enough'))

    await expect(finished).rejects.toThrow('enough')
    expect(fetcher.network.drops).toEqual([])
    expect(await fetcher.store.presence(dataset.treeCid)).toMatchObject({ isComplete: false })
  })
})
