import { describe, expect, it } from 'vitest'
import { digestOf } from '../codec/cid.ts'
import { loadNodeHasher } from '../merkle/hasher.ts'
import { verifyProof } from '../merkle/proof.ts'
import type { BlockStore } from './block-store.ts'
import { type ContractStores, settle, type StoreHarness, useStores } from './contract-stores.contract.ts'
import {
  BLOCK_SIZE_BYTES,
  type DatasetFixture,
  fetchBlocks,
  labelsOf,
  makeDataset,
  pick,
  upload,
  texts,
} from './dataset-fixture.contract.ts'
import { FaultKv } from './fault-kv.contract.ts'
import { auditAtRest } from './store-audit.contract.ts'

/** For slow disks and busy machines; seconds on an idle one. */
const LONG = { timeout: 120_000 }

interface Story {
  readonly kept: DatasetFixture
  readonly fetched: DatasetFixture
  readonly deleted: DatasetFixture
}

export function describeCrashes(harness: StoreHarness): void {
  describe('crashes', () => {
    const stores = useStores(harness)

    it('frees an upload that was never committed with the next start', async () => {
      const dataset = await makeDataset(labelsOf('a', 700))
      const crashed = await stores.start()
      const session = await crashed.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
      await session.put(dataset.blocks)
      const next = await stores.start()
      expect(await next.listDatasets()).toEqual([])
      await settle(next)
      expect(await next.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
      await expect(session.put(dataset.blocks)).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
      await auditAtRest(stores.connect())
    })

    it('goes on with a deletion of several steps, whatever step it stopped at', LONG, async () => {
      const dataset = await makeDataset(labelsOf('a', 1100))
      // Marking takes some ten operations, a step about two for each of its 512 blocks.
      for (const failAt of [25, 700, 1300, 2000]) {
        const before = await stores.start()
        await upload(before, dataset, 550)
        await before.stop()
        const kv = new FaultKv(stores.connect(), failAt)
        const store = await stores.start({ kv })
        await expect(store.deleteDataset(dataset.manifestCid)).rejects.toThrow('The planted crash.')
        await kv.close()
        const next = await stores.start()
        expect(await next.listDatasets()).toEqual([])
        await settle(next)
        expect(await next.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
        await next.stop()
        await auditAtRest(stores.connect())
      }
    })

    it('shows whole groups and no half datasets after a crash at any operation', LONG, async () => {
      const story: Story = {
        kept: await makeDataset(['one', 'shared', 'two']),
        fetched: await makeDataset(['three', 'shared', 'four', 'five'], { filename: 'fetched' }),
        deleted: await makeDataset(['shared', 'six']),
      }
      const stride = harness.crashStride ?? 1
      let failAt = 1 - stride
      let wasCrashed = true
      while (wasCrashed) {
        failAt += stride
        wasCrashed = await crashAt(stores, story, failAt)
        const next = await stores.start()
        await settle(next)
        await checkVisible(next, [story.kept, story.fetched, story.deleted])
        await auditAtRest(stores.connect())
        await clear(next)
        await next.stop()
      }
      // The story has far more steps than any of its parts; fewer would mean that the fault never bit.
      expect(failAt).toBeGreaterThan(150)
    })
  })
}

/** Tells the story on a store that dies at an operation; true where it did. */
async function crashAt(stores: ContractStores, { kept, fetched, deleted }: Story, failAt: number): Promise<boolean> {
  const kv = new FaultKv(stores.connect(), failAt)
  try {
    const store = await stores.start({ kv })
    await upload(store, deleted)
    await upload(store, kept)
    await fetchBlocks(store, fetched, [1, 2])
    await store.deleteDataset(deleted.manifestCid)
    await upload(store, fetched, 3)
  } catch (error) {
    if (!kv.isDead) throw error
  } finally {
    await kv.close()
  }
  return kv.isDead
}

async function checkVisible(store: BlockStore, datasets: readonly DatasetFixture[]): Promise<void> {
  const hasher = await loadNodeHasher()
  for (const dataset of datasets) {
    const entry = await store.getDataset(dataset.manifestCid)
    const presence = await store.presence(dataset.treeCid)
    expect(presence?.size).toBe(entry?.haveCount)
    const isHalfUpload = entry?.origin === 'upload' && entry.haveCount < entry.blockCount
    expect(isHalfUpload).toBe(false)
    if (entry === undefined) continue
    const leafCount = dataset.blocks.length
    const indices = [...Array(leafCount).keys()].filter((index) => presence?.has(index))
    const blocks = await store.getProvenBlocks(dataset.treeCid, indices)
    expect(texts(blocks)).toEqual(texts(pick(dataset, indices)))
    const root = digestOf(dataset.treeCid)
    for (const { digest: leaf, index, path } of blocks) {
      expect(verifyProof({ leaf, index, leafCount, path, root }, hasher)).toBe(true)
    }
  }
}

async function clear(store: BlockStore): Promise<void> {
  for (const { manifestCid } of await store.listDatasets()) await store.deleteDataset(manifestCid)
  expect(await store.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
}
