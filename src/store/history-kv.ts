/**
 * The database of what communities said, apart from the blocks’ own, so that neither waits for the other’s transactions.
 *
 * Keys begin with the community’s 33 bytes; `history/timeline/keys.ts` has the rest.
 */
import type { Kv } from './kv.ts'

/**
 * segments: one record for each archive that was read, and one for live messages · pages: up to 128 messages · effects: edits
 * and the like whose target is elsewhere · ids: where each message is · filters: what `ids` holds, for a quick no · terms:
 * words to messages · blobs: images and files · meta: channels, names, counters · envelopes: what the owner keeps until
 * it is archived · settings: name → bytes.
 *
 * The order is part of the LMDB format: new ones go to the end.
 */
export const HISTORY_TABLES = [
  'segments',
  'pages',
  'effects',
  'ids',
  'filters',
  'terms',
  'blobs',
  'meta',
  'envelopes',
  'settings',
] as const
export type HistoryTable = (typeof HISTORY_TABLES)[number]
export type HistoryKv = Kv<HistoryTable>
