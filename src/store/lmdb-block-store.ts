import { statfs } from 'node:fs/promises'
import type { BlockStore } from './block-store.ts'
import { KvBlockStore, type KvBlockStoreInit } from './kv-block-store.ts'
import { KV_TABLES } from './kv.ts'
import { LmdbKv } from './lmdb-kv.ts'
import { quotaProbe } from './quota.ts'
import type { SpaceProbe } from './space-ledger.ts'

/** As a native node has it: logos-storage-nim, repostore. */
const DEFAULT_QUOTA_BYTES = 20 * 1024 ** 3

export interface LmdbBlockStoreInit extends KvBlockStoreInit {
  /** Folder of the database; made where it is missing. */
  readonly path: string
  /** 20 GiB where it is not given. */
  readonly quotaBytes?: number | undefined
}

/** The block store of Node: one LMDB folder, one process at a time. */
export function createLmdbBlockStore(init: LmdbBlockStoreInit): BlockStore {
  return new KvBlockStore({ kv: new LmdbKv(init.path, { tables: KV_TABLES }), probe: diskProbe(init) }, init)
}

/** The quota, or what the disk has left where that is less. */
function diskProbe({ path, quotaBytes = DEFAULT_QUOTA_BYTES }: Omit<LmdbBlockStoreInit, 'now'>): SpaceProbe {
  return quotaProbe({
    quotaBytes,
    async measure() {
      const disk = await statfs(path)
      return { freeBytes: disk.bavail * disk.bsize }
    },
  })
}
