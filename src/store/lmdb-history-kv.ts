import { HISTORY_TABLES, type HistoryKv } from './history-kv.ts'
import { LmdbKv } from './lmdb-kv.ts'

/** The history database of Node, in a folder of its own; not yet open. */
export function createLmdbHistoryKv({ path }: { path: string }): HistoryKv {
  return new LmdbKv(path, { tables: HISTORY_TABLES })
}
