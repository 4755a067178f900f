import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asTreeCid, type ManifestCid } from '../../codec/cid.ts'
import { uploadDataset } from '../../dataset/upload.ts'
import type { BlockStore } from '../../store/block-store.ts'
import { DatasetUses } from '../dataset-uses.ts'
import type { BackupParts } from './backup-parts.ts'
import { Backups } from './backups.ts'

/** Blocks of the size that browsers keep in files. */
const BLOCK_SIZE_BYTES = 65_536
const nothing = async (): Promise<void> => undefined

export interface BackupStores {
  /** A new store that has not started. */
  create(name: string, quotaBytes: number | undefined): Promise<BlockStore>
  remove(name: string): Promise<void>
}

/** Backups over the block stores of a backend. */
export function describeBackups(name: string, harness: BackupStores): void {
  describe(`backups over ${name}`, () => {
    const stores = new Map<string, BlockStore>()
    let from: { store: BlockStore; backups: Backups }

    beforeEach(async () => {
      from = await start()
    })

    afterEach(async () => {
      for (const [key, store] of stores) {
        await store.stop()
        await harness.remove(key)
      }
      stores.clear()
    })

    async function start(quotaBytes?: number) {
      const key = `backups-${crypto.randomUUID()}`
      const store = await harness.create(key, quotaBytes)
      await store.start()
      stores.set(key, store)
      return { store, backups: new Backups(partsOver(store)) }
    }

    async function add(seed: number, blocks: number, store = from.store): Promise<ManifestCid> {
      const bytes = new Uint8Array(blocks * BLOCK_SIZE_BYTES - 9).fill(seed)
      for (let block = 0; block < blocks; block++) bytes[block * BLOCK_SIZE_BYTES] = block
      return (await uploadDataset(store, new Blob([bytes]), { filename: `${seed}` })).manifestCid
    }

    it('bring back every dataset as it was, with its pins, and survive a restart', async () => {
      const [a, b] = [await add(1, 40), await add(2, 3)]
      await from.store.setPinned(b, false)
      const backup = await new Response(from.backups.export({})).blob()
      const to = await start()
      expect(await to.backups.import(backup, {})).toMatchObject({ isWhole: true, addedBlocks: 43, damagedBlocks: 0 })
      await to.store.stop()
      await to.store.start()
      for (const cid of [a, b]) expect(await to.store.getDataset(cid)).toEqual(await from.store.getDataset(cid))
      const treeCid = asTreeCid((await to.store.getDataset(a))?.manifest.treeCid ?? a)
      const [there, here] = [
        await from.store.getProvenBlocks(treeCid, [0, 21, 39]),
        await to.store.getProvenBlocks(treeCid, [0, 21, 39]),
      ]
      expect(here.map(({ digest }) => digest.join())).toEqual(there.map(({ digest }) => digest.join()))
      expect(here).toHaveLength(3)
    })

    it('take as much as fits, lose nothing that was there, and go on once there is room', async () => {
      const [a, b] = [await add(1, 40), await add(2, 60)]
      const backup = await new Response(from.backups.export({})).blob()
      const to = await start(70 * BLOCK_SIZE_BYTES)
      const own = await add(3, 20, to.store)
      const first = await to.backups.import(backup, {})
      expect(first.datasets.map(({ outcome }) => outcome).toSorted()).toEqual(['added', 'refused'])
      expect(first.datasets[0]).toMatchObject({ outcome: 'refused', error: { code: 'ERR_STORE_FULL' } })
      expect(await to.store.getDataset(own)).toMatchObject({ haveCount: 20 })
      expect(await to.store.getDataset(a)).toMatchObject({ haveCount: 40 })
      for (const cid of [a, own]) await to.store.deleteDataset(cid)
      await to.backups.import(backup, {})
      expect(await to.store.getDataset(b)).toMatchObject({ haveCount: 60 })
    })
  })
}

function partsOver(store: BlockStore): BackupParts {
  const log = (): void => undefined
  return {
    store,
    log,
    uses: new DatasetUses({ store, log }),
    quiet: { has: () => false, add: nothing, delete: nothing },
    announcer: { isAnnounced: () => true, setAnnounced: nothing, announce: nothing },
    uploadLimits: { limits: {}, set: nothing },
    feed: { tell: () => undefined, mark: () => undefined },
  }
}
