import type { BlockStore } from './block-store.ts'
import { IdbKv } from './idb-kv.ts'
import { KvBlockStore, type KvBlockStoreInit } from './kv-block-store.ts'
import { quotaProbe } from './quota.ts'
import type { SpaceProbe } from './space-ledger.ts'

export interface IdbBlockStoreInit extends KvBlockStoreInit {
  readonly databaseName: string
  /** Less than the browser allows; the browser’s own quota holds in any case. */
  readonly quotaBytes?: number | undefined
}

/** The block store of a browser, for workers and pages: one IndexedDB database, one node at a time. */
export function createIdbBlockStore(init: IdbBlockStoreInit): BlockStore {
  return new KvBlockStore({ kv: new IdbKv(init.databaseName), probe: browserProbe(init) }, init)
}

/** The browser’s estimate for this origin; a browser that gives none lets every upload begin. */
function browserProbe({ quotaBytes }: { quotaBytes?: number | undefined } = {}): SpaceProbe {
  return quotaProbe({
    quotaBytes,
    async measure() {
      // The types promise it everywhere; a page without https has none.
      const storage: StorageManager | undefined = navigator.storage
      const { quota = Number.MAX_SAFE_INTEGER, usage = 0 } = (await storage?.estimate()) ?? {}
      return { quotaBytes: quota, freeBytes: Math.max(0, quota - usage) }
    },
  })
}
