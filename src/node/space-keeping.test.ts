import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { asTreeCid, type ManifestCid } from '../codec/cid.ts'
import { MemoryHub } from '../exchange/testing/memory-network.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import type { NodeChange } from './node-feed.ts'
import type { Eviction } from './node-space.ts'
import { createTestNode, type TestNode } from './testing/memory-network.ts'

const BLOCK = 4096
/** Room for four of the files below and what is reckoned around each. */
const QUOTA_BYTES = 5 * 40 * BLOCK

function fileOf(seed: number, blocks = 40): Blob {
  return new Blob([
    Uint8Array.from({ length: BLOCK * blocks }, (_, i) => (Math.imul(i + seed * 977, 2_654_435_761) >>> 13) & 255),
  ])
}

describe('SpaceKeeping', () => {
  let hub: MemoryHub
  let nowMs: number
  let sharer: TestNode
  const started: TestNode[] = []

  beforeEach(async () => {
    hub = new MemoryHub()
    nowMs = 1_000_000
    sharer = await start('sharer', {})
  })

  afterEach(async () => {
    await Promise.all(started.splice(0).map(({ node }) => node.stop()))
  })

  async function start(name: string, init: Parameters<typeof createTestNode>[2]): Promise<TestNode> {
    const test = await createTestNode(hub, name, init)
    await test.node.start()
    started.push(test)
    return test
  }

  /** A node with little room, and what it tells of evictions. */
  async function small(init: Parameters<typeof createTestNode>[2] = {}) {
    const store = createMemoryBlockStore({ quotaBytes: QUOTA_BYTES, now: () => nowMs })
    const test = await start('small', { store, isEvicting: true, lingerMs: 1000, now: () => nowMs, ...init })
    const evictions: Eviction[] = []
    test.node.watch((change: NodeChange) => void (change.type === 'evicted' && evictions.push(change.eviction)))
    const share = async (seed: number, blocks?: number): Promise<ManifestCid> => {
      const options = { blockSizeBytes: BLOCK, filename: `${seed}.bin` }
      return (await sharer.node.upload(fileOf(seed, blocks), options)).manifestCid
    }
    const fetchNew = async (seed: number, blocks?: number): Promise<ManifestCid> => {
      const cid = await share(seed, blocks)
      await test.node.fetch(cid)
      nowMs += 10_000
      return cid
    }
    const held = async () => (await test.node.list()).map(({ manifestCid }) => manifestCid.toString())
    return { ...test, evictions, share, fetchNew, held }
  }

  it('lets the file go that was read longest ago when a fetch needs room, and says so', async () => {
    const { node, fetchNew, held, evictions } = await small()
    const [a, b, c] = [await fetchNew(1), await fetchNew(2), await fetchNew(3)]
    for await (const piece of node.read(a, { isLocal: true })) expect(piece).toHaveLength(BLOCK)
    nowMs += 10_000
    const d = await fetchNew(4)
    const e = await fetchNew(5)
    expect(await held()).toEqual([e, d, c, a].slice(0, (await held()).length).map(String))
    expect(await held()).toContain(a.toString())
    expect(evictions[0]).toMatchObject({ reason: 'needed', entries: [{ manifestCid: b }] })
    // Nobody is told of it any more, and it can be fetched again.
    await expect(node.open(b, { isLocal: true })).rejects.toMatchObject({ code: 'ERR_DATASET_NOT_FOUND' })
    expect(await node.fetch(b)).toMatchObject({ haveCount: 40 })
  })

  it('never lets uploads go, unless the person unpins them', async () => {
    const { node, share, held } = await small()
    const own = await node.upload(fileOf(9, 150), { blockSizeBytes: BLOCK })
    const big = await share(10, 100)
    await expect(node.fetch(big)).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    expect(await held()).toEqual([own.manifestCid.toString()])
    await node.keeping.setPinned(own.manifestCid, false)
    expect(await node.fetch(big)).toMatchObject({ haveCount: 100 })
    expect(await held()).toEqual([big.toString()])
  })

  it('keeps what is read, and what was read a moment ago', async () => {
    const { node, share, fetchNew, held } = await small()
    const read = await fetchNew(1, 150)
    const content = (await node.open(read, { isLocal: true })).content({})
    await content.next()
    nowMs += 3_600_000
    const next = await share(2, 100)
    await expect(node.fetch(next)).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    await content.return(undefined)
    await expect(node.fetch(next)).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    nowMs += 1001
    await node.fetch(next)
    expect(await held()).toEqual([next.toString()])
  })

  it('keeps a fetch that waits or is paused, and archives of communities', async () => {
    const { node, share, held, store, exchangeNode } = await small()
    const archive = await node.historyDatasets.publish(Uint8Array.from({ length: 3 * 65_536 }, (_, i) => i >>> 16))
    await store.setPinned(archive, false)
    const partial = await share(1, 60)
    const { manifest, bytes } = await node.findManifest(partial)
    await store.addDataset({ manifestCid: partial, manifestBytes: bytes })
    const treeCid = asTreeCid(manifest.treeCid)
    await store.putBlocks(treeCid, await sharer.store.getProvenBlocks(treeCid, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    await sharer.node.stop()
    hub.disconnect(sharer.exchangeNode, exchangeNode)
    const fetching = node.fetch(partial)
    fetching.catch(() => undefined)
    await vi.waitFor(() => expect(node.transfers.list()).toHaveLength(1))
    const id = node.transfers.list()[0]?.id ?? ''
    nowMs += 3_600_000
    // Either would be enough.
    const upload = (): Promise<unknown> => node.upload(fileOf(2, 140), { blockSizeBytes: BLOCK })
    await expect(upload()).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    node.transfers.pause(id)
    await expect(upload()).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    expect(await node.historyDatasets.isHeld(archive)).toBe(true)
    await node.transfers.cancel(id)
    await upload()
    expect(await held()).not.toContain(partial.toString())
    expect(await node.historyDatasets.isHeld(archive)).toBe(true)
  })

  it('writes the uses of many reads at once, and keeps them over a restart', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { node, store, fetchNew } = await small({ gatherMs: 60_000 })
      const [a, b] = [await fetchNew(1, 2), await fetchNew(2, 2)]
      await vi.advanceTimersByTimeAsync(60_000)
      const noteUses = vi.spyOn(store, 'noteUses')
      for (const cid of [a, b, a, a])
        for await (const piece of node.read(cid, { isLocal: true })) expect(piece).toBeDefined()
      expect(noteUses).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(60_000)
      expect(noteUses).toHaveBeenCalledTimes(1)
      expect(await store.getDataset(a)).toMatchObject({ lastUsedAtMs: nowMs })
      nowMs += 5
      await node.open(b)
      await node.keeping.uses.flush()
      expect(await store.getDataset(b)).toMatchObject({ lastUsedAtMs: nowMs })
    } finally {
      vi.useRealTimers()
    }
  })

  it('lets only what was not used for a day go because little is left', async () => {
    const { node, fetchNew, held, evictions } = await small()
    const old = await fetchNew(1, 100)
    nowMs += 25 * 3_600_000
    const fresh = await fetchNew(2, 90)
    await vi.waitFor(() => expect(evictions).toMatchObject([{ reason: 'low', entries: [{ manifestCid: old }] }]))
    await node.upload(fileOf(3, 100), { blockSizeBytes: BLOCK })
    node.keeping.check()
    await node.keeping.stop()
    expect((await node.space()).freeBytes).toBeLessThan(QUOTA_BYTES / 20)
    expect(await held()).toContain(fresh.toString())
  })

  it('says how much is pinned and how much may go, without archives of communities', async () => {
    const { node, fetchNew } = await small()
    await node.historyDatasets.publish(new Uint8Array(65_536).fill(7))
    const fetched = await fetchNew(1, 10)
    const { manifestCid } = await node.upload(fileOf(2, 5), { blockSizeBytes: BLOCK })
    expect(await node.space()).toMatchObject({ pinnedBytes: 5 * BLOCK, cachedBytes: 10 * BLOCK })
    await node.keeping.setPinned(fetched, true)
    await node.keeping.setPinned(manifestCid, false)
    expect(await node.space()).toMatchObject({ pinnedBytes: 10 * BLOCK, cachedBytes: 5 * BLOCK })
    expect(await node.keeping.isPinned(fetched)).toBe(true)
    await node.delete(fetched)
    await expect(node.keeping.setPinned(fetched, true)).rejects.toMatchObject({ code: 'ERR_DATASET_NOT_FOUND' })
    await expect(node.keeping.isPinned(fetched)).rejects.toMatchObject({ code: 'ERR_DATASET_NOT_FOUND' })
  })

  it('lets nothing go in a node that does not evict', async () => {
    const { node, share, fetchNew, held } = await small({ isEvicting: false })
    const first = await fetchNew(1, 150)
    await expect(node.fetch(await share(2, 100))).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    expect(await held()).toEqual([first.toString()])
  })
})
