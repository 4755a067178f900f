import type { BlockStore } from './block-store.ts'
import { KvBlockStore, type KvBlockStoreInit } from './kv-block-store.ts'
import { MemoryKv } from './memory-kv.ts'
import { quotaProbe } from './quota.ts'

const DEFAULT_QUOTA_BYTES = 1024 ** 3

export interface MemoryBlockStoreInit extends KvBlockStoreInit {
  /** 1 GiB where it is not given. */
  readonly quotaBytes?: number | undefined
}

/** A block store that is gone with the page or process; for tests, and for a browser that allows no storage. */
export function createMemoryBlockStore(init: MemoryBlockStoreInit = {}): BlockStore {
  const probe = quotaProbe({ quotaBytes: init.quotaBytes ?? DEFAULT_QUOTA_BYTES })
  return new KvBlockStore({ kv: new MemoryKv(), probe }, init)
}
