import { KV_TABLES } from './kv.ts'
import { LmdbKv } from './lmdb-kv.ts'
import { KvSettings, type SettingsStore } from './settings-store.ts'

/** Settings in the folder that `createLmdbBlockStore` uses under the same path. */
export function createLmdbSettings({ path }: { path: string }): SettingsStore {
  return new KvSettings(new LmdbKv(path, { tables: KV_TABLES }))
}
