import { MemoryKv } from './memory-kv.ts'
import { KvSettings, type SettingsStore } from './settings-store.ts'

/** Settings that are gone with the page or process. */
export function createMemorySettings(): SettingsStore {
  return new KvSettings(new MemoryKv())
}
