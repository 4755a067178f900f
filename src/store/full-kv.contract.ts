import { QuireError } from '../errors.ts'
import type { Kv, KvReader, KvTable, KvWriteOptions, KvWriter } from './kv.ts'

/** A `Kv` that is full as Chromium’s IndexedDB is: no transaction that puts anything is committed, one that only deletes is. */
export class FullKv<Table extends string = KvTable> implements Kv<Table> {
  readonly #kv: Kv<Table>
  isFull = false
  /** Called after a transaction that deleted something of a table. */
  onDeleted: (table: Table) => void = () => undefined

  constructor(kv: Kv<Table>) {
    this.#kv = kv
  }

  async open(): Promise<void> {
    await this.#kv.open()
  }

  async close(): Promise<void> {
    await this.#kv.close()
  }

  async read<T>(work: (tx: KvReader<Table>) => Promise<T>): Promise<T> {
    return this.#kv.read(work)
  }

  async write<T>(work: (tx: KvWriter<Table>) => Promise<T>, options?: KvWriteOptions): Promise<T> {
    const deletedFrom = new Set<Table>()
    const written = await this.#kv.write(async (tx) => {
      let hasPut = false
      const put: KvWriter<Table>['put'] = (...change) => {
        hasPut = true
        tx.put(...change)
      }
      const remove: KvWriter<Table>['delete'] = (table, key) => {
        deletedFrom.add(table)
        tx.delete(table, key)
      }
      const result = await work({ ...readerOf(tx), put, delete: remove })
      if (hasPut && this.isFull) throw new QuireError('ERR_STORE_FULL', 'There is no more room.')
      return result
    }, options)
    for (const table of deletedFrom) this.onDeleted(table)
    return written
  }
}

function readerOf<Table extends string>(tx: KvReader<Table>): KvReader<Table> {
  return {
    get: (table, key) => tx.get(table, key),
    has: (table, key) => tx.has(table, key),
    keys: (table, range) => tx.keys(table, range),
    entries: (table, range) => tx.entries(table, range),
  }
}
