import type { Kv, KvReader, KvTable, KvWriteOptions, KvWriter } from './kv.ts'

/** A `Kv` whose process dies at a chosen operation: that one and all after it fail. */
export class FaultKv<Table extends string = KvTable> implements Kv<Table> {
  readonly #kv: Kv<Table>
  readonly #failAt: number
  #count = 0

  /** `failAt`: 1-based operation, counting reads, writes and commits. */
  constructor(kv: Kv<Table>, failAt: number) {
    this.#kv = kv
    this.#failAt = failAt
  }

  get isDead(): boolean {
    return this.#count >= this.#failAt
  }

  async open(): Promise<void> {
    await this.#kv.open()
  }

  async close(): Promise<void> {
    await this.#kv.close()
  }

  async read<T>(work: (tx: KvReader<Table>) => Promise<T>): Promise<T> {
    return this.#kv.read((tx) => work(this.#readerOf(tx)))
  }

  async write<T>(work: (tx: KvWriter<Table>) => Promise<T>, options?: KvWriteOptions): Promise<T> {
    const result = await this.#kv.write(async (tx) => {
      const put: KvWriter<Table>['put'] = (...change) => {
        this.#step()
        tx.put(...change)
      }
      return work({ ...this.#readerOf(tx), put, delete: (table, key) => this.#delete(tx, { table, key }) })
    }, options)
    // Written, but nobody hears of it.
    this.#step()
    return result
  }

  #delete(tx: KvWriter<Table>, { table, key }: { table: Table; key: Uint8Array }): void {
    this.#step()
    tx.delete(table, key)
  }

  #readerOf(tx: KvReader<Table>): KvReader<Table> {
    return {
      get: async (table, key) => this.#after(() => tx.get(table, key)),
      has: async (table, key) => this.#after(() => tx.has(table, key)),
      keys: async (table, range) => this.#after(() => tx.keys(table, range)),
      entries: async (table, range) => this.#after(() => tx.entries(table, range)),
    }
  }

  async #after<T>(operation: () => Promise<T>): Promise<T> {
    this.#step()
    return operation()
  }

  #step(): void {
    if (this.#count < this.#failAt) this.#count++
    if (this.#count >= this.#failAt) throw new Error('The planted crash.')
  }
}
