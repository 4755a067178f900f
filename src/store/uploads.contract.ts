import { describe, expect, it } from 'vitest'
import { loadNodeHasher } from '../merkle/hasher.ts'
import { verifyProof } from '../merkle/proof.ts'
import { digestOf } from '../codec/cid.ts'
import {
  BLOCK_SIZE_BYTES,
  fetchBlocks,
  labelsOf,
  makeDataset,
  pick,
  plain,
  upload,
  texts,
} from './dataset-fixture.contract.ts'
import { type StoreHarness, useStores } from './contract-stores.contract.ts'

export function describeUploads(harness: StoreHarness): void {
  describe('uploads', () => {
    const stores = useStores(harness)

    it('gives back every block of an upload, in the order asked', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(['a', 'b', 'c'])
      await upload(store, dataset)
      const indices = [2, 0, 1, 0]
      expect(texts(await store.getBlocks(dataset.treeCid, indices))).toEqual(plain(pick(dataset, indices)))
    })

    it('proves every block of an upload, for trees of all small sizes', async () => {
      const store = await stores.start()
      const hasher = await loadNodeHasher()
      for (let leafCount = 1; leafCount <= 9; leafCount++) {
        const dataset = await makeDataset(labelsOf(`${leafCount}-`, leafCount))
        await upload(store, dataset)
        const blocks = await store.getProvenBlocks(dataset.treeCid, [...Array(leafCount).keys()])
        expect(texts(blocks)).toEqual(texts(dataset.blocks))
        const root = digestOf(dataset.treeCid)
        const proofs = blocks.map(({ digest: leaf, index, path }) =>
          verifyProof({ leaf, index, leafCount, path, root }, hasher),
        )
        expect(proofs).toEqual(Array(leafCount).fill(true))
      }
    })

    it('lists uploads with their manifests, the newest first', async () => {
      let nowMs = 1000
      const store = await stores.start({ now: () => nowMs })
      const older = await makeDataset(['a', 'b'], { filename: 'older.txt' })
      const newer = await makeDataset(['c'], { filename: 'newer.txt' })
      await upload(store, older)
      nowMs++
      const entry = await upload(store, newer)
      expect(entry).toMatchObject({ origin: 'upload', addedAtMs: 1001, blockCount: 1, haveCount: 1 })
      expect(await store.getDataset(newer.manifestCid)).toEqual(entry)
      const names = (await store.listDatasets()).map(({ manifest }) => manifest.filename)
      expect(names).toEqual(['newer.txt', 'older.txt'])
      expect(await store.getManifest(older.manifestCid)).toEqual(older.manifestBytes)
    })

    it('shows nothing of an upload before its commit', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(['a', 'b'])
      const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
      await session.put(dataset.blocks)
      expect(await store.listDatasets()).toEqual([])
      expect(await store.getManifest(dataset.manifestCid)).toBeUndefined()
      expect(await store.presence(dataset.treeCid)).toBeUndefined()
      expect(await store.getBlocks(dataset.treeCid, [0, 1])).toEqual([])
      await session.discard()
    })

    it(
      'keeps a dataset of many blocks, put in groups and out of order, and frees it',
      { timeout: 60_000 },
      async () => {
        const store = await stores.start()
        const dataset = await makeDataset(labelsOf('many', 5000))
        const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES, sizeBytes: dataset.sizeBytes })
        for (const start of [4000, 0, 2000, 3000, 1000]) await session.put(dataset.blocks.slice(start, start + 1000))
        await session.commit(dataset)
        const indices = [0, 511, 512, 2047, 2048, 4999]
        expect(texts(await store.getProvenBlocks(dataset.treeCid, indices))).toEqual(texts(pick(dataset, indices)))
        expect((await store.presence(dataset.treeCid))?.isComplete).toBe(true)
        await store.deleteDataset(dataset.manifestCid)
        expect(await store.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
      },
    )

    it('refuses to commit what was not put whole, or another tree', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(['a', 'b', 'c'])
      const other = await makeDataset(['a', 'b', 'd'])
      const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
      await session.put(dataset.blocks.slice(0, 2))
      await expect(session.commit(dataset)).rejects.toMatchObject({ code: 'ERR_MANIFEST_INVALID' })
      await session.put(dataset.blocks.slice(2))
      await expect(session.commit(other)).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
      expect(await store.listDatasets()).toEqual([])
      expect(await session.commit(dataset)).toMatchObject({ haveCount: 3 })
    })

    it('refuses a block of the wrong size or outside every dataset, and puts nothing of its group', async () => {
      const store = await stores.start()
      const [block] = (await makeDataset(['a'])).blocks
      if (block === undefined) throw new Error('A dataset has a block.')
      const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
      for (const bad of [
        { ...block, bytes: block.bytes.slice(1) },
        { ...block, index: -1 },
        { ...block, index: 0.5 },
        { ...block, index: 2 ** 32 },
      ]) {
        await expect(session.put([block, bad])).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
      }
      expect(await store.space()).toMatchObject({ usedBytes: 0 })
    })

    it('puts nothing and rejects with the reason when the signal is aborted', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(['a'])
      const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
      const reason = new Error('The person changed their mind.')
      await expect(session.put(dataset.blocks, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      const controller = new AbortController()
      const putting = session.put(dataset.blocks, { signal: controller.signal })
      controller.abort(reason)
      await expect(putting).rejects.toBe(reason)
      await expect(
        store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES }, { signal: AbortSignal.abort(reason) }),
      ).rejects.toBe(reason)
      expect(await store.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
    })

    it('frees a discarded upload, once and for all', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(['a', 'b'])
      const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
      await session.put(dataset.blocks)
      await session.discard()
      await session.discard()
      expect(await store.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
      await expect(session.put(dataset.blocks)).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
      await expect(session.commit(dataset)).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
    })

    it('counts a block that is put twice at one place once', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(['a', 'b'])
      const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
      await session.put([...dataset.blocks, ...dataset.blocks])
      await session.put(dataset.blocks)
      expect(await session.commit(dataset)).toMatchObject({ haveCount: 2 })
      expect(await store.space()).toMatchObject({ blockCount: 2 })
    })

    it('gives the entry back that is there when the same file is uploaded again', async () => {
      let nowMs = 1000
      const store = await stores.start({ now: () => nowMs++ })
      const dataset = await makeDataset(['a', 'b'])
      const entry = await upload(store, dataset)
      const space = await store.space()
      expect(await upload(store, dataset)).toEqual(entry)
      expect(await store.space()).toEqual(space)
      expect(await store.listDatasets()).toEqual([entry])
    })

    it('puts an upload in the place of the part that was fetched of it', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(labelsOf('x', 5))
      const renamed = await makeDataset(labelsOf('x', 5), { filename: 'renamed' })
      await fetchBlocks(store, dataset, [3])
      expect(await upload(store, renamed)).toMatchObject({ origin: 'upload', haveCount: 5 })
      expect(await store.getDataset(dataset.manifestCid)).toMatchObject({ origin: 'fetch', haveCount: 5 })
      expect(await upload(store, dataset)).toMatchObject({ origin: 'fetch', haveCount: 5 })
      expect(texts(await store.getProvenBlocks(dataset.treeCid, [0, 4]))).toEqual(texts(pick(dataset, [0, 4])))
      expect(await store.space()).toMatchObject({ blockCount: 5 })
    })
  })
}
