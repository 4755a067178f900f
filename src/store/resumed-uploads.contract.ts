import { describe, expect, it } from 'vitest'
import type { BlockStore, UploadSession } from './block-store.ts'
import { type ContractStores, settle, type StoreHarness, useStores } from './contract-stores.contract.ts'
import {
  BLOCK_SIZE_BYTES,
  type DatasetFixture,
  labelsOf,
  makeDataset,
  pick,
  texts,
} from './dataset-fixture.contract.ts'
import { FaultKv } from './fault-kv.contract.ts'
import type { Kv } from './kv.ts'
import { auditAtRest } from './store-audit.contract.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Begins an upload and puts its first `count` blocks. */
async function beginPart(store: BlockStore, dataset: DatasetFixture, count: number): Promise<UploadSession> {
  const file = { name: 'holiday ☀.mp4', sizeBytes: dataset.sizeBytes, lastModifiedMs: 1234.5 }
  const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES, file })
  await session.put(dataset.blocks.slice(0, count))
  return session
}

async function resumeOnly(store: BlockStore): Promise<UploadSession> {
  const [upload] = await store.listInterruptedUploads()
  const session = upload && (await store.resumeUpload(upload.id))
  if (session === undefined) throw new Error('There is nothing to resume.')
  return session
}

export function describeResumedUploads(harness: StoreHarness): void {
  describe('resumed uploads', () => {
    const stores = useStores(harness)

    it('lists what a crash cut off, and completes it with every block put again', async () => {
      let nowMs = 5000
      const dataset = await makeDataset(labelsOf('a', 700))
      await beginPart(await stores.start({ now: () => nowMs }), dataset, 600)
      nowMs += 6 * DAY_MS
      const store = await stores.start({ now: () => nowMs })
      const [found, ...others] = await store.listInterruptedUploads()
      expect(others).toEqual([])
      expect(found).toEqual({
        id: expect.any(Number),
        file: { name: 'holiday ☀.mp4', sizeBytes: dataset.sizeBytes, lastModifiedMs: 1234.5 },
        blockSizeBytes: BLOCK_SIZE_BYTES,
        blockCount: 700,
        storedCount: 600,
        lastUsedAtMs: 5000,
      })
      const session = await resumeOnly(store)
      expect(session).toMatchObject({ id: found?.id, storedCount: 600 })
      expect(await store.listInterruptedUploads()).toEqual([])
      for (let i = 0; i < 700; i += 50) await session.put(dataset.blocks.slice(i, i + 50))
      expect(await session.commit(dataset)).toMatchObject({ haveCount: 700 })
      expect(texts(await store.getProvenBlocks(dataset.treeCid, [0, 599, 699]))).toEqual(
        texts(pick(dataset, [0, 599, 699])),
      )
      expect(await store.listInterruptedUploads()).toEqual([])
      await store.stop()
      await auditAtRest(stores.connect())
    })

    it('writes nothing for blocks that are here', async () => {
      const dataset = await makeDataset(labelsOf('a', 10))
      await beginPart(await stores.start(), dataset, 8)
      const kv = stores.connect()
      let writeCount = 0
      const write: Kv['write'] = (work, options) => {
        writeCount++
        return kv.write(work, options)
      }
      const counting: Kv = { open: () => kv.open(), close: () => kv.close(), read: (work) => kv.read(work), write }
      const session = await resumeOnly(await stores.start({ kv: counting }))
      writeCount = 0
      await session.put(dataset.blocks.slice(0, 8))
      expect(writeCount).toBe(0)
      await session.put(dataset.blocks)
      expect(writeCount).toBe(1)
    })

    it('takes other content in the place of what was stored, where the file has changed', async () => {
      const [before, after] = [await makeDataset(['a', 'b', 'c', 'd']), await makeDataset(['a', 'c', 'x', 'e'])]
      await beginPart(await stores.start(), before, 3)
      const store = await stores.start()
      const session = await resumeOnly(store)
      await session.put(after.blocks)
      expect(await session.commit(after)).toMatchObject({ haveCount: 4 })
      expect(texts(await store.getProvenBlocks(after.treeCid, [0, 1, 2, 3]))).toEqual(texts(after.blocks))
      expect(await store.space()).toMatchObject({ blockCount: 4 })
      await store.stop()
      await auditAtRest(stores.connect())
    })

    it('takes the last content where a session puts several in one place, also the first again', async () => {
      const [a, b] = [await makeDataset(['a']), await makeDataset(['b'])]
      await beginPart(await stores.start(), a, 1)
      const store = await stores.start()
      const session = await resumeOnly(store)
      await session.put(b.blocks)
      await session.put([...b.blocks, ...a.blocks])
      expect(await session.commit(a)).toMatchObject({ haveCount: 1 })
      expect(await store.space()).toMatchObject({ blockCount: 1 })
    })

    it('keeps a suspended upload, in which nothing can be put any more', async () => {
      const dataset = await makeDataset(['a', 'b', 'c'])
      const store = await stores.start()
      const first = await beginPart(store, dataset, 2)
      expect(await store.resumeUpload(first.id)).toBeUndefined()
      expect(await store.discardUpload(first.id)).toBe(false)
      await first.suspend()
      await first.discard()
      await expect(first.put(dataset.blocks)).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
      const second = await resumeOnly(store)
      await second.put(dataset.blocks)
      expect(await second.commit(dataset)).toMatchObject({ haveCount: 3 })
      expect(await store.resumeUpload(first.id)).toBeUndefined()
    })

    it('frees an upload that is discarded, at once or after it was cut off, or suspended without a file', async () => {
      const dataset = await makeDataset(['a', 'b', 'c'])
      const store = await stores.start()
      const suspended = await beginPart(store, dataset, 2)
      await suspended.suspend()
      expect(await store.discardUpload(suspended.id)).toBe(true)
      expect(await store.discardUpload(suspended.id)).toBe(false)
      await (await beginPart(store, dataset, 2)).discard()
      const unnamed = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
      await unnamed.put(dataset.blocks)
      await unnamed.suspend()
      expect(await store.listInterruptedUploads()).toEqual([])
      expect(await store.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
      await store.stop()
      await auditAtRest(stores.connect())
    })

    it('keeps the newest eight for seven days, and frees the others and empty ones with the next start', async () => {
      let nowMs = 0
      const before = await stores.start({ now: () => nowMs })
      const dataset = await makeDataset(labelsOf('a', 10))
      for (let i = 0; i < 9; i++) {
        nowMs++
        await beginPart(before, { ...dataset, blocks: pick(dataset, [i]) }, 1)
      }
      await beginPart(before, dataset, 0)
      await before.stop()
      const next = await stores.start({ now: () => nowMs })
      await settle(next)
      const kept = await next.listInterruptedUploads()
      expect(kept.map(({ lastUsedAtMs }) => lastUsedAtMs)).toEqual([9, 8, 7, 6, 5, 4, 3, 2])
      expect(await next.space()).toMatchObject({ blockCount: 8 })
      await next.stop()
      nowMs = 5 + 7 * DAY_MS
      const last = await stores.start({ now: () => nowMs })
      await settle(last)
      expect(await last.listInterruptedUploads()).toHaveLength(4)
      expect(await last.space()).toMatchObject({ blockCount: 4 })
    })

    it('refuses to resume what cannot fit, and keeps it', async () => {
      const dataset = await makeDataset(labelsOf('a', 100))
      const before = await stores.start()
      await (await beginPart(before, dataset, 50)).suspend()
      await before.stop()
      const store = await stores.start({ quotaBytes: 60 * BLOCK_SIZE_BYTES })
      const [upload] = await store.listInterruptedUploads()
      if (upload === undefined) throw new Error('There is nothing to resume.')
      await expect(store.resumeUpload(upload.id)).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
      expect(await store.listInterruptedUploads()).toEqual([upload])
    })

    it('can be resumed or is gone after a crash at any operation', { timeout: 120_000 }, async () => {
      const dataset = await makeDataset(['a', 'b', 'c'])
      const changed = await makeDataset(['a', 'x', 'c'])
      const stride = harness.crashStride ?? 1
      let failAt = 1 - stride
      let wasCrashed = true
      while (wasCrashed) {
        failAt += stride
        const kv = new FaultKv(stores.connect(), failAt)
        await uploadTwice(stores, kv, { dataset, changed })
        const store = await stores.start()
        await settle(store)
        for (const { id } of await store.listInterruptedUploads()) {
          const session = await store.resumeUpload(id)
          await session?.put(dataset.blocks)
          await session?.commit(dataset)
        }
        for (const { manifestCid } of await store.listDatasets()) await store.deleteDataset(manifestCid)
        expect(await store.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
        await store.stop()
        await auditAtRest(stores.connect())
        wasCrashed = kv.isDead
      }
      expect(failAt).toBeGreaterThan(60)
    })
  })
}

/** Uploads two blocks, suspends, resumes with changed content and commits; ends early where `kv` dies. */
async function uploadTwice(
  stores: ContractStores,
  kv: FaultKv,
  { dataset, changed }: { dataset: DatasetFixture; changed: DatasetFixture },
): Promise<void> {
  try {
    const store = await stores.start({ kv })
    await (await beginPart(store, dataset, 2)).suspend()
    const session = await resumeOnly(store)
    await session.put(changed.blocks)
    await session.commit(changed)
  } catch (error) {
    if (!kv.isDead) throw error
  } finally {
    await kv.close()
  }
}
