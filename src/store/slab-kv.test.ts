import { beforeEach, describe, expect, it } from 'vitest'
import { QuireError } from '../errors.ts'
import { describeBlockStore } from './block-store.contract.ts'
import type { BlockStore } from './block-store.ts'
import { settle } from './contract-stores.contract.ts'
import { BLOCK_SIZE_BYTES, fetchBlocks, labelsOf, makeDataset, texts, upload } from './dataset-fixture.contract.ts'
import { KvBlockStore } from './kv-block-store.ts'
import type { Kv, KvWriter } from './kv.ts'
import { MemoryKv } from './memory-kv.ts'
import { MemorySlab, SlabDisk } from './memory-slab.contract.ts'
import { quotaProbe } from './quota.ts'
import { SlabKv } from './slab-kv.ts'
import { audit } from './store-audit.contract.ts'

/** Several stores are on it at the same time, and the crash of one must not close it for the others. */
class SharedIndex extends MemoryKv {
  override async close(): Promise<void> {}
}

describeBlockStore('a slab', {
  async createBacking() {
    const [index, disk] = [new SharedIndex(), new SlabDisk()]
    return { connect: () => new SlabKv({ index, slab: new MemorySlab(disk) }), remove: async () => undefined }
  },
})

describe('a store on a slab', () => {
  let index: MemoryKv
  let disk: SlabDisk
  let slab: MemorySlab
  beforeEach(() => {
    index = new MemoryKv()
    disk = new SlabDisk()
  })

  function newKv(init: { slotsPerSegment?: number } = {}): SlabKv {
    slab = new MemorySlab(disk, init)
    return new SlabKv({ index, slab })
  }

  async function open(kv = newKv()): Promise<BlockStore> {
    const store = new KvBlockStore({ kv, probe: quotaProbe({}) })
    await store.start()
    await settle(store)
    return store
  }

  it('keeps the bytes of blocks in slots, uses freed slots again and clears empty segments', async () => {
    const store = await open()
    const [first, second] = [await makeDataset(labelsOf('a', 40)), await makeDataset(labelsOf('b', 30))]
    await upload(store, first)
    expect([...disk.slots.keys()]).toEqual([...Array(40).keys()])
    await upload(store, second)
    await store.deleteDataset(first.manifestCid)
    expect(disk.slots.size).toBe(70)
    await upload(store, await makeDataset(labelsOf('c', 50)))
    expect(disk.slots.size).toBe(80)
    expect(texts(await store.getProvenBlocks(second.treeCid, [3]))).toEqual(texts(second.blocks.slice(3, 4)))
    for (const { manifestCid } of await store.listDatasets()) await store.deleteDataset(manifestCid)
    expect(disk.slots.size).toBe(0)
  })

  it('forgets the blocks that a power cut took, in every tree, and takes them again', async () => {
    const [kept, lost] = [await makeDataset(['a', 'b']), await makeDataset(['x', 'a', 'y', 'z'])]
    const before = await open()
    await upload(before, kept)
    await fetchBlocks(before, lost, [0, 1, 2])
    disk.cutPower()
    const store = await open()
    expect((await store.presence(lost.treeCid))?.size).toBe(1)
    expect(await store.space()).toMatchObject({ blockCount: 2 })
    expect(texts(await store.getProvenBlocks(kept.treeCid, [0, 1]))).toEqual(texts(kept.blocks))
    await store.stop()
    await audit(newKv())
    const again = await open()
    await again.putBlocks(lost.treeCid, lost.blocks)
    expect(texts(await again.getProvenBlocks(lost.treeCid, [0, 1, 2, 3]))).toEqual(texts(lost.blocks))
  })

  it('loses nothing to a power cut after a dataset was uploaded, or after the store was stopped', async () => {
    const before = await open()
    const [uploaded, fetched] = [await makeDataset(labelsOf('a', 10)), await makeDataset(labelsOf('b', 10))]
    await upload(before, uploaded)
    expect(disk.unflushed.size).toBe(0)
    await fetchBlocks(before, fetched, [1, 2, 3])
    expect(disk.unflushed.size).toBe(3)
    await before.stop()
    disk.cutPower()
    const store = await open()
    expect((await store.presence(fetched.treeCid))?.size).toBe(3)
    expect(texts(await store.getProvenBlocks(fetched.treeCid, [1]))).toEqual(texts(fetched.blocks.slice(1, 2)))
  })

  it('does without files where there are none, reads what such a store wrote, and refuses to lose what is in files', async () => {
    const [inside, outside] = [await makeDataset(['a', 'b']), await makeDataset(['c', 'd'])]
    const withoutFiles = newKv()
    slab.isUnavailable = true
    const before = await open(withoutFiles)
    await upload(before, inside)
    await before.stop()
    expect(disk.slots.size).toBe(0)
    const store = await open()
    expect(texts(await store.getProvenBlocks(inside.treeCid, [0, 1]))).toEqual(texts(inside.blocks))
    await upload(store, outside)
    expect(disk.slots.size).toBe(2)
    await store.stop()
    const broken = newKv()
    slab.isUnavailable = true
    await expect(open(broken)).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
    const healed = await open()
    expect(texts(await healed.getProvenBlocks(outside.treeCid, [0, 1]))).toEqual(texts(outside.blocks))
  })

  it('says that another tab has the files, and goes on once it lets go', async () => {
    const dataset = await makeDataset(['a', 'b'])
    await upload(await open(), dataset)
    const waiting = newKv()
    slab.isHeldElsewhere = true
    await expect(open(waiting)).rejects.toMatchObject({ code: 'ERR_NODE_UNREACHABLE' })
    const store = await open()
    expect(texts(await store.getProvenBlocks(dataset.treeCid, [0, 1]))).toEqual(texts(dataset.blocks))
  })

  it('puts nothing in the place of blocks of which it does not know whether they were written', async () => {
    const store = await open()
    const [first, second] = [await makeDataset(['a', 'b']), await makeDataset(['c', 'd'])]
    await store.addDataset(first)
    const write: Kv['write'] = index.write.bind(index)
    index.write = async <T>(work: (tx: KvWriter) => Promise<T>): Promise<T> => {
      await write(work)
      index.write = write
      throw new QuireError('ERR_STORE_FAILED', 'Written, but nobody hears of it.')
    }
    await expect(store.putBlocks(first.treeCid, first.blocks)).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
    await upload(store, second)
    expect(texts(await store.getProvenBlocks(first.treeCid, [0, 1]))).toEqual(texts(first.blocks))
    expect(texts(await store.getProvenBlocks(second.treeCid, [0, 1]))).toEqual(texts(second.blocks))
  })

  it('forgets what was in files that are gone', async () => {
    const before = await open()
    const dataset = await makeDataset(['a', 'b'])
    await upload(before, dataset)
    await before.stop()
    disk.segmentCount = 0
    disk.slots.clear()
    const store = await open(newKv({ slotsPerSegment: 1 }))
    expect((await store.presence(dataset.treeCid))?.size).toBe(0)
  })

  it('puts blocks into the index while a segment is added, and says when the disk is full', async () => {
    const store = await open(newKv({ slotsPerSegment: 4 }))
    const dataset = await makeDataset(labelsOf('a', 3000))
    await upload(store, dataset, 3000)
    expect(disk.slots.size).toBeLessThan(3000)
    const indices = [0, 1500, 2999]
    expect(texts(await store.getProvenBlocks(dataset.treeCid, indices))).toHaveLength(3)
    slab.isFull = true
    const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
    const more = await makeDataset(labelsOf('b', 5))
    await expect(session.put(more.blocks)).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    slab.isFull = false
    await session.put(more.blocks)
    expect(await session.commit(more)).toMatchObject({ haveCount: 5 })
  })
})
