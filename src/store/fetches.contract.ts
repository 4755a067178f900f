import { describe, expect, it } from 'vitest'
import { digestOf } from '../codec/cid.ts'
import { encodeManifest } from '../codec/manifest.ts'
import { loadNodeHasher } from '../merkle/hasher.ts'
import { verifyProof } from '../merkle/proof.ts'
import { type StoreHarness, useStores } from './contract-stores.contract.ts'
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

export function describeFetches(harness: StoreHarness): void {
  describe('fetches', () => {
    const stores = useStores(harness)

    it('lists a dataset as soon as its manifest is here, with nothing of it', async () => {
      const store = await stores.start({ now: () => 77 })
      const dataset = await makeDataset(labelsOf('a', 3))
      const entry = await store.addDataset(dataset)
      expect(entry).toMatchObject({ origin: 'fetch', addedAtMs: 77, blockCount: 3, haveCount: 0 })
      expect(await store.listDatasets()).toEqual([entry])
      expect((await store.presence(dataset.treeCid))?.size).toBe(0)
      expect(await store.getBlocks(dataset.treeCid, [0, 1, 2])).toEqual([])
    })

    it('serves each block of a part with a proof that holds', async () => {
      const store = await stores.start()
      const hasher = await loadNodeHasher()
      const leafCount = 11
      const dataset = await makeDataset(labelsOf('p', leafCount))
      const order = [10, 3, 2, 7, 0]
      await store.addDataset(dataset)
      for (const index of order) await store.putBlocks(dataset.treeCid, pick(dataset, [index]))
      const blocks = await store.getProvenBlocks(dataset.treeCid, [...Array(leafCount).keys()])
      expect(blocks).toEqual(
        pick(
          dataset,
          order.toSorted((a, b) => a - b),
        ),
      )
      const root = digestOf(dataset.treeCid)
      for (const { digest: leaf, index, path } of blocks) {
        expect(verifyProof({ leaf, index, leafCount, path, root }, hasher)).toBe(true)
      }
    })

    it('knows which blocks are here, and hands out a copy of that', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(labelsOf('a', 20))
      await fetchBlocks(store, dataset, [0, 1, 9, 19])
      const presence = await store.presence(dataset.treeCid)
      expect([...(presence?.ranges() ?? [])]).toEqual([
        { start: 0, count: 2 },
        { start: 9, count: 1 },
        { start: 19, count: 1 },
      ])
      presence?.add(5)
      expect((await store.presence(dataset.treeCid))?.has(5)).toBe(false)
      expect(await store.presence((await makeDataset(['other'])).treeCid)).toBeUndefined()
    })

    it('counts blocks that are put again once', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(labelsOf('a', 6))
      await fetchBlocks(store, dataset, [1, 2, 1])
      await store.putBlocks(dataset.treeCid, pick(dataset, [2, 3]))
      expect(await store.getDataset(dataset.manifestCid)).toMatchObject({ haveCount: 3 })
      await fetchBlocks(store, dataset)
      expect(await store.getDataset(dataset.manifestCid)).toMatchObject({ haveCount: 6 })
      expect(texts(await store.getBlocks(dataset.treeCid, [4]))).toEqual(plain(pick(dataset, [4])))
    })

    it('keeps everything over a restart', async () => {
      const dataset = await makeDataset(labelsOf('a', 4))
      const before = await stores.start()
      await fetchBlocks(before, dataset, [1, 2])
      const [entries, space] = [await before.listDatasets(), await before.space()]
      await before.stop()
      const after = await stores.start()
      expect(await after.listDatasets()).toEqual(entries)
      expect(await after.space()).toEqual(space)
      expect(texts(await after.getProvenBlocks(dataset.treeCid, [2]))).toEqual(texts(pick(dataset, [2])))
    })

    it('puts groups of one tree at the same time without losing a node', { timeout: 60_000 }, async () => {
      const store = await stores.start()
      const dataset = await makeDataset(labelsOf('a', 600))
      await store.addDataset(dataset)
      const parts = [0, 1, 2, 3].map((part) => dataset.blocks.filter(({ index }) => index % 4 === part))
      await Promise.all(parts.map((blocks) => store.putBlocks(dataset.treeCid, blocks)))
      expect(await store.getDataset(dataset.manifestCid)).toMatchObject({ haveCount: 600 })
      const all = dataset.blocks.map(({ index }) => index)
      expect(texts(await store.getProvenBlocks(dataset.treeCid, all))).toEqual(texts(dataset.blocks))
    })

    it('refuses a block of the wrong size, place or path, and puts nothing of its group', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(labelsOf('a', 3))
      const [good, block] = dataset.blocks
      if (good === undefined || block === undefined) throw new Error('A dataset has blocks.')
      await store.addDataset(dataset)
      for (const bad of [
        { ...block, bytes: new Uint8Array(BLOCK_SIZE_BYTES + 1) },
        { ...block, index: 3 },
        { ...block, path: block.path.slice(1) },
        { ...block, digest: block.digest.slice(1) },
      ]) {
        await expect(store.putBlocks(dataset.treeCid, [good, bad])).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
      }
      expect(await store.space()).toMatchObject({ blockCount: 0 })
    })

    it('refuses blocks of a tree that is not here', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(['a'])
      await expect(store.putBlocks(dataset.treeCid, dataset.blocks)).rejects.toMatchObject({
        code: 'ERR_DATASET_NOT_FOUND',
      })
    })

    it('returns a dataset that is here as it is', async () => {
      let nowMs = 5
      const store = await stores.start({ now: () => nowMs++ })
      const dataset = await makeDataset(['a', 'b'])
      const uploaded = await upload(store, dataset)
      expect(await store.addDataset(dataset)).toEqual(uploaded)
      const [first, second] = await Promise.all([upload(store, dataset), store.addDataset(dataset)])
      expect(first).toEqual(second)
    })

    it('enters a dataset once that is asked for twice at the same time', async () => {
      let nowMs = 5
      const store = await stores.start({ now: () => nowMs++ })
      const dataset = await makeDataset(['a', 'b'])
      const [first, second] = await Promise.all([store.addDataset(dataset), store.addDataset(dataset)])
      expect(first).toEqual(second)
      await store.deleteDataset(dataset.manifestCid)
      expect(await store.presence(dataset.treeCid)).toBeUndefined()
    })

    it('counts blocks at once that another manifest of the tree brought', async () => {
      const store = await stores.start()
      const [one, two] = [await makeDataset(['a', 'b']), await makeDataset(['a', 'b'], { filename: 'two' })]
      await upload(store, one)
      const { usedBytes } = await store.space()
      expect(await store.addDataset(two)).toMatchObject({ origin: 'fetch', haveCount: 2 })
      expect((await store.space()).usedBytes).toBe(usedBytes + two.manifestBytes.byteLength)
    })

    it('refuses a manifest that is damaged, or gives a tree that is here another shape', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(['a', 'b'])
      const { manifestCid, treeCid } = dataset
      const damaged = dataset.manifestBytes.slice(3)
      await expect(store.addDataset({ manifestCid, manifestBytes: damaged })).rejects.toMatchObject({
        code: 'ERR_MANIFEST_INVALID',
      })
      await upload(store, dataset)
      const lie = encodeManifest({ treeCid, blockSizeBytes: BLOCK_SIZE_BYTES, datasetSizeBytes: 3 * BLOCK_SIZE_BYTES })
      const { manifestCid: otherCid } = await makeDataset(['other'])
      await expect(store.addDataset({ manifestCid: otherCid, manifestBytes: lie })).rejects.toMatchObject({
        code: 'ERR_MANIFEST_INVALID',
      })
      expect(await store.listDatasets()).toHaveLength(1)
    })

    it('rejects with the signal’s reason and leaves the group out', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(['a', 'b'])
      const reason = new Error('Not now.')
      const signal = AbortSignal.abort(reason)
      await expect(store.addDataset(dataset, { signal })).rejects.toBe(reason)
      await store.addDataset(dataset)
      const controller = new AbortController()
      const putting = store.putBlocks(dataset.treeCid, dataset.blocks, { signal: controller.signal })
      controller.abort(reason)
      await expect(putting).rejects.toBe(reason)
      await expect(store.getBlocks(dataset.treeCid, [0], { signal })).rejects.toBe(reason)
      await expect(store.getProvenBlocks(dataset.treeCid, [0], { signal })).rejects.toBe(reason)
      expect(await store.getDataset(dataset.manifestCid)).toMatchObject({ haveCount: 0 })
    })
  })
}
