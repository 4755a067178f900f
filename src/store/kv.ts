/**
 * The small transactional key-value port under the block store and the history of communities, each with tables and a
 * database of its own: their logic is written once, over this.
 *
 *   kv-block-store.ts, history/timeline ──▶ Kv ◀── idb-kv.ts (browser) · lmdb-kv.ts (Node) · memory-kv.ts
 *
 * Keys and values are bytes; keys order as unsigned bytes. `read` sees one state of the database, `write` is all or
 * nothing and runs alone. Inside either, only operations of `tx` may be awaited: IndexedDB commits a transaction as
 * soon as nothing is asked of it, so a group of requests is issued together and awaited together.
 */
import type { AbortOptions } from './block-store.ts'

/**
 * blocks: digest → padded bytes · refs: digest → uses, only where more than one · trees: id → record ·
 * roots: root digest → id of the live tree · pages: id, kind, number → page · manifests: digest → record ·
 * meta: counters · settings: name → bytes.
 */
export const KV_TABLES = ['blocks', 'refs', 'trees', 'roots', 'pages', 'manifests', 'meta', 'settings'] as const
export type KvTable = (typeof KV_TABLES)[number]

export interface KvRange {
  /** First key. */
  readonly start: Uint8Array
  /** One past the last key. */
  readonly end: Uint8Array
  /** All keys of the range where it is not given. */
  readonly limit?: number | undefined
}

export interface KvEntry {
  readonly key: Uint8Array
  /** A copy that the caller may change. */
  readonly value: Uint8Array
}

/** `Table` is one name of a database’s tables; those of the block store where it is not given. */
export interface KvReader<Table extends string = KvTable> {
  /** A copy that the caller may change. */
  get(table: Table, key: Uint8Array): Promise<Uint8Array | undefined>
  has(table: Table, key: Uint8Array): Promise<boolean>
  /** Keys of a range, in order. */
  keys(table: Table, range: KvRange): Promise<Uint8Array[]>
  /** Keys and values of a range, in order of the keys, at the cost of one question. */
  entries(table: Table, range: KvRange): Promise<KvEntry[]>
}

/** Failures of `put` and `delete` come out of `Kv.write`; reads after them see them. */
export interface KvWriter<Table extends string = KvTable> extends KvReader<Table> {
  /** `value` must stay unchanged until `Kv.write` settles. */
  put(table: Table, key: Uint8Array, value: Uint8Array): void
  delete(table: Table, key: Uint8Array): void
}

export interface KvWriteOptions {
  /** Resolve only when the write survives a power cut; without it, a group may be lost whole, never in part. */
  readonly isDurable?: boolean | undefined
}

/**
 * Errors of every method but `close`: `ERR_STORE_UNAVAILABLE` (not open, cannot be opened), `ERR_NODE_UNREACHABLE`
 * (`open`: another tab keeps the files), `ERR_STORE_FULL`, `ERR_STORE_FAILED`; what `work` throws comes out as it is, with
 * nothing written. `work` may be run again from its beginning, so it changes nothing outside `tx` that a second run would
 * not change alike.
 */
export interface Kv<Table extends string = KvTable> {
  /** Safe to call twice. */
  open(options?: AbortOptions): Promise<void>
  /** Waits for what runs. */
  close(): Promise<void>
  read<T>(work: (tx: KvReader<Table>) => Promise<T>): Promise<T>
  write<T>(work: (tx: KvWriter<Table>) => Promise<T>, options?: KvWriteOptions): Promise<T>
}

/** Bytes as the key of a `Map`: one character a byte, so that texts order as the bytes do. */
export function textOfKey(key: Uint8Array): string {
  let text = ''
  for (const byte of key) text += String.fromCharCode(byte)
  return text
}

/** The inverse of `textOfKey`. */
export function keyOfText(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
