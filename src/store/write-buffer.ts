import { type KvRange, type KvReader, type KvTable, type KvWriter, keyOfText, textOfKey } from './kv.ts'

export interface KvChange {
  readonly table: KvTable
  readonly key: Uint8Array
  /** Undefined for a deletion. */
  readonly value: Uint8Array | undefined
}

/**
 * A write transaction that holds its changes back: reads see them over `base`, and `changes` is what to apply at once.
 *
 * For backends whose own transactions cannot span an `await`; only one may be at work on a database at a time.
 */
export class WriteBuffer implements KvWriter {
  readonly #base: KvReader
  readonly #tables = new Map<KvTable, Map<string, KvChange>>()

  constructor(base: KvReader) {
    this.#base = base
  }

  async get(table: KvTable, key: Uint8Array): Promise<Uint8Array | undefined> {
    const change = this.#changed(table, key)
    return change === undefined ? this.#base.get(table, key) : change.value?.slice()
  }

  async has(table: KvTable, key: Uint8Array): Promise<boolean> {
    const change = this.#changed(table, key)
    return change === undefined ? this.#base.has(table, key) : change.value !== undefined
  }

  async keys(table: KvTable, range: KvRange): Promise<Uint8Array[]> {
    const changes = this.#tables.get(table)
    if (changes === undefined) return this.#base.keys(table, range)
    const { start, end, limit } = range
    // As many more as this transaction may have deleted among the first `limit`.
    const wanted = limit === undefined ? undefined : limit + changes.size
    const texts = new Set((await this.#base.keys(table, { start, end, limit: wanted })).map(textOfKey))
    const [first, last] = [textOfKey(start), textOfKey(end)]
    for (const [text, change] of changes) {
      if (change.value === undefined) texts.delete(text)
      else if (text >= first && text < last) texts.add(text)
    }
    return [...texts].toSorted().slice(0, limit).map(keyOfText)
  }

  put(table: KvTable, key: Uint8Array, value: Uint8Array): void {
    this.#change({ table, key, value })
  }

  delete(table: KvTable, key: Uint8Array): void {
    this.#change({ table, key, value: undefined })
  }

  *changes(): Generator<KvChange> {
    for (const table of this.#tables.values()) yield* table.values()
  }

  #changed(table: KvTable, key: Uint8Array): KvChange | undefined {
    return this.#tables.get(table)?.get(textOfKey(key))
  }

  #change(change: KvChange): void {
    let changes = this.#tables.get(change.table)
    if (changes === undefined) {
      changes = new Map()
      this.#tables.set(change.table, changes)
    }
    changes.set(textOfKey(change.key), change)
  }
}
