import { describe, expect, it } from 'vitest'
import { type StoreHarness, useStores } from './contract-stores.contract.ts'
import { fetchBlocks, labelsOf, makeDataset, plain, upload, texts } from './dataset-fixture.contract.ts'
import { auditAtRest } from './store-audit.contract.ts'

export function describeDeletion(harness: StoreHarness): void {
  describe('deletion', () => {
    const stores = useStores(harness)

    it('frees everything of a dataset that shares nothing', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(labelsOf('a', 5))
      await upload(store, dataset)
      expect(await store.deleteDataset(dataset.manifestCid)).toBe(true)
      expect(await store.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
      expect(await store.listDatasets()).toEqual([])
      expect(await store.getManifest(dataset.manifestCid)).toBeUndefined()
      expect(await store.presence(dataset.treeCid)).toBeUndefined()
      expect(await store.getProvenBlocks(dataset.treeCid, [0])).toEqual([])
      await auditAtRest(stores.connect())
    })

    it('says so where the dataset was not here', async () => {
      const store = await stores.start()
      expect(await store.deleteDataset((await makeDataset(['a'])).manifestCid)).toBe(false)
    })

    it('stores a block once that two datasets use, and keeps it for the one that is left', async () => {
      const store = await stores.start()
      const one = await makeDataset(['shared', 'one', 'shared'])
      const two = await makeDataset(['two', 'shared'])
      await upload(store, one)
      expect(await store.space()).toMatchObject({ blockCount: 2 })
      await upload(store, two)
      expect(await store.space()).toMatchObject({ blockCount: 3 })
      await store.deleteDataset(one.manifestCid)
      expect(await store.space()).toMatchObject({ blockCount: 2 })
      expect(texts(await store.getBlocks(two.treeCid, [0, 1]))).toEqual(plain(two.blocks))
      await store.deleteDataset(two.manifestCid)
      expect(await store.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
    })

    it('keeps a tree until its last manifest is deleted', async () => {
      const store = await stores.start()
      const [one, two] = [await makeDataset(['a', 'b']), await makeDataset(['a', 'b'], { filename: 'two' })]
      await upload(store, one)
      await upload(store, two)
      await store.deleteDataset(one.manifestCid)
      expect(texts(await store.getBlocks(two.treeCid, [0, 1]))).toEqual(plain(two.blocks))
      expect(await store.getDataset(two.manifestCid)).toMatchObject({ haveCount: 2 })
      await store.deleteDataset(two.manifestCid)
      expect(await store.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
    })

    it('frees a part, and a dataset of which nothing came', async () => {
      const store = await stores.start()
      const [part, none] = [await makeDataset(labelsOf('p', 9)), await makeDataset(labelsOf('n', 3))]
      await fetchBlocks(store, part, [2, 8])
      await fetchBlocks(store, none, [])
      await store.deleteDataset(part.manifestCid)
      await store.deleteDataset(none.manifestCid)
      expect(await store.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
      await auditAtRest(stores.connect())
    })

    it('frees datasets of several pages that are deleted at the same time, and takes them again', async () => {
      const store = await stores.start()
      const shared = labelsOf('shared', 300)
      const one = await makeDataset([...shared, ...labelsOf('one', 400)])
      const two = await makeDataset([...labelsOf('two', 400), ...shared])
      await upload(store, one)
      await upload(store, two)
      expect(await store.space()).toMatchObject({ blockCount: 1100 })
      const deleted = await Promise.all([one, two, one].map((dataset) => store.deleteDataset(dataset.manifestCid)))
      expect(deleted).toEqual([true, true, false])
      expect(await store.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
      await upload(store, one)
      expect(await store.getDataset(one.manifestCid)).toMatchObject({ haveCount: 700 })
    })

    it('refuses blocks of a dataset that is deleted while they arrive', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(labelsOf('a', 4))
      await fetchBlocks(store, dataset, [0])
      const deleting = store.deleteDataset(dataset.manifestCid)
      const putting = store.putBlocks(dataset.treeCid, dataset.blocks)
      await expect(putting).rejects.toMatchObject({ code: 'ERR_DATASET_NOT_FOUND' })
      expect(await deleting).toBe(true)
      expect(await store.space()).toMatchObject({ usedBytes: 0 })
    })
  })
}
