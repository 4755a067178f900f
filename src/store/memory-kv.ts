import { QuireError } from '../errors.ts'
import {
  type Kv,
  type KvEntry,
  type KvRange,
  type KvReader,
  type KvTable,
  type KvWriter,
  keyOfText,
  textOfKey,
} from './kv.ts'
import { Mutex } from './mutex.ts'
import { WriteBuffer } from './write-buffer.ts'

/** A `Kv` that lives as long as the object; it keeps what it holds over `close` and `open`, as a disk would. */
export class MemoryKv<Table extends string = KvTable> implements Kv<Table> {
  readonly #tables = new Map<Table, MemoryTable>()
  /** Reads take their turn too, so that each sees one state; none of them waits for anything outside. */
  readonly #turns = new Mutex()
  #isOpen = false

  async open(): Promise<void> {
    this.#isOpen = true
  }

  async close(): Promise<void> {
    await this.#turns.run(async () => {
      this.#isOpen = false
    })
  }

  async read<T>(work: (tx: KvReader<Table>) => Promise<T>): Promise<T> {
    return this.#turns.run(async () => work(this.#reader()))
  }

  async write<T>(work: (tx: KvWriter<Table>) => Promise<T>): Promise<T> {
    return this.#turns.run(async () => {
      const buffer = new WriteBuffer<Table>(this.#reader())
      const result = await work(buffer)
      for (const { table, key, value } of buffer.changes()) this.#table(table).set(textOfKey(key), value?.slice())
      return result
    })
  }

  #reader(): KvReader<Table> {
    if (!this.#isOpen) throw new QuireError('ERR_STORE_UNAVAILABLE', 'The store is not open.')
    return {
      get: async (table, key) => this.#table(table).get(textOfKey(key))?.slice(),
      has: async (table, key) => this.#table(table).get(textOfKey(key)) !== undefined,
      keys: async (table, range) => this.#table(table).textsIn(range).map(keyOfText),
      entries: async (table, range) => this.#table(table).entriesIn(range),
    }
  }

  #table(name: Table): MemoryTable {
    let table = this.#tables.get(name)
    if (table === undefined) {
      table = new MemoryTable()
      this.#tables.set(name, table)
    }
    return table
  }
}

class MemoryTable {
  readonly #values = new Map<string, Uint8Array>()
  /** Made by the first range that is asked for after a key came or went. */
  #sorted: readonly string[] | undefined

  get(text: string): Uint8Array | undefined {
    return this.#values.get(text)
  }

  /** `value`: undefined to delete. */
  set(text: string, value: Uint8Array | undefined): void {
    if (this.#values.has(text) !== (value !== undefined)) this.#sorted = undefined
    if (value === undefined) this.#values.delete(text)
    else this.#values.set(text, value)
  }

  entriesIn(range: KvRange): KvEntry[] {
    return this.textsIn(range).flatMap((text) => {
      const value = this.#values.get(text)
      return value === undefined ? [] : [{ key: keyOfText(text), value: value.slice() }]
    })
  }

  textsIn({ start, end, limit }: KvRange): readonly string[] {
    this.#sorted ??= [...this.#values.keys()].sort()
    const first = lowerBound(this.#sorted, textOfKey(start))
    const last = lowerBound(this.#sorted, textOfKey(end))
    return this.#sorted.slice(first, limit === undefined ? last : Math.min(last, first + limit))
  }
}

/** Place of the first text that is not less than `wanted`. */
function lowerBound(sorted: readonly string[], wanted: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? '') < wanted) low = middle + 1
    else high = middle
  }
  return low
}
