import { HISTORY_TABLES, type HistoryKv } from './history-kv.ts'
import { IdbKv } from './idb-kv.ts'

/** The history database of a browser; not yet open. */
export function createIdbHistoryKv({ databaseName }: { databaseName: string }): HistoryKv {
  return new IdbKv(databaseName, { tables: HISTORY_TABLES })
}
