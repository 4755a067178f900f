import { afterEach, describe, expect, it, vi } from 'vitest'
import { cidText } from '../codec/cid.ts'
import { MemoryHub } from '../exchange/testing/memory-network.ts'
import { makeDataset, storeWith } from '../exchange/testing/sample-dataset.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import { createTestNode, type TestNode } from './testing/memory-network.ts'

const started: TestNode[] = []

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ node }) => node.stop()))
})

/** What one device keeps over restarts, and how to start a node on it. */
function setUp(kept?: string) {
  const values = new Map<string, Uint8Array>()
  if (kept !== undefined) values.set('not-announced', new TextEncoder().encode(kept))
  const settings = {
    get: async (key: string) => values.get(key),
    set: async (key: string, value: Uint8Array) => void values.set(key, value),
    close: async () => undefined,
  }
  const store = createMemoryBlockStore()
  const start = async () => {
    const test = await createTestNode(new MemoryHub(), 'a', { store, settings })
    started.push(test)
    await test.node.start()
    return test
  }
  return { start, values }
}

const upload = async ({ node }: TestNode, text = 'content') =>
  (await node.upload(new Blob([text]), { filename: 'a.txt' })).manifestCid

describe('announcing datasets', () => {
  it('is on for each that comes, and counted', async () => {
    const test = await setUp().start()
    const cid = await upload(test)
    await vi.waitFor(() => expect(test.network.provided).toEqual([cidText(cid)]))
    expect(test.node.isAnnounced(cid)).toBe(true)
    expect(test.node.status().announcing.announcedCount).toBe(1)
  })

  it('that is switched off ends at once, and stays off after a restart', async () => {
    const device = setUp()
    const first = await device.start()
    const [told, quiet] = [await upload(first), await upload(first, 'other content')]
    await first.node.setAnnounced(quiet, false)
    expect(first.network.unprovided).toEqual([cidText(quiet)])
    expect(first.node.status().announcing.announcedCount).toBe(1)
    await first.node.stop()

    const second = await device.start()
    await vi.waitFor(() => expect(second.network.provided).toContain(cidText(told)))
    // The newest comes first: its turn is over by now.
    expect(second.network.provided).toEqual([cidText(told)])
    expect(second.node.isAnnounced(quiet)).toBe(false)
  })

  it('goes on when it is switched on again, also after a restart', async () => {
    const device = setUp()
    const first = await device.start()
    const cid = await upload(first)
    await first.node.setAnnounced(cid, false)
    await first.node.setAnnounced(cid, true)
    await vi.waitFor(() => expect(first.network.provided).toEqual([cidText(cid), cidText(cid)]))
    await first.node.stop()
    const second = await device.start()
    await vi.waitFor(() => expect(second.network.provided).toEqual([cidText(cid)]))
  })

  it('is on again for a dataset that was deleted and comes back', async () => {
    const test = await setUp().start()
    const cid = await upload(test)
    await test.node.setAnnounced(cid, false)
    await test.node.delete(cid)
    await upload(test)
    expect(test.node.isAnnounced(cid)).toBe(true)
    await vi.waitFor(() => expect(test.network.provided).toHaveLength(2))
  })

  it('of a part begins when there is enough of it to ask for, and again with the next start', async () => {
    const dataset = await makeDataset(40, { blockSizeBytes: 65_536 })
    const held = await storeWith(
      dataset,
      Array.from({ length: 20 }, (_, index) => index),
    )
    const hub = new MemoryHub()
    const [holder, own] = [await createTestNode(hub, 'holder', { store: held }), await createTestNode(hub, 'own')]
    started.push(holder, own)
    await holder.node.start()
    await own.node.start()
    hub.connect(holder.exchangeNode, own.exchangeNode)
    const fetching = own.node.fetch(dataset.manifestCid)
    fetching.catch(() => undefined)
    await vi.waitFor(() => expect(own.network.provided).toEqual([cidText(dataset.manifestCid)]))
    // It holds half, from before its start.
    expect(holder.network.provided).toEqual([cidText(dataset.manifestCid)])
  })

  it('of a small part waits for the rest', async () => {
    const dataset = await makeDataset(40, { blockSizeBytes: 65_536 })
    const store = await storeWith(dataset, [0, 1, 2])
    const test = await createTestNode(new MemoryHub(), 'a', { store })
    started.push(test)
    await test.node.start()
    const cid = await upload(test)
    await vi.waitFor(() => expect(test.network.provided).toContain(cidText(cid)))
    await test.node.setAnnounced(dataset.manifestCid, false)
    await test.node.setAnnounced(dataset.manifestCid, true)
    expect(test.network.provided).toEqual([cidText(cid)])
  })

  it('of what is not here is refused', async () => {
    const test = await setUp().start()
    const cid = await upload(test)
    await test.node.delete(cid)
    await expect(test.node.setAnnounced(cid, false)).rejects.toMatchObject({ code: 'ERR_DATASET_NOT_FOUND' })
  })

  it.each(['nonsense', '{"a":1}'])('is on for all where %s was kept, which is logged', async (kept) => {
    const test = await setUp(kept).start()
    const cid = await upload(test)
    expect(test.node.isAnnounced(cid)).toBe(true)
    expect(test.logged).toContain('it could not be read which datasets are not to be announced')
  })
})
