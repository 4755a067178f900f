/** What a node in a process keeps: in a folder, or in memory. */
import { join, resolve } from 'node:path'
import { QuireError } from '../errors.ts'
import { LIVE_TABLES, type LiveTable } from '../history/live/live-keys.ts'
import type { BlockStore } from '../store/block-store.ts'
import type { HistoryKv, HistoryTable } from '../store/history-kv.ts'
import type { Kv } from '../store/kv.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import { MemoryKv } from '../store/memory-kv.ts'
import { createMemorySettings } from '../store/memory-settings.ts'
import type { SettingsStore } from '../store/settings-store.ts'

export interface OpenDisk {
  readonly store: BlockStore
  readonly settings: SettingsStore
  readonly kv: HistoryKv
  readonly liveKv: Kv<LiveTable>
  readonly isPersistent: boolean
}

export interface DiskInit {
  /** 1 GiB in memory and 20 GiB in a folder where it is not given. */
  readonly quotaBytes?: number | undefined
}

/** Keeps what it holds from one node to the next, as long as the object lives. */
export function memoryDisk(init: DiskInit = {}): OpenDisk {
  return {
    store: createMemoryBlockStore(init),
    settings: createMemorySettings(),
    kv: new MemoryKv<HistoryTable>(),
    liveKv: new MemoryKv<LiveTable>(),
    isPersistent: false,
  }
}

/** The stores tell processes apart; two nodes of one process would share a folder, and their peer id. */
const FOLDERS_IN_USE = new Set<string>()

/** Keeps a folder for one node of this process; returns the end of that. Errors: `ERR_STORE_IN_USE`. */
export function takeFolder(folder: string): () => void {
  const path = resolve(folder)
  if (FOLDERS_IN_USE.has(path)) {
    throw new QuireError('ERR_STORE_IN_USE', `Another node of this process uses the folder ${path}.`)
  }
  FOLDERS_IN_USE.add(path)
  return () => FOLDERS_IN_USE.delete(path)
}

/** One node at a time; a new one for each. LMDB, which is native code, is loaded only here. */
export async function folderDisk(folder: string, init: DiskInit = {}): Promise<OpenDisk> {
  const [{ createLmdbBlockStore }, { createLmdbSettings }, { createLmdbHistoryKv }, { LmdbKv }] = await Promise.all([
    import('../store/lmdb-block-store.ts'),
    import('../store/lmdb-settings.ts'),
    import('../store/lmdb-history-kv.ts'),
    import('../store/lmdb-kv.ts'),
  ])
  const path = join(folder, 'blocks')
  return {
    store: createLmdbBlockStore({ path, ...init }),
    settings: createLmdbSettings({ path }),
    kv: createLmdbHistoryKv({ path: join(folder, 'history') }),
    liveKv: new LmdbKv(join(folder, 'live'), { tables: LIVE_TABLES }),
    isPersistent: true,
  }
}
