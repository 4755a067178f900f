import type { Fence } from './fence.ts'
import { IdbKv } from './idb-kv.ts'
import { KV_TABLES } from './kv.ts'
import { KvSettings, type SettingsStore } from './settings-store.ts'

interface IdbSettingsInit {
  readonly databaseName: string
  /** That of the block store. */
  readonly fence?: Fence | undefined
}

/** Settings in the database that `createIdbBlockStore` uses under the same name. */
export function createIdbSettings({ databaseName, fence }: IdbSettingsInit): SettingsStore {
  const database = new IdbKv(databaseName, { tables: KV_TABLES })
  return new KvSettings(fence?.guard(database) ?? database)
}
