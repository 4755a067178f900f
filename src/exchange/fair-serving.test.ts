/** One node that serves many: upload limits, and askers that do not read, as honest askers feel them. */
import { describe, expect, it } from 'vitest'
import { encodeFrame, WANT_BLOCKS_REQUEST } from '../codec/frame.ts'
import { encodeWantBlocksRequest } from '../codec/want-blocks.ts'
import { BLOCK_EXCHANGE_PROTOCOL, MAX_SERVING_AT_ONCE } from './limits.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'
import { holdsAll, makeDataset } from './testing/sample-dataset.ts'
import { startFetcher, startHolder } from './testing/test-node.ts'

const dataset = await makeDataset(250)
const SIZE_BYTES = dataset.blockCount * dataset.blockSizeBytes

async function serve(askers: readonly string[]) {
  const clock = new ManualClock()
  const hub = new MemoryHub()
  const holder = await startHolder(hub, { name: 'holder', dataset, clock })
  const fetchers = await Promise.all(askers.map((name) => startFetcher(hub, { name, dataset, clock })))
  for (const { network } of fetchers) hub.connect(network, holder.network)
  return { clock, hub, holder, fetchers }
}

describe('a node with an upload limit', () => {
  it('serves everybody together no faster than that', async () => {
    const { clock, holder, fetchers } = await serve(['a', 'b'])
    holder.exchange.setUploadLimits({ totalBytesPerSecond: 200_000 })
    const finished = Promise.all(fetchers.map(({ exchange }) => exchange.download(dataset)))
    await clock.advance(5_000)
    const halfway = holder.exchange.report().peers.map(({ sentBytes }) => sentBytes)
    const tookMs = 5_000 + (await clock.advanceUntil(finished))
    await finished

    // Proofs and heads come on top of the content.
    expect(tookMs).toBeGreaterThan((1000 * 2 * SIZE_BYTES) / 200_000)
    expect(tookMs).toBeLessThan((1.35 * 1000 * 2 * SIZE_BYTES) / 200_000)
    expect(Math.min(...halfway) / Math.max(...halfway)).toBeGreaterThan(0.6)
    for (const { store } of fetchers) expect(await holdsAll(store, dataset)).toBe(true)
  })

  it('serves each peer no faster than that, and others beside it as fast as they can', async () => {
    const { clock, holder, fetchers } = await serve(['a', 'b', 'c'])
    holder.exchange.setUploadLimits({ perPeerBytesPerSecond: 200_000 })
    const finished = Promise.all(fetchers.map(({ exchange }) => exchange.download(dataset)))
    const tookMs = await clock.advanceUntil(finished)
    await finished

    expect(tookMs).toBeGreaterThan((1000 * SIZE_BYTES) / 200_000 - 1_000)
    expect(tookMs).toBeLessThan((1.35 * 1000 * SIZE_BYTES) / 200_000)
    expect(holder.network.drops).toEqual([])
    for (const { network } of fetchers) expect(network.drops).toEqual([])
  })

  it('says which one it has, and refuses one that is of no use', async () => {
    const { holder } = await serve([])
    holder.exchange.setUploadLimits({ totalBytesPerSecond: 50_000, perPeerBytesPerSecond: undefined })
    expect(() => holder.exchange.setUploadLimits({ totalBytesPerSecond: 0 })).toThrow(/at least 10 kB/)

    expect(holder.exchange.uploadLimits).toEqual({ totalBytesPerSecond: 50_000 })
  })
})

describe('a node whose askers do not read', () => {
  it('serves an honest one all the same, at once', async () => {
    const { hub, holder } = await serve([])
    const request = { requestId: 0n, treeCid: dataset.treeCid, ranges: [{ start: 0n, count: 32n }] }
    for (let i = 0; i < 3 * MAX_SERVING_AT_ONCE; i++) {
      const asker = hub.addNode(`deaf-${i}`)
      hub.connect(holder.network, asker)
      const stream = await asker.openStream(holder.network.peer, BLOCK_EXCHANGE_PROTOCOL)
      const served = holder.network.accepted.at(-1)
      if (served !== undefined) served.isStalled = true
      stream.send(encodeFrame(WANT_BLOCKS_REQUEST, encodeWantBlocksRequest(request)))
    }
    const fetcher = await startFetcher(hub, { name: 'honest', dataset })
    hub.connect(fetcher.network, holder.network)
    // The holder’s clock stands: nothing of this waits for a time limit.
    await fetcher.exchange.download(dataset)

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
  })
})
