import { describe, expect, it } from 'vitest'
import { type StoreHarness, useStores } from './contract-stores.contract.ts'
import { BLOCK_SIZE_BYTES, fetchBlocks, labelsOf, makeDataset, upload } from './dataset-fixture.contract.ts'
import { neededBytes } from './space-ledger.ts'

/** Room for a dataset of that many blocks, by the store’s own reckoning. */
function roomFor(blockCount: number): number {
  return neededBytes(blockCount, BLOCK_SIZE_BYTES)
}

export function describeSpace(harness: StoreHarness): void {
  describe('space', () => {
    const stores = useStores(harness)

    it('counts each distinct block once, padded, and the manifests', async () => {
      const quotaBytes = 10_000_000
      const store = await stores.start({ quotaBytes })
      const dataset = await makeDataset(['a', 'a', 'b'])
      await upload(store, dataset)
      const usedBytes = 2 * BLOCK_SIZE_BYTES + dataset.manifestBytes.byteLength
      expect(await store.space()).toEqual({
        usedBytes,
        blockCount: 2,
        quotaBytes,
        freeBytes: quotaBytes - usedBytes,
      })
    })

    it('refuses an upload that cannot fit before anything is written, with the numbers', async () => {
      const quotaBytes = roomFor(9)
      const store = await stores.start({ quotaBytes })
      const upload10 = { blockSizeBytes: BLOCK_SIZE_BYTES, sizeBytes: 9 * BLOCK_SIZE_BYTES + 1 }
      await expect(store.beginUpload(upload10)).rejects.toMatchObject({
        code: 'ERR_STORE_FULL',
        details: { neededBytes: roomFor(10), freeBytes: quotaBytes },
      })
      expect(await store.space()).toMatchObject({ usedBytes: 0 })
      const fitting = await store.beginUpload({ ...upload10, sizeBytes: 9 * BLOCK_SIZE_BYTES })
      await fitting.discard()
    })

    it('promises the same space to one of two uploads only, until that one is over', async () => {
      const store = await stores.start({ quotaBytes: roomFor(10) })
      const init = { blockSizeBytes: BLOCK_SIZE_BYTES, sizeBytes: 6 * BLOCK_SIZE_BYTES }
      const outcomes = await Promise.allSettled([store.beginUpload(init), store.beginUpload(init)])
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
      const [first] = outcomes
      if (first?.status === 'fulfilled') await first.value.discard()
      const next = await store.beginUpload(init)
      await next.discard()
    })

    it('takes what an upload has stored off what it was promised', async () => {
      const store = await stores.start({ quotaBytes: roomFor(10) + roomFor(4) })
      const dataset = await makeDataset(labelsOf('a', 10))
      const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES, sizeBytes: dataset.sizeBytes })
      await session.put(dataset.blocks)
      const init = { blockSizeBytes: BLOCK_SIZE_BYTES, sizeBytes: 4 * BLOCK_SIZE_BYTES }
      const second = await store.beginUpload(init)
      await expect(store.beginUpload(init)).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
      await second.discard()
      await session.commit(dataset)
      await (await store.beginUpload(init)).discard()
    })

    it('refuses a dataset whose missing blocks cannot fit, and takes it where most of them are here', async () => {
      const store = await stores.start({ quotaBytes: roomFor(10) })
      await expect(store.addDataset(await makeDataset(labelsOf('a', 11)))).rejects.toMatchObject({
        code: 'ERR_STORE_FULL',
        details: { neededBytes: roomFor(11) },
      })
      expect(await store.listDatasets()).toEqual([])
      await fetchBlocks(store, await makeDataset(labelsOf('b', 8)))
      const renamed = await makeDataset(labelsOf('b', 8), { filename: 'renamed' })
      expect(await store.addDataset(renamed)).toMatchObject({ haveCount: 8 })
    })

    it('refuses a group that goes over the quota, whole, and keeps what was there', async () => {
      const store = await stores.start({ quotaBytes: 5 * BLOCK_SIZE_BYTES })
      const dataset = await makeDataset(labelsOf('a', 8))
      const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
      await session.put(dataset.blocks.slice(0, 4))
      await expect(session.put(dataset.blocks.slice(4))).rejects.toMatchObject({
        code: 'ERR_STORE_FULL',
        details: { usedBytes: 4 * BLOCK_SIZE_BYTES, quotaBytes: 5 * BLOCK_SIZE_BYTES, freeBytes: BLOCK_SIZE_BYTES },
      })
      expect(await store.space()).toMatchObject({ blockCount: 4 })
      await session.put(dataset.blocks.slice(4, 5))
      await session.discard()
      expect(await store.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
    })

    it('refuses fetched blocks over the quota', async () => {
      const dataset = await makeDataset(labelsOf('a', 8))
      const roomy = await stores.start()
      await roomy.addDataset(dataset)
      await roomy.stop()
      const store = await stores.start({ quotaBytes: 5 * BLOCK_SIZE_BYTES })
      await expect(store.putBlocks(dataset.treeCid, dataset.blocks)).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
      expect(await store.getDataset(dataset.manifestCid)).toMatchObject({ haveCount: 0 })
    })
  })
}
