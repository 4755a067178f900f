import { IdbKv } from './idb-kv.ts'
import { KV_TABLES } from './kv.ts'
import { KvSettings, type SettingsStore } from './settings-store.ts'

/** Settings in the database that `createIdbBlockStore` uses under the same name. */
export function createIdbSettings({ databaseName }: { databaseName: string }): SettingsStore {
  return new KvSettings(new IdbKv(databaseName, { tables: KV_TABLES }))
}
