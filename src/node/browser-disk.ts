import { createIdbBlockStore } from '../store/idb-block-store.ts'
import { createIdbSettings } from '../store/idb-settings.ts'
import type { QuireError } from '../errors.ts'
import type { BlockStore } from '../store/block-store.ts'
import { Fence } from '../store/fence.ts'
import type { Kv } from '../store/kv.ts'
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
  /** Of blocks and settings; those of communities begin with it. */
  readonly databaseName: string
  openStore(): BlockStore
  /** Each caller closes its own. */
  openSettings(): SettingsStore
  /** Another of its databases, which is claimed as those of blocks and settings are; `table` has room for the mark. */
  guard<Table extends string>(kv: Kv<Table>, table: Table): Kv<Table>
  isPersistent(): Promise<boolean>
}

export interface BrowserDiskInit {
  /** Undefined for the databases of Quire’s own page. */
  readonly name?: string | undefined
  readonly quotaBytes?: number | undefined
}

/**
 * In the databases of this origin. With `onMoved` they are claimed for one node, and refuse what it writes once the next has
 * claimed them (`store/fence.ts`); without it they are looked into by one that waits for its turn.
 */
export function originDisk(
  { name, quotaBytes }: BrowserDiskInit,
  { onMoved }: { onMoved?: (reason: QuireError) => void } = {},
): BrowserDisk {
  // With a dot, so that no name makes those of another.
  const databaseName = name === undefined ? DATABASE : `${DATABASE}.${name}`
  const fence = onMoved && new Fence({ table: 'settings', onMoved })
  return {
    isInMemory: false,
    databaseName,
    openStore: () => createIdbBlockStore({ databaseName, quotaBytes, fence }),
    openSettings: () => createIdbSettings({ databaseName, fence }),
    guard: (kv, table) => (onMoved === undefined ? kv : new Fence({ table, onMoved }).guard(kv)),
    isPersistent: () => navigator.storage.persisted(),
  }
}

/** Where the browser allows no storage, or none is wanted: every settings store begins empty. */
export function memoryDisk({ quotaBytes = MEMORY_QUOTA_BYTES }: BrowserDiskInit = {}): BrowserDisk {
  return {
    isInMemory: true,
    databaseName: DATABASE,
    openStore: () => createMemoryBlockStore({ quotaBytes }),
    openSettings: createMemorySettings,
    guard: (kv) => kv,
    isPersistent: async () => false,
  }
}
