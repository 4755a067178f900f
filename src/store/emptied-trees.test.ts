import { beforeEach, describe, expect, it } from 'vitest'
import { cidText } from '../codec/cid.ts'
import type { BlockStore } from './block-store.ts'
import { settle } from './contract-stores.contract.ts'
import {
  type DatasetFixture,
  fetchBlocks,
  labelsOf,
  makeDataset,
  plain,
  texts,
  upload,
} from './dataset-fixture.contract.ts'
import { FaultKv } from './fault-kv.contract.ts'
import { FullKv } from './full-kv.contract.ts'
import { KvBlockStore } from './kv-block-store.ts'
import type { Kv } from './kv.ts'
import { MemoryKv } from './memory-kv.ts'
import { quotaProbe } from './quota.ts'
import { auditAtRest } from './store-audit.contract.ts'

/** Several stores are on it at the same time, and the crash of one must not close it for the others. */
class SharedKv extends MemoryKv {
  override async close(): Promise<void> {}
}

describe('a store without any room, whose backend only commits deletions', () => {
  let memory: SharedKv
  let disk: FullKv
  let evicted: string[]
  beforeEach(() => {
    memory = new SharedKv()
    disk = new FullKv(memory)
    evicted = []
  })

  async function start(kv: Kv = disk): Promise<BlockStore> {
    const store = new KvBlockStore({ kv, probe: quotaProbe({}) }, { canEmpty: () => true })
    await store.start()
    store.setEviction({
      mayEvict: () => true,
      lastUsedAtMs: ({ addedAtMs }) => addedAtMs,
      onGone: (entries) => evicted.push(...entries.map(({ manifestCid }) => cidText(manifestCid))),
      onEvicted: () => undefined,
    })
    return store
  }

  const cidsIn = async (store: BlockStore): Promise<string[]> =>
    (await store.listDatasets()).map(({ manifestCid }) => cidText(manifestCid))
  const blockCount = async (): Promise<number> =>
    (await memory.read((tx) => tx.keys('blocks', { start: new Uint8Array(32), end: new Uint8Array(33).fill(0xff) })))
      .length
  const cidOf = ({ manifestCid }: DatasetFixture): string => cidText(manifestCid)

  it('lets go of bytes of a dataset that is deleted, keeps what others share, and counts once there is room', async () => {
    const store = await start()
    const [kept, deleted] = [await makeDataset(['shared', 'k']), await makeDataset(['shared', ...labelsOf('d', 700)])]
    await upload(store, kept)
    await upload(store, deleted)
    disk.isFull = true
    expect(await store.deleteDataset(deleted.manifestCid)).toBe(true)
    expect(await cidsIn(store)).toEqual([cidOf(kept)])
    expect(await store.getProvenBlocks(deleted.treeCid, [1])).toEqual([])
    expect(await blockCount()).toBe(2)
    expect(texts(await store.getProvenBlocks(kept.treeCid, [0, 1]))).toEqual(texts(kept.blocks))
    expect(evicted).toEqual([])
    disk.isFull = false
    await settle(store)
    expect(await store.space()).toMatchObject({ blockCount: 2 })
    await auditAtRest(memory)
  })

  it('lets datasets go until a write has room', async () => {
    const store = await start()
    const [old, wanted] = [await makeDataset(labelsOf('o', 5)), await makeDataset(labelsOf('w', 5))]
    await fetchBlocks(store, old)
    await store.addDataset(wanted)
    await store.setPinned(wanted.manifestCid, true)
    disk.isFull = true
    disk.onDeleted = (table) => {
      if (table === 'blocks') disk.isFull = false
    }
    await store.putBlocks(wanted.treeCid, wanted.blocks)
    expect(evicted).toEqual([cidOf(old)])
    expect(await cidsIn(store)).toEqual([cidOf(wanted)])
    await auditAtRest(memory)
  })

  it('adds no block before the dataset that it was of is counted out, so that it is not freed with it', async () => {
    const store = await start()
    const [old, wanted] = [await makeDataset(['same', 'o']), await makeDataset(['same', 'w'])]
    await upload(store, old)
    await store.addDataset(wanted)
    disk.isFull = true
    await store.deleteDataset(old.manifestCid)
    await expect(store.putBlocks(wanted.treeCid, wanted.blocks)).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    disk.isFull = false
    const next = await start()
    await next.putBlocks(wanted.treeCid, wanted.blocks)
    expect(texts(await next.getBlocks(wanted.treeCid, [0, 1]))).toEqual(plain(wanted.blocks))
    await auditAtRest(memory)
  })

  it('keeps what shares a tree with another dataset, and says that it is full', async () => {
    const store = await start()
    const [one, two] = [await makeDataset(['a', 'b']), await makeDataset(['a', 'b'], { filename: 'two' })]
    await upload(store, one)
    await upload(store, two)
    await store.setPinned(two.manifestCid, true)
    disk.isFull = true
    await expect(store.deleteDataset(one.manifestCid)).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    disk.isFull = false
    await settle(store)
    expect((await cidsIn(store)).toSorted()).toEqual([cidOf(one), cidOf(two)].toSorted())
    await auditAtRest(memory)
  })

  it('is whole again with the next start that has room, whatever operation it crashed at', async () => {
    const [deleted, kept, fetched] = [
      await makeDataset(['shared', 'd1', 'd2', 'd1']),
      await makeDataset(['shared', 'k']),
      await makeDataset(['d1', 'f']),
    ]
    let wasCrashed = true
    let failAt = 0
    while (wasCrashed) {
      memory = new SharedKv()
      disk = new FullKv(memory)
      const before = await start()
      for (const dataset of [deleted, kept]) await upload(before, dataset)
      await before.setPinned(kept.manifestCid, true)
      disk.isFull = true
      const kv = new FaultKv(disk, ++failAt)
      try {
        const store = await start(kv)
        await store.deleteDataset(deleted.manifestCid)
        disk.isFull = false
        await fetchBlocks(store, fetched)
      } catch (error) {
        if (!kv.isDead) throw error
      }
      wasCrashed = kv.isDead
      disk.isFull = false
      const next = await start()
      await settle(next)
      const [left] = (await next.listDatasets()).filter(({ manifestCid }) => cidText(manifestCid) === cidOf(kept))
      expect(left).toMatchObject({ haveCount: 2 })
      expect(texts(await next.getProvenBlocks(kept.treeCid, [0, 1]))).toEqual(texts(kept.blocks))
      await auditAtRest(memory)
    }
    // Fewer would mean that the fault never bit.
    expect(failAt).toBeGreaterThan(40)
  })
})
