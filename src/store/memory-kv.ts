import { QuireError } from '../errors.ts'
import { type Kv, type KvRange, type KvReader, type KvTable, type KvWriter, keyOfText, textOfKey } from './kv.ts'
import { Mutex } from './mutex.ts'
import { WriteBuffer } from './write-buffer.ts'

/** A `Kv` that lives as long as the object; it keeps what it holds over `close` and `open`, as a disk would. */
export class MemoryKv implements Kv {
  readonly #tables = new Map<KvTable, Map<string, Uint8Array>>()
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

  async read<T>(work: (tx: KvReader) => Promise<T>): Promise<T> {
    return this.#turns.run(async () => work(this.#reader()))
  }

  async write<T>(work: (tx: KvWriter) => Promise<T>): Promise<T> {
    return this.#turns.run(async () => {
      const buffer = new WriteBuffer(this.#reader())
      const result = await work(buffer)
      for (const { table, key, value } of buffer.changes()) {
        if (value === undefined) this.#table(table).delete(textOfKey(key))
        else this.#table(table).set(textOfKey(key), value.slice())
      }
      return result
    })
  }

  #reader(): KvReader {
    if (!this.#isOpen) throw new QuireError('ERR_STORE_UNAVAILABLE', 'The store is not open.')
    return {
      get: async (table, key) => this.#table(table).get(textOfKey(key))?.slice(),
      has: async (table, key) => this.#table(table).has(textOfKey(key)),
      keys: async (table, range) => this.#keys(table, range),
    }
  }

  #keys(table: KvTable, { start, end, limit }: KvRange): Uint8Array[] {
    const [first, last] = [textOfKey(start), textOfKey(end)]
    const texts = [...this.#table(table).keys()].filter((text) => text >= first && text < last)
    return texts.toSorted().slice(0, limit).map(keyOfText)
  }

  #table(name: KvTable): Map<string, Uint8Array> {
    let table = this.#tables.get(name)
    if (table === undefined) {
      table = new Map()
      this.#tables.set(name, table)
    }
    return table
  }
}
