import { describe, expect, it } from 'vitest'
import { cidText } from '../codec/cid.ts'
import type { BlockStore, DatasetEntry, EvictionReason } from './block-store.ts'
import { type StoreHarness, useStores } from './contract-stores.contract.ts'
import {
  BLOCK_SIZE_BYTES,
  type DatasetFixture,
  fetchBlocks,
  labelsOf,
  makeDataset,
  upload,
} from './dataset-fixture.contract.ts'
import { neededBytes } from './space-ledger.ts'

/** Lets all go but what is `used`, and notes what went. */
class PolicyDouble {
  readonly used = new Set<string>()
  readonly gone: string[] = []
  readonly evicted: { cids: string[]; reason: EvictionReason }[] = []
  mayEvict = ({ manifestCid }: DatasetEntry): boolean => !this.used.has(cidText(manifestCid))
  lastUsedAtMs = ({ lastUsedAtMs }: DatasetEntry): number => lastUsedAtMs
  onGone = (entries: readonly DatasetEntry[]): void => void this.gone.push(...cidsOf(entries))
  onEvicted = (entries: readonly DatasetEntry[], reason: EvictionReason): void => {
    this.evicted.push({ cids: cidsOf(entries), reason })
  }
}

const cidsOf = (entries: readonly DatasetEntry[]): string[] => entries.map(({ manifestCid }) => cidText(manifestCid))
const cidOf = ({ manifestCid }: DatasetFixture): string => cidText(manifestCid)

async function cidsIn(store: BlockStore): Promise<string[]> {
  return cidsOf(await store.listDatasets()).toSorted()
}

export function describeEviction(harness: StoreHarness): void {
  describe('eviction', () => {
    const stores = useStores(harness)

    /** Fetches of four blocks each, used one after the other, and room for three more blocks. */
    async function fullStore() {
      let nowMs = 1000
      const store = await stores.start({ quotaBytes: 3 * neededBytes(4, BLOCK_SIZE_BYTES), now: () => nowMs++ })
      const policy = new PolicyDouble()
      const fetched = await Promise.all(['a', 'b', 'c', 'd'].map((label) => makeDataset(labelsOf(label, 4))))
      for (const dataset of fetched) await fetchBlocks(store, dataset)
      store.setEviction(policy)
      const { freeBytes } = await store.space()
      const uploadOf = (missingBytes: number) => {
        const blockCount = Math.ceil((freeBytes + missingBytes) / BLOCK_SIZE_BYTES)
        return { blockSizeBytes: BLOCK_SIZE_BYTES, sizeBytes: blockCount * BLOCK_SIZE_BYTES }
      }
      return { store, policy, fetched, uploadOf }
    }

    it('lets the dataset go that was not used for longest, and no more than is needed', async () => {
      const { store, policy, fetched, uploadOf } = await fullStore()
      const [a, b, ...others] = fetched as [DatasetFixture, DatasetFixture, ...DatasetFixture[]]
      await store.noteUses([{ manifestCid: a.manifestCid, atMs: 5000 }])
      const session = await store.beginUpload(uploadOf(-36_000))
      expect(policy.evicted).toEqual([{ cids: [cidOf(b)], reason: 'needed' }])
      expect(policy.gone).toEqual([cidOf(b)])
      expect(await cidsIn(store)).toEqual([a, ...others].map(cidOf).toSorted())
      await session.discard()
    })

    it('keeps what is pinned and what is used, and refuses with nothing gone where the rest is not enough', async () => {
      const { store, policy, fetched, uploadOf } = await fullStore()
      const [a, b, c] = fetched as [DatasetFixture, DatasetFixture, DatasetFixture]
      await store.setPinned(a.manifestCid, true)
      policy.used.add(cidOf(b))
      await expect(store.beginUpload(uploadOf(4 * BLOCK_SIZE_BYTES))).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
      expect(policy.evicted).toEqual([])
      const session = await store.beginUpload(uploadOf(-36_000))
      expect(policy.gone).toEqual([cidOf(c)])
      await session.discard()
    })

    it('makes room for a fetch, and never of the content that it fetches', async () => {
      const { store, policy, fetched } = await fullStore()
      const part = await makeDataset(labelsOf('p', 20))
      await fetchBlocks(store, part, [0, 1, 2])
      for (const { manifestCid } of fetched) await store.noteUses([{ manifestCid, atMs: 5000 }])
      // The part is what was not used for longest.
      expect(await store.addDataset(await makeDataset(labelsOf('p', 20), { filename: 'renamed' }))).toMatchObject({
        haveCount: 3,
      })
      expect(policy.gone).not.toEqual([])
      expect(fetched.map(cidOf)).toEqual(expect.arrayContaining(policy.gone))
      await store.addDataset(await makeDataset(labelsOf('f', 22)))
      expect(policy.gone).toContain(cidOf(part))
    })

    it('keeps a tree for as long as one of its datasets stays, and its datasets go together', async () => {
      const { store, policy, fetched, uploadOf } = await fullStore()
      const [a, b, c] = fetched as [DatasetFixture, DatasetFixture, DatasetFixture]
      const renamed = await makeDataset(labelsOf('a', 4), { filename: 'renamed' })
      await store.addDataset(renamed)
      await store.setPinned(renamed.manifestCid, true)
      await (await store.beginUpload(uploadOf(-36_000))).discard()
      expect(policy.gone).toEqual([cidOf(b)])
      await store.setPinned(renamed.manifestCid, false)
      await store.noteUses([{ manifestCid: c.manifestCid, atMs: 9000 }])
      await store.keepFree((await store.space()).quotaBytes - 6 * BLOCK_SIZE_BYTES)
      expect(policy.gone.slice(1)).toEqual(expect.arrayContaining([cidOf(a), cidOf(renamed)]))
    })

    it('makes room in the middle of an upload whose size nobody knew, and loses nothing of it', async () => {
      const { store, policy, fetched } = await fullStore()
      const dataset = await makeDataset(labelsOf('u', 30))
      const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
      for (const block of dataset.blocks) await session.put([block])
      expect(await session.commit(dataset)).toMatchObject({ haveCount: 30, isPinned: true })
      expect(policy.gone).toEqual(fetched.slice(0, policy.gone.length).map(cidOf))
      expect(policy.gone.length).toBeGreaterThan(0)
      const blocks = await store.getBlocks(
        dataset.treeCid,
        dataset.blocks.map(({ index }) => index),
      )
      expect(blocks).toHaveLength(30)
    })

    it('refuses a write that does not fit with everything else gone, and keeps what was put before', async () => {
      const { store, policy } = await fullStore()
      const dataset = await makeDataset(labelsOf('u', 60))
      const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
      await session.put(dataset.blocks.slice(0, 20))
      await expect(session.put(dataset.blocks.slice(20))).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
      expect(policy.gone).toHaveLength(4)
      expect(await store.space()).toMatchObject({ blockCount: 20 })
      await session.discard()
    })

    it('keeps a part of the room free when told to, as far as it may', async () => {
      const { store, policy, fetched } = await fullStore()
      const { freeBytes, quotaBytes } = await store.space()
      await store.keepFree(freeBytes)
      expect(policy.evicted).toEqual([])
      await store.keepFree(freeBytes + 1)
      expect(policy.evicted).toMatchObject([{ reason: 'low' }])
      policy.used.add(cidOf(fetched[3] as DatasetFixture))
      await store.keepFree(quotaBytes)
      expect(await cidsIn(store)).toEqual([cidOf(fetched[3] as DatasetFixture)])
    })

    it('lets nothing go without a policy', async () => {
      const { store, uploadOf } = await fullStore()
      store.setEviction(undefined)
      await expect(store.beginUpload(uploadOf(1))).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
      expect(await store.listDatasets()).toHaveLength(4)
    })

    it('frees for two uploads at once what both need', async () => {
      const { store, policy, uploadOf } = await fullStore()
      const init = uploadOf(-36_000)
      const outcomes = await Promise.allSettled([store.beginUpload(init), store.beginUpload(init)])
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
      expect(policy.gone).toHaveLength(1)
      for (const outcome of outcomes) if (outcome.status === 'fulfilled') await outcome.value.discard()
    })
  })

  describe('pins and uses', () => {
    const stores = useStores(harness)

    it('counts uploads as pinned and fetches as not, until somebody says otherwise, over restarts', async () => {
      const store = await stores.start({ now: () => 7 })
      const [own, fetched] = [await makeDataset(['a']), await makeDataset(['b'])]
      expect(await upload(store, own)).toMatchObject({ isPinned: true, lastUsedAtMs: 7 })
      expect(await store.addDataset(fetched)).toMatchObject({ isPinned: false, lastUsedAtMs: 7 })
      expect(await store.setPinned(own.manifestCid, false)).toBe(true)
      expect(await store.setPinned(fetched.manifestCid, true)).toBe(true)
      await store.noteUses([{ manifestCid: own.manifestCid, atMs: 9 }])
      await store.stop()
      const again = await stores.start()
      expect(await again.getDataset(own.manifestCid)).toMatchObject({ isPinned: false, lastUsedAtMs: 9 })
      expect(await again.getDataset(fetched.manifestCid)).toMatchObject({ isPinned: true, lastUsedAtMs: 7 })
    })

    it('keeps the latest of the uses, and forgets what was noted with the dataset', async () => {
      const store = await stores.start({ now: () => 7 })
      const dataset = await makeDataset(['a'])
      await fetchBlocks(store, dataset)
      const { manifestCid } = dataset
      await store.setPinned(manifestCid, true)
      await store.noteUses([30, 20].map((atMs) => ({ manifestCid, atMs })))
      await store.noteUses([{ manifestCid, atMs: 10 }])
      expect(await store.getDataset(manifestCid)).toMatchObject({ isPinned: true, lastUsedAtMs: 30 })
      await store.deleteDataset(manifestCid)
      expect(await store.setPinned(manifestCid, true)).toBe(false)
      await store.noteUses([{ manifestCid, atMs: 40 }])
      await store.addDataset(dataset)
      expect(await store.getDataset(manifestCid)).toMatchObject({ isPinned: false, lastUsedAtMs: 7 })
    })

    it('pins what was fetched once it is uploaded', async () => {
      const store = await stores.start()
      const dataset = await makeDataset(['a', 'b'])
      await fetchBlocks(store, dataset)
      expect(await upload(store, dataset)).toMatchObject({ origin: 'fetch', isPinned: true })
    })
  })
}
