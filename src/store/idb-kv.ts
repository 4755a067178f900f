import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb'
import { isQuireError, QuireError } from '../errors.ts'
import type { AbortOptions } from './block-store.ts'
import type { Kv, KvReader, KvTable, KvWriteOptions, KvWriter } from './kv.ts'

const SCHEMA_VERSION = 1

/** The names of tables are known to `Kv`; to the types of idb they are all alike. */
type AnyTable = 'any'
type Schema = DBSchema & Record<AnyTable, { key: Uint8Array | ArrayBuffer; value: Uint8Array }>
type Database = IDBPDatabase<Schema>
type ReadTransaction = IDBPTransaction<Schema, AnyTable[]>
type WriteTransaction = IDBPTransaction<Schema, AnyTable[], 'readwrite'>

/** An open request waits without a word while another tab holds the database against an upgrade or a deletion. */
const OPEN_TIMEOUT_MS = 15_000

const REFUSED_RETRIES = 20
const REFUSED_PAUSE_MS = 100

export interface IdbKvInit<Table extends string> {
  /** All that the database has. */
  readonly tables: readonly Table[]
  /** 15 s where it is not given. */
  readonly openTimeoutMs?: number | undefined
}

/**
 * A `Kv` in IndexedDB. A connection that the browser or another tab closes is opened again, and the transaction that it
 * took along, of which nothing was written, is run again, once.
 */
export class IdbKv<Table extends string = KvTable> implements Kv<Table> {
  readonly #name: string
  readonly #tables: AnyTable[]
  readonly #openTimeoutMs: number
  #isOpen = false
  #connection: Promise<Database> | undefined

  constructor(databaseName: string, init: IdbKvInit<Table>) {
    this.#name = databaseName
    this.#tables = init.tables.map(nameOf)
    this.#openTimeoutMs = init.openTimeoutMs ?? OPEN_TIMEOUT_MS
  }

  async open({ signal }: AbortOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    this.#isOpen = true
    await this.#connect()
  }

  async close(): Promise<void> {
    this.#isOpen = false
    const connection = this.#connection
    this.#connection = undefined
    // A connection that never opened has told its caller so.
    const database = await connection?.catch(() => undefined)
    database?.close()
  }

  async read<T>(work: (tx: KvReader<Table>) => Promise<T>): Promise<T> {
    return this.#transact((database) => {
      const tx = database.transaction(this.#tables, 'readonly')
      return settle(tx, () => work(readerOf(tx)))
    })
  }

  async write<T>(work: (tx: KvWriter<Table>) => Promise<T>, { isDurable = false }: KvWriteOptions = {}): Promise<T> {
    return this.#transact((database) => {
      const tx = database.transaction(this.#tables, 'readwrite', {
        durability: isDurable ? 'strict' : 'relaxed',
      })
      return settle(tx, () => work(writerOf(tx)))
    })
  }

  async #transact<T>(start: (database: Database) => Promise<T>): Promise<T> {
    const database = await this.#connect()
    const connection = this.#connection
    try {
      return await attemptStart(() => start(database))
    } catch (error) {
      if (!isLoss(error)) throw error
    }
    // Lost or only ill: what still runs on it ends, and a new one is tried.
    database.close()
    this.#forget(connection)
    const reopened = await this.#connect()
    return attemptStart(() => start(reopened))
  }

  async #connect(): Promise<Database> {
    if (!this.#isOpen) throw new QuireError('ERR_STORE_UNAVAILABLE', 'The store is not open.')
    const connection = (this.#connection ??= this.#openDatabase())
    try {
      return await connection
    } catch (cause) {
      this.#forget(connection)
      if (isQuireError(cause, 'ERR_STORE_UNAVAILABLE')) throw cause
      throw new QuireError('ERR_STORE_UNAVAILABLE', 'This browser does not open the store.', { cause })
    }
  }

  /** A database that is being cleared away refuses to open for a moment. */
  async #openDatabase(): Promise<Database> {
    for (let retry = 0; ; retry++) {
      try {
        return await this.#openOnce()
      } catch (error) {
        if (!isNamed(error, 'AbortError') || retry >= REFUSED_RETRIES) throw error
      }
      await new Promise((resolve) => setTimeout(resolve, REFUSED_PAUSE_MS))
    }
  }

  async #openOnce(): Promise<Database> {
    const opening = openDB<Schema>(this.#name, SCHEMA_VERSION, {
      upgrade: (created) => {
        for (const table of this.#tables) created.createObjectStore(table)
      },
      // Another tab wants to upgrade or delete the database and would wait for this connection for ever. A connection that
      // is closed, here or by the browser, is found out by the next transaction.
      blocking: () => void opening.then((database) => database.close()),
    })
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      const message = 'Another tab holds the store. Close the other tabs of this site and reload.'
      late.reject(new QuireError('ERR_STORE_UNAVAILABLE', message))
      // Nobody waits for it any more; left open it would hold others up in its turn.
      opening.then((database) => database.close()).catch(() => undefined)
    }, this.#openTimeoutMs)
    try {
      return await Promise.race([opening, late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  #forget(connection: Promise<Database> | undefined): void {
    if (this.#connection === connection) this.#connection = undefined
  }
}

/** A transaction cannot begin on a connection that is closed, which the browser throws at once. */
async function attemptStart<T>(start: () => Promise<T>): Promise<T> {
  let running: Promise<T>
  try {
    running = start()
  } catch (cause) {
    throw failed(cause)
  }
  return running
}

/** Whether the browser took a transaction away, or did not let it begin: `settle` and `attempt` name its reason as the cause. */
function isLoss(error: unknown): boolean {
  if (!isQuireError(error, 'ERR_STORE_FAILED')) return false
  return ['InvalidStateError', 'UnknownError', 'AbortError'].some((name) => isNamed(error.cause, name))
}

/** Runs `work` in a transaction that just began, and resolves when it is committed. */
async function settle<T>(tx: ReadTransaction | WriteTransaction, work: () => Promise<T>): Promise<T> {
  const done = tx.done.catch((cause: unknown) => {
    throw failed(cause)
  })
  // It may fail while `work` still waits for something; both ways below look at it.
  done.catch(() => undefined)
  try {
    const result = await work()
    await done
    return result
  } catch (error) {
    // Set where the browser gave the transaction up by itself; `error` is then only its echo.
    const cause = tx.error
    abort(tx)
    await done.catch(() => undefined)
    throw cause === null ? error : storeError(cause)
  }
}

function abort(tx: ReadTransaction | WriteTransaction): void {
  try {
    tx.abort()
  } catch (error) {
    // It has ended already, which is what we want.
    if (!isNamed(error, 'InvalidStateError')) throw error
  }
}

function readerOf<Table extends string>(tx: ReadTransaction | WriteTransaction): KvReader<Table> {
  return {
    get: async (table, key) => attempt(storeOf(tx, table).get(key)),
    has: async (table, key) => (await attempt(storeOf(tx, table).getKey(key))) !== undefined,
    keys: async (table, { start, end, limit }) => {
      const keys = await attempt(storeOf(tx, table).getAllKeys(boundsOf(start, end), limit))
      return keys.map((key) => new Uint8Array(key))
    },
    entries: async (table, { start, end, limit }) => {
      const [store, bounds] = [storeOf(tx, table), boundsOf(start, end)]
      const [keys, values] = await attempt(Promise.all([store.getAllKeys(bounds, limit), store.getAll(bounds, limit)]))
      return values.flatMap((value, i) => (keys[i] === undefined ? [] : [{ key: new Uint8Array(keys[i]), value }]))
    },
  }
}

function writerOf<Table extends string>(tx: WriteTransaction): KvWriter<Table> {
  return {
    ...readerOf<Table>(tx),
    put: (table, key, value) => ignoreHere(tx.objectStore(nameOf(table)).put(compact(value), key)),
    delete: (table, key) => ignoreHere(tx.objectStore(nameOf(table)).delete(key)),
  }
}

function storeOf(tx: ReadTransaction | WriteTransaction, table: string) {
  return (tx as ReadTransaction).objectStore(nameOf(table))
}

function nameOf(table: string): AnyTable {
  return table as AnyTable
}

function boundsOf(start: Uint8Array, end: Uint8Array): IDBKeyRange {
  return IDBKeyRange.bound(start, end, false, true)
}

/** A failed request aborts its transaction, and `settle` reports that. */
function ignoreHere(request: Promise<unknown>): void {
  request.catch(() => undefined)
}

/** IndexedDB stores the whole buffer that a view looks into: a block of a frame would keep the frame. */
function compact(value: Uint8Array): Uint8Array {
  return value.byteLength === value.buffer.byteLength ? value : value.slice()
}

async function attempt<T>(request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (cause) {
    throw failed(cause)
  }
}

function storeError(cause: unknown): QuireError {
  if (!isNamed(cause, 'QuotaExceededError')) return failed(cause)
  return new QuireError('ERR_STORE_FULL', 'The browser has no more room for this site.', { cause })
}

function failed(cause: unknown): QuireError {
  return new QuireError('ERR_STORE_FAILED', 'The browser’s store does not answer.', { cause })
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name
}
