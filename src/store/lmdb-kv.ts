import { mkdir, statfs } from 'node:fs/promises'
import { type RootDatabase, TransactionFlags, open } from 'lmdb'
import { QuireError } from '../errors.ts'
import {
  KV_TABLES,
  type Kv,
  type KvRange,
  type KvReader,
  type KvTable,
  type KvWriteOptions,
  type KvWriter,
} from './kv.ts'
import { Mutex } from './mutex.ts'
import { type KvChange, WriteBuffer } from './write-buffer.ts'

const MARGIN_BYTES = 1 << 20

type Database = RootDatabase<Buffer, Uint8Array>

/**
 * A `Kv` in an LMDB folder, for Node; one process at a time. Errors of `open` besides: `ERR_STORE_FOLDER_UNUSABLE`,
 * `ERR_STORE_IN_USE`.
 *
 * All tables share one LMDB database, told apart by the first byte of the key, so a batch is one transaction.
 */
export class LmdbKv implements Kv {
  readonly #path: string
  readonly #writers = new Mutex()
  #database: Database | undefined

  constructor(path: string) {
    this.#path = path
  }

  async open(): Promise<void> {
    if (this.#database !== undefined) return
    let database: Database
    try {
      await mkdir(this.#path, { recursive: true })
      database = open<Buffer, Uint8Array>(this.#path, {
        encoding: 'binary',
        keyEncoding: 'binary',
        // A folder whose name ends like a file’s would be taken for a file.
        noSubdir: false,
        // Without it a write that was not flushed could damage the file at a power cut; it is off on Windows by default.
        overlappingSync: true,
      })
    } catch (cause) {
      throw new QuireError('ERR_STORE_FOLDER_UNUSABLE', `The store in ${this.#path} cannot be opened.`, { cause })
    }
    const owner = otherOwner(database)
    if (owner !== undefined) {
      await database.close()
      throw new QuireError('ERR_STORE_IN_USE', `Process ${owner} uses the store in ${this.#path}.`)
    }
    // A first read enters this process in LMDB’s list of readers, where others find it.
    database.get(fullKey('meta', new Uint8Array()))
    this.#database = database
  }

  async close(): Promise<void> {
    await this.#writers.run(async () => {
      const database = this.#database
      this.#database = undefined
      await database?.close()
    })
  }

  async read<T>(work: (tx: KvReader) => Promise<T>): Promise<T> {
    const database = this.#opened()
    const transaction = database.useReadTransaction()
    try {
      return await work(readerOf(database, { transaction }))
    } finally {
      transaction.done()
    }
  }

  async write<T>(work: (tx: KvWriter) => Promise<T>, { isDurable = false }: KvWriteOptions = {}): Promise<T> {
    return this.#writers.run(async () => {
      const database = this.#opened()
      const buffer = new WriteBuffer(readerOf(database, {}))
      const result = await work(buffer)
      const changes = [...buffer.changes()]
      try {
        if (changes.length > 0) apply(database, changes, isDurable)
      } catch (cause) {
        throw await writeError(cause, this.#path, changes)
      }
      return result
    })
  }

  #opened(): Database {
    if (this.#database !== undefined) return this.#database
    throw new QuireError('ERR_STORE_UNAVAILABLE', 'The store is not open.')
  }
}

/**
 * The process id of another process that has the store open: two would free each other’s uploads. LMDB drops entries of
 * processes that died; a line of its list begins with the process id.
 */
function otherOwner(database: Database): number | undefined {
  database.readerCheck()
  const owners = [...database.readerList().matchAll(/^\s*(\d+)\s/gm)].map(([, pid]) => Number(pid))
  return owners.find((pid) => pid !== process.pid)
}

/**
 * Synchronous on purpose: lmdb’s queued writes leave unhandled rejections behind when the disk is full. A group of a
 * few MB takes a few milliseconds, for only durable writes wait for the disk.
 */
function apply(database: Database, changes: readonly KvChange[], isDurable: boolean): void {
  const { ABORTABLE, SYNCHRONOUS_COMMIT, NO_SYNC_FLUSH } = TransactionFlags
  const flags = ABORTABLE | SYNCHRONOUS_COMMIT | (isDurable ? 0 : NO_SYNC_FLUSH)
  const write = (): void => {
    for (const { table, key, value } of changes) {
      if (value === undefined) database.removeSync(fullKey(table, key))
      else database.putSync(fullKey(table, key), bufferOf(value))
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- it takes a sum of flags, its type knows single ones
  database.transactionSync(write, flags)
}

function readerOf(database: Database, options: Parameters<Database['get']>[1]): KvReader {
  return {
    get: async (table, key) => attempt(() => bytesOf(database.get(fullKey(table, key), options))),
    has: async (table, key) => attempt(() => doesExist(database, fullKey(table, key), options)),
    keys: async (table, range) => attempt(() => keysOf(database, options, { table, ...range })),
  }
}

/** Only a read outside a snapshot can be asked for the key alone. */
function doesExist(database: Database, key: Uint8Array, options: Parameters<Database['get']>[1]): boolean {
  return options?.transaction === undefined ? database.doesExist(key) : database.get(key, options) !== undefined
}

function keysOf(
  database: Database,
  options: Parameters<Database['get']>[1],
  { table, start, end, limit }: KvRange & { table: KvTable },
): Uint8Array[] {
  const range = { ...options, start: fullKey(table, start), end: fullKey(table, end) }
  const keys = database.getKeys(limit === undefined ? range : { ...range, limit })
  return Array.from(keys, (key) => Uint8Array.from(key.subarray(1)))
}

function fullKey(table: KvTable, key: Uint8Array): Uint8Array {
  const full = new Uint8Array(1 + key.byteLength)
  // LMDB’s wrapper keeps the lowest keys for itself.
  full[0] = 0x10 + KV_TABLES.indexOf(table)
  full.set(key, 1)
  return full
}

function bytesOf(buffer: Buffer | undefined): Uint8Array | undefined {
  return buffer && new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function attempt<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw failed(cause)
  }
}

function failed(cause: unknown): QuireError {
  return new QuireError('ERR_STORE_FAILED', 'The store on this disk does not answer.', { cause })
}

/** LMDB reports a full disk as ENOSPC or, after a short write, as EIO: the disk’s own word decides. */
async function writeError(cause: unknown, path: string, changes: readonly KvChange[]): Promise<QuireError> {
  const bytes = changes.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0)
  const disk = await statfs(path).catch(() => undefined)
  // Pages, branches and free lists come on top of the values.
  if (disk !== undefined && disk.bavail * disk.bsize > 2 * bytes + MARGIN_BYTES) return failed(cause)
  return new QuireError('ERR_STORE_FULL', 'The disk is full.', { cause })
}
