import { describe, expect, it } from 'vitest'
import { MemoryHub } from './testing/memory-network.ts'
import { holdsAll, isSame, makeDataset } from './testing/sample-dataset.ts'
import { recordStates, startFetcher, startHolder } from './testing/test-node.ts'

const EVEN = Array.from({ length: 100 }, (_, i) => 2 * i)
const ODD = EVEN.map((i) => i + 1)

/** A node that has a dataset, connected to one that has nothing of it. */
async function seederAndFetcher(blockCount: number) {
  const hub = new MemoryHub()
  const dataset = await makeDataset(blockCount)
  const seeder = await startHolder(hub, { name: 'seeder', dataset })
  const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
  hub.connect(seeder.network, fetcher.network)
  return { dataset, seeder, fetcher }
}

describe('fetching a dataset', () => {
  it('fetches every block once and says what it does', async () => {
    const { dataset, seeder, fetcher } = await seederAndFetcher(200)
    const { states, onState } = recordStates()
    const progress: number[] = []

    await fetcher.exchange.download(dataset, { onState, onProgress: ({ haveCount }) => progress.push(haveCount) })

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
    expect(states).toEqual(['looking 1', 'connected 1', 'moving 1'])
    expect(progress[0]).toBe(0)
    expect(progress.at(-1)).toBe(200)
    expect(seeder.exchange.report().peers[0]).toMatchObject({ peer: 'fetcher', sentBlocks: 200 })
    expect(fetcher.exchange.report().peers[0]).toMatchObject({ receivedBlocks: 200, failures: 0, lateAnswers: 0 })
    expect(fetcher.exchange.report().inFlightBytes).toBe(0)
  })

  it('finds the holder by a lookup when nobody is connected', async () => {
    const hub = new MemoryHub()
    const dataset = await makeDataset(20)
    const seeder = await startHolder(hub, { name: 'seeder', dataset })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    await seeder.network.provide(dataset.manifestCid)

    await fetcher.exchange.download(dataset)

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
  })

  it('puts a dataset together from two peers that each have half, with no block twice', async () => {
    const hub = new MemoryHub()
    const dataset = await makeDataset(200)
    const even = await startHolder(hub, { name: 'even', dataset, indices: EVEN })
    const odd = await startHolder(hub, { name: 'odd', dataset, indices: ODD })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    hub.connect(even.network, fetcher.network)
    hub.connect(odd.network, fetcher.network)

    await fetcher.exchange.download(dataset)

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
    expect(even.exchange.report().peers[0]?.sentBlocks).toBe(100)
    expect(odd.exchange.report().peers[0]?.sentBlocks).toBe(100)
  })

  it('shares the work between two whole holders, with no block twice', async () => {
    const hub = new MemoryHub()
    const dataset = await makeDataset(600)
    const seeders = [
      await startHolder(hub, { name: 'first', dataset }),
      await startHolder(hub, { name: 'second', dataset }),
    ]
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    for (const seeder of seeders) hub.connect(seeder.network, fetcher.network)

    await fetcher.exchange.download(dataset)

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
    const sent = seeders.map((seeder) => seeder.exchange.report().peers[0]?.sentBlocks ?? 0)
    // More than one request each; in memory, which of two equal peers is quicker is chance.
    expect(Math.min(...sent)).toBeGreaterThan(32)
    expect((sent[0] ?? 0) + (sent[1] ?? 0)).toBe(600)
  })

  it('serves what it has so far to a peer that it tells of its new blocks', async () => {
    const hub = new MemoryHub()
    const dataset = await makeDataset(100)
    const seeder = await startHolder(hub, { name: 'seeder', dataset })
    const middle = await startFetcher(hub, { name: 'middle', dataset })
    const last = await startFetcher(hub, { name: 'last', dataset })
    hub.connect(middle.network, last.network)
    const finished = last.exchange.download(dataset)
    hub.connect(seeder.network, middle.network)

    await middle.exchange.download(dataset)
    await finished

    expect(await holdsAll(last.store, dataset)).toBe(true)
    expect(seeder.exchange.report().peers.map((peer) => peer.peer)).toEqual(['middle'])
  })

  it('fetches only what the store lacks', async () => {
    const hub = new MemoryHub()
    const dataset = await makeDataset(200)
    const seeder = await startHolder(hub, { name: 'seeder', dataset })
    const fetcher = await startHolder(hub, { name: 'fetcher', dataset, indices: EVEN })
    hub.connect(seeder.network, fetcher.network)

    await fetcher.exchange.download(dataset)

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
    expect(seeder.exchange.report().peers[0]?.sentBlocks).toBe(100)
  })

  it('fetches a dataset again that was deleted and entered anew', async () => {
    const { dataset, fetcher } = await seederAndFetcher(100)
    await fetcher.exchange.download(dataset)
    await fetcher.store.deleteDataset(dataset.manifestCid)
    await expect(fetcher.exchange.download(dataset)).rejects.toMatchObject({ code: 'ERR_DATASET_NOT_FOUND' })
    await fetcher.store.addDataset(dataset)

    await fetcher.exchange.download(dataset)

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
  })

  it('gives a block again that was deleted under a reader', async () => {
    const { dataset, fetcher } = await seederAndFetcher(100)
    await fetcher.exchange.download(dataset)
    await fetcher.store.deleteDataset(dataset.manifestCid)
    await fetcher.store.addDataset(dataset)

    const bytes = await fetcher.exchange.getBlock(dataset, 42)

    expect(isSame(bytes, dataset.blocks[42]?.bytes)).toBe(true)
  })

  it('fetches a dataset once for two downloads of it', async () => {
    const { dataset, seeder, fetcher } = await seederAndFetcher(100)

    await Promise.all([fetcher.exchange.download(dataset), fetcher.exchange.download(dataset)])

    expect(seeder.exchange.report().peers[0]?.sentBlocks).toBe(100)
  })

  it('fetches a dataset of one block', async () => {
    const { dataset, fetcher } = await seederAndFetcher(1)

    await fetcher.exchange.download(dataset)

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
  })

  it('refuses a dataset that was not entered in the store', async () => {
    const hub = new MemoryHub()
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset: await makeDataset(3) })
    const other = await makeDataset(4)

    await expect(fetcher.exchange.download(other)).rejects.toMatchObject({ code: 'ERR_DATASET_NOT_FOUND' })
  })
})

describe('reading single blocks', () => {
  it('gives a block from a peer and stores it', async () => {
    const { dataset, seeder, fetcher } = await seederAndFetcher(50)

    const bytes = await fetcher.exchange.getBlock(dataset, 37)
    await fetcher.exchange.stop()

    expect(isSame(bytes, dataset.blocks[37]?.bytes)).toBe(true)
    expect((await fetcher.store.presence(dataset.treeCid))?.has(37)).toBe(true)
    expect(seeder.exchange.report().peers[0]?.sentBlocks).toBe(1)
  })

  it('asks once for a block that two readers want', async () => {
    const { dataset, seeder, fetcher } = await seederAndFetcher(50)

    const [a, b] = await Promise.all([fetcher.exchange.getBlock(dataset, 7), fetcher.exchange.getBlock(dataset, 7)])

    expect(isSame(a, b)).toBe(true)
    expect(a).not.toBe(b)
    expect(seeder.exchange.report().peers[0]?.sentBlocks).toBe(1)
  })

  it('refuses an index outside the dataset', async () => {
    const hub = new MemoryHub()
    const dataset = await makeDataset(5)
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })

    await expect(fetcher.exchange.getBlock(dataset, 5)).rejects.toMatchObject({ code: 'ERR_BLOCK_NOT_FOUND' })
  })
})
