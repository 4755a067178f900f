/**
 * Keeps a node that was taken for dead from writing into a database that another one has taken over.
 *
 *   open ─▶ the mark of this node into the database, once
 *   write ─▶ the mark is read in the same transaction ─▶ its own: written      ─▶ another’s: nothing is written, `onMoved`
 *
 * A robbed holder of a Web Lock is told so when its thread gets to it. What it does before that rests on what it read before
 * the next node began, and the files of blocks, which the browser gives to one at a time, are not everywhere.
 */
import { isQuireError, QuireError } from '../errors.ts'
import type { AbortOptions } from './block-store.ts'
import type { Kv, KvReader, KvTable, KvWriteOptions, KvWriter } from './kv.ts'

const MARK_KEY = new TextEncoder().encode('node-in-charge')
const MARK_BYTES = 16

interface FenceInit<Table extends string> {
  /** Where the mark lies; nothing else there has its key, “node-in-charge”. */
  readonly table: Table
  /** Called with each write that was refused. */
  readonly onMoved: (reason: QuireError) => void
}

/** One node’s claim to one database, for all connections that it has to it. */
export class Fence<Table extends string = KvTable> {
  readonly #table: Table
  readonly #onMoved: (reason: QuireError) => void
  readonly #mark = crypto.getRandomValues(new Uint8Array(MARK_BYTES))
  #claiming: Promise<void> | undefined
  /** Whether the database was so full that not even a mark fitted, and having none is this node’s. */
  #isUnmarked = false

  constructor(init: FenceInit<Table>) {
    this.#table = init.table
    this.#onMoved = init.onMoved
  }

  /** The same database, which the first `open` claims; errors of `write`, beside its own: `ERR_NODE_MOVED`. */
  guard(kv: Kv<Table>): Kv<Table> {
    return new FencedKv(kv, this)
  }

  /** Once for all connections: one that is opened later must not take the database back from the next node. */
  async claim(kv: Kv<Table>): Promise<void> {
    this.#claiming ??= this.#claim(kv)
    try {
      await this.#claiming
    } catch (error) {
      this.#claiming = undefined
      throw error
    }
  }

  /** Throws, inside a transaction, where another node has claimed the database since. */
  async check(tx: KvReader<Table>): Promise<void> {
    const mark = await tx.get(this.#table, MARK_KEY)
    const isOwn = mark === undefined ? this.#isUnmarked : this.#mark.every((byte, i) => byte === mark[i])
    if (isOwn) return
    const reason = new QuireError('ERR_NODE_MOVED', 'Another tab of this browser took Quire over.')
    this.#onMoved(reason)
    throw reason
  }

  async #claim(kv: Kv<Table>): Promise<void> {
    this.#isUnmarked = false
    try {
      await kv.write(async (tx) => tx.put(this.#table, MARK_KEY, this.#mark))
    } catch (error) {
      if (!isQuireError(error, 'ERR_STORE_FULL')) throw error
      // To delete is allowed without any room, and takes the database from the node before as well.
      await kv.write(async (tx) => tx.delete(this.#table, MARK_KEY))
      this.#isUnmarked = true
    }
  }
}

class FencedKv<Table extends string> implements Kv<Table> {
  readonly #kv: Kv<Table>
  readonly #fence: Fence<Table>

  constructor(kv: Kv<Table>, fence: Fence<Table>) {
    this.#kv = kv
    this.#fence = fence
  }

  async open(options?: AbortOptions): Promise<void> {
    await this.#kv.open(options)
    await this.#fence.claim(this.#kv)
  }

  async close(): Promise<void> {
    await this.#kv.close()
  }

  async read<T>(work: (tx: KvReader<Table>) => Promise<T>): Promise<T> {
    return this.#kv.read(work)
  }

  async write<T>(work: (tx: KvWriter<Table>) => Promise<T>, options?: KvWriteOptions): Promise<T> {
    return this.#kv.write(async (tx) => {
      // Asked first and answered first, so that the work need not wait for it; what it puts is undone where the check throws.
      const checking = this.#fence.check(tx)
      const [checked, worked] = await Promise.allSettled([checking, work(tx)])
      if (checked.status === 'rejected') throw checked.reason
      if (worked.status === 'rejected') throw worked.reason
      return worked.value
    }, options)
  }
}
