import { createIdbBlockStore } from '../store/idb-block-store.ts'
import { createIdbSettings } from '../store/idb-settings.ts'
import type { BlockStore } from '../store/block-store.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import { createMemorySettings } from '../store/memory-settings.ts'
import type { SettingsStore } from '../store/settings-store.ts'

const DATABASE = 'quire'
/** A page shares its memory with all others of the browser. */
const MEMORY_QUOTA_BYTES = 256 * 1024 ** 2

/** What a browser’s node keeps. */
export interface BrowserDisk {
  /** Gone with the worker; no other tab sees it. */
  readonly isInMemory: boolean
  openStore(): BlockStore
  /** Each caller closes its own. */
  openSettings(): SettingsStore
  isPersistent(): Promise<boolean>
}

/** In the databases of this origin. */
export const originDisk: BrowserDisk = {
  isInMemory: false,
  openStore: () => createIdbBlockStore({ databaseName: DATABASE }),
  openSettings: () => createIdbSettings({ databaseName: DATABASE }),
  isPersistent: () => navigator.storage.persisted(),
}

/** Where the browser allows no storage, or none is wanted: every settings store begins empty. */
export const memoryDisk: BrowserDisk = {
  isInMemory: true,
  openStore: () => createMemoryBlockStore({ quotaBytes: MEMORY_QUOTA_BYTES }),
  openSettings: createMemorySettings,
  isPersistent: async () => false,
}
