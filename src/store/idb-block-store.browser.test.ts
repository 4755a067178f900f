import { deleteDB, openDB } from 'idb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cdp } from 'vitest/browser'
import { describeBlockStore } from './block-store.contract.ts'
import {
  BLOCK_SIZE_BYTES,
  fetchBlocks,
  labelsOf,
  makeDataset,
  plain,
  upload,
  texts,
} from './dataset-fixture.contract.ts'
import { createIdbBlockStore } from './idb-block-store.ts'
import { IdbKv } from './idb-kv.ts'
import { KV_TABLES } from './kv.ts'
import { createIdbSettings } from './idb-settings.ts'
import { audit } from './store-audit.contract.ts'

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
    await setQuota(undefined)
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
    const { indexedDB } = await openBucket(databaseName, 2_000_000)
    vi.stubGlobal('indexedDB', indexedDB)
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

  it('has room again where the browser had none at all, by letting go or by deletion, though only deletions are committed', async () => {
    // Chromium’s allowance to the default bucket lasts from test to test.
    const bucket = await openBucket(databaseName, ROOM_BYTES)
    vi.stubGlobal('indexedDB', bucket.indexedDB)
    const store = createIdbBlockStore({ databaseName })
    await store.start()
    const gone: string[] = []
    store.setEviction({
      mayEvict: () => true,
      lastUsedAtMs: ({ addedAtMs }) => addedAtMs,
      onGone: (entries) => gone.push(...entries.map(({ manifest }) => manifest.filename ?? '')),
      onEvicted: () => undefined,
    })
    const large = { blockSizeBytes: 65_536 }
    const [old, wanted, own] = [
      await makeDataset(noise(60), { ...large, filename: 'old' }),
      await makeDataset(noise(20), { ...large, filename: 'wanted' }),
      await makeDataset(noise(40), { ...large, filename: 'own' }),
    ]
    await fetchBlocks(store, old)
    await fetchBlocks(store, own)
    await store.setPinned(own.manifestCid, true)
    await store.addDataset(wanted)
    await store.setPinned(wanted.manifestCid, true)
    await takeAllRoom(databaseName, bucket)
    await store.putBlocks(wanted.treeCid, wanted.blocks)
    expect(gone).toEqual(['old'])
    expect(await store.space()).toMatchObject({ blockCount: 60 })
    await takeAllRoom(databaseName, bucket)
    expect(await store.deleteDataset(own.manifestCid)).toBe(true)
    await store.setPinned(wanted.manifestCid, false)
    expect(await store.space()).toMatchObject({ blockCount: 20 })
    expect(texts(await store.getBlocks(wanted.treeCid, [0, 19]))).toEqual(
      plain([wanted.blocks[0], wanted.blocks[19]].flatMap((block) => block ?? [])),
    )
    await store.stop()
    await audit(new IdbKv(databaseName, { tables: KV_TABLES }))
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

interface Session {
  send(method: string, params: Record<string, unknown>): Promise<unknown>
}

const ROOM_BYTES = 12_000_000

/** Undefined for the browser’s own. */
async function setQuota(quotaSize: number | undefined): Promise<void> {
  // Playwright’s session speaks the browser’s protocol, of which vitest types nothing.
  const session = cdp() as unknown as Session
  const quota = quotaSize === undefined ? {} : { quotaSize }
  await session.send('Storage.overrideQuotaForOrigin', { origin: location.origin, ...quota })
}

/** Labels that do not get smaller when the browser compresses them. */
function noise(count: number): string[] {
  const characters = (): string =>
    String.fromCharCode(...crypto.getRandomValues(new Uint8Array(8_000)).map((byte) => byte & 0x7f))
  return Array.from({ length: count }, () => Array.from({ length: 8 }, characters).join(''))
}

/** As where others fill the disk: less is left than is here already. */
async function takeAllRoom(databaseName: string, bucket: StorageBucket): Promise<void> {
  const { usage = 0 } = await bucket.estimate()
  await setQuota(usage - 2_000_000)
  const kv = new IdbKv(databaseName, { tables: KV_TABLES })
  await kv.open()
  // Chromium asks for the room anew only for what is more than it was told of last.
  const put = kv.write(async (tx) => {
    for (let i = 0; i < ROOM_BYTES / 100_000; i++) tx.put('settings', Uint8Array.of(i), new Uint8Array(100_000))
  })
  await expect(put).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
  const small = kv.write(async (tx) => tx.put('settings', Uint8Array.of(1), Uint8Array.of(1)))
  await expect(small).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
  await kv.close()
}

interface StorageBucket {
  readonly indexedDB: IDBFactory
  estimate(): Promise<StorageEstimate>
}

interface StorageBuckets {
  open(name: string, init: { quota: number }): Promise<StorageBucket>
}

/** An IndexedDB with a quota of its own: Chromium’s storage buckets, which TypeScript does not know yet. */
async function openBucket(name: string, quota: number): Promise<StorageBucket> {
  const { storageBuckets } = navigator as Navigator & { storageBuckets: StorageBuckets }
  return storageBuckets.open(name, { quota })
}
