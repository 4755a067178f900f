import { type KvEntry, type KvRange, type KvReader, type KvTable, type KvWriter, keyOfText, textOfKey } from './kv.ts'

export interface KvChange<Table extends string = KvTable> {
  readonly table: Table
  readonly key: Uint8Array
  /** Undefined for a deletion. */
  readonly value: Uint8Array | undefined
}

/**
 * A write transaction that holds its changes back: reads see them over `base`, and `changes` is what to apply at once.
 *
 * For backends whose own transactions cannot span an `await`; only one may be at work on a database at a time.
 */
export class WriteBuffer<Table extends string = KvTable> implements KvWriter<Table> {
  readonly #base: KvReader<Table>
  readonly #tables = new Map<Table, Map<string, KvChange<Table>>>()

  constructor(base: KvReader<Table>) {
    this.#base = base
  }

  async get(table: Table, key: Uint8Array): Promise<Uint8Array | undefined> {
    const change = this.#changed(table, key)
    return change === undefined ? this.#base.get(table, key) : change.value?.slice()
  }

  async has(table: Table, key: Uint8Array): Promise<boolean> {
    const change = this.#changed(table, key)
    return change === undefined ? this.#base.has(table, key) : change.value !== undefined
  }

  async keys(table: Table, range: KvRange): Promise<Uint8Array[]> {
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

  async entries(table: Table, range: KvRange): Promise<KvEntry[]> {
    if (!this.#tables.has(table)) return this.#base.entries(table, range)
    const entries: KvEntry[] = []
    for (const key of await this.keys(table, range)) {
      const value = await this.get(table, key)
      if (value !== undefined) entries.push({ key, value })
    }
    return entries
  }

  put(table: Table, key: Uint8Array, value: Uint8Array): void {
    this.#change({ table, key, value })
  }

  delete(table: Table, key: Uint8Array): void {
    this.#change({ table, key, value: undefined })
  }

  *changes(): Generator<KvChange<Table>> {
    for (const table of this.#tables.values()) yield* table.values()
  }

  #changed(table: Table, key: Uint8Array): KvChange<Table> | undefined {
    return this.#tables.get(table)?.get(textOfKey(key))
  }

  #change(change: KvChange<Table>): void {
    let changes = this.#tables.get(change.table)
    if (changes === undefined) {
      changes = new Map()
      this.#tables.set(change.table, changes)
    }
    changes.set(textOfKey(change.key), change)
  }
}
