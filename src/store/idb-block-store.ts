import type { BlockStore } from './block-store.ts'
import type { Fence } from './fence.ts'
import { IdbKv } from './idb-kv.ts'
import { KvBlockStore, type KvBlockStoreInit } from './kv-block-store.ts'
import { KV_TABLES } from './kv.ts'
import { OpfsSlab } from './opfs-slab.ts'
import { quotaProbe } from './quota.ts'
import { SlabKv } from './slab-kv.ts'
import type { SpaceProbe } from './space-ledger.ts'

const IDLE_SYNC_MS = 1000

export interface IdbBlockStoreInit extends KvBlockStoreInit {
  readonly databaseName: string
  /** Less than the browser allows; the browser’s own quota holds in any case. */
  readonly quotaBytes?: number | undefined
  /** False to keep the bytes of blocks in the database, too, in a browser that has files for them. */
  readonly usesFiles?: boolean | undefined
  /** Refuses what this store writes once another node has the database. */
  readonly fence?: Fence | undefined
}

/**
 * The block store of a browser, one node at a time: one IndexedDB database, and in workers the bytes of blocks of 64 KiB in
 * files beside it, five times as fast (`docs/adr/0004-block-bytes-in-files.md`).
 */
export function createIdbBlockStore(init: IdbBlockStoreInit): BlockStore {
  const { databaseName, quotaBytes, usesFiles = true, fence } = init
  const database = new IdbKv(databaseName, { tables: KV_TABLES })
  const index = fence?.guard(database) ?? database
  const storeInit = { idleSyncMs: IDLE_SYNC_MS, ...init }
  if (!usesFiles) {
    return new KvBlockStore(
      { kv: index, probe: browserProbe(quotaBytes, () => 0) },
      { ...storeInit, canEmpty: () => true },
    )
  }
  const kv = new SlabKv({ index, slab: new OpfsSlab(`${databaseName}-blocks`) })
  // A file gives nothing back before a whole segment of it is free.
  const canEmpty = (): boolean => !kv.hasFiles
  return new KvBlockStore({ kv, probe: browserProbe(quotaBytes, () => kv.spareBytes) }, { ...storeInit, canEmpty })
}

/** The browser’s estimate for this origin; a browser that gives none lets every upload begin. */
function browserProbe(quotaBytes: number | undefined, spareBytes: () => number): SpaceProbe {
  return quotaProbe({
    quotaBytes,
    async measure() {
      // The types promise it everywhere; a page without https has none.
      const storage: StorageManager | undefined = navigator.storage
      const { quota = Number.MAX_SAFE_INTEGER, usage = 0 } = (await storage?.estimate()) ?? {}
      return { quotaBytes: quota, freeBytes: Math.max(0, quota - usage + spareBytes()) }
    },
  })
}
