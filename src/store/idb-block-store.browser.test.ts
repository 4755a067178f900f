import { deleteDB, openDB } from 'idb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { describeBlockStore } from './block-store.contract.ts'
import { BLOCK_SIZE_BYTES, labelsOf, makeDataset, plain, upload, texts } from './dataset-fixture.contract.ts'
import { createIdbBlockStore } from './idb-block-store.ts'
import { IdbKv } from './idb-kv.ts'
import { KV_TABLES } from './kv.ts'
import { createIdbSettings } from './idb-settings.ts'

describeBlockStore('IndexedDB', {
  // Every operation in turn takes half a minute on a disk; the memory backend does that.
  crashStride: 5,
  async createBacking() {
    const name = `contract-${crypto.randomUUID()}`
    return { connect: () => new IdbKv(name, { tables: KV_TABLES }), remove: () => deleteDB(name) }
  },
})

describe('a store in a browser', () => {
  let databaseName = ''
  beforeEach(() => {
    databaseName = `store-${crypto.randomUUID()}`
  })
  afterEach(async () => {
    vi.unstubAllGlobals()
    await deleteDB(databaseName)
  })

  it('knows the browser’s quota, and keeps to a smaller one', async () => {
    const { quota = 0 } = await navigator.storage.estimate()
    const store = createIdbBlockStore({ databaseName })
    await store.start()
    const space = await store.space()
    // Chromium adds what is used to the quota that it tells.
    expect(space.quotaBytes).toBeGreaterThanOrEqual(quota)
    expect(space.freeBytes).toBeGreaterThan(0)
    await store.stop()
    const small = createIdbBlockStore({ databaseName, quotaBytes: 100_000 })
    await small.start()
    expect(await small.space()).toMatchObject({ quotaBytes: 100_000, freeBytes: 100_000 })
    await small.stop()
  })

  it('opens its connection again after another tab deleted the database', async () => {
    const store = createIdbBlockStore({ databaseName })
    await store.start()
    await upload(store, await makeDataset(['a']))
    await deleteDB(databaseName)
    expect(await store.listDatasets()).toEqual([])
    const dataset = await makeDataset(['b', 'c'])
    await upload(store, dataset)
    expect(texts(await store.getBlocks(dataset.treeCid, [0, 1]))).toEqual(plain(dataset.blocks))
    await store.stop()
  })

  it('says that the store is unavailable where the database belongs to a later version', async () => {
    const later = await openDB(databaseName, 1000)
    later.close()
    const store = createIdbBlockStore({ databaseName })
    await expect(store.start()).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
  })

  it('says with numbers that the browser has no more room, and keeps what was there', async () => {
    const bucket = await openSmallBucket(databaseName, 2_000_000)
    vi.stubGlobal('indexedDB', bucket)
    const store = createIdbBlockStore({ databaseName })
    await store.start()
    const [small, large] = [await makeDataset(['a', 'b']), await makeDataset(labelsOf('a', 2000))]
    await upload(store, small)
    const { usedBytes } = await store.space()
    const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
    await expect(session.put(large.blocks)).rejects.toMatchObject({ code: 'ERR_STORE_FULL', details: { usedBytes } })
    await session.discard()
    expect(await store.space()).toMatchObject({ usedBytes })
    expect(texts(await store.getProvenBlocks(small.treeCid, [0, 1]))).toEqual(texts(small.blocks))
    await store.stop()
  })

  it('stores a block of a larger buffer without the rest of it', async () => {
    const kv = new IdbKv(databaseName, { tables: KV_TABLES })
    await kv.open()
    const frame = new Uint8Array(1000).fill(9)
    await kv.write(async (tx) => tx.put('blocks', Uint8Array.of(1), frame.subarray(10, 20)))
    const stored = await kv.read((tx) => tx.get('blocks', Uint8Array.of(1)))
    expect(stored?.buffer.byteLength).toBe(10)
    await kv.close()
  })

  it('keeps settings beside the blocks', async () => {
    const store = createIdbBlockStore({ databaseName })
    await store.start()
    const settings = createIdbSettings({ databaseName })
    await settings.set('peer-key', Uint8Array.of(7, 8))
    await settings.close()
    expect(await settings.get('peer-key')).toEqual(Uint8Array.of(7, 8))
    await settings.close()
    await store.stop()
  })
})

interface StorageBuckets {
  open(name: string, init: { quota: number }): Promise<{ indexedDB: IDBFactory }>
}

/** An IndexedDB with a quota of its own: Chromium’s storage buckets, which TypeScript does not know yet. */
async function openSmallBucket(name: string, quota: number): Promise<IDBFactory> {
  const { storageBuckets } = navigator as Navigator & { storageBuckets: StorageBuckets }
  return (await storageBuckets.open(name, { quota })).indexedDB
}
