import { mkdir, statfs } from 'node:fs/promises'
import { type RootDatabase, TransactionFlags, open } from 'lmdb'
import { QuireError } from '../errors.ts'
import type { Kv, KvEntry, KvRange, KvReader, KvTable, KvWriteOptions, KvWriter } from './kv.ts'
import { Mutex } from './mutex.ts'
import { type KvChange, WriteBuffer } from './write-buffer.ts'

const MARGIN_BYTES = 1 << 20

/** LMDB’s wrapper keeps the lowest keys for itself. */
const FIRST_TABLE_BYTE = 0x10

type Database = RootDatabase<Buffer, Uint8Array>
type GetOptions = Parameters<Database['get']>[1]

interface Tables<Table extends string> {
  readonly database: Database
  readonly keys: TableKeys<Table>
}

/**
 * A `Kv` in an LMDB folder, for Node; one process at a time. Errors of `open` besides: `ERR_STORE_FOLDER_UNUSABLE`,
 * `ERR_STORE_IN_USE`.
 *
 * All tables share one LMDB database, told apart by the first byte of the key, so a batch is one transaction.
 */
export class LmdbKv<Table extends string = KvTable> implements Kv<Table> {
  readonly #path: string
  readonly #keys: TableKeys<Table>
  readonly #writers = new Mutex()
  #database: Database | undefined

  /** `tables` names all that the database has; its order must stay, for keys begin with the place in it. */
  constructor(path: string, { tables }: { readonly tables: readonly Table[] }) {
    this.#path = path
    this.#keys = new TableKeys(tables)
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
    database.get(Uint8Array.of(FIRST_TABLE_BYTE))
    this.#database = database
  }

  async close(): Promise<void> {
    await this.#writers.run(async () => {
      const database = this.#database
      this.#database = undefined
      await database?.close()
    })
  }

  async read<T>(work: (tx: KvReader<Table>) => Promise<T>): Promise<T> {
    const database = this.#opened()
    const transaction = database.useReadTransaction()
    try {
      return await work(readerOf({ database, keys: this.#keys }, { transaction }))
    } finally {
      transaction.done()
    }
  }

  async write<T>(work: (tx: KvWriter<Table>) => Promise<T>, { isDurable = false }: KvWriteOptions = {}): Promise<T> {
    return this.#writers.run(async () => {
      const database = this.#opened()
      const buffer = new WriteBuffer<Table>(readerOf({ database, keys: this.#keys }, {}))
      const result = await work(buffer)
      const changes = [...buffer.changes()]
      try {
        if (changes.length > 0) apply({ database, keys: this.#keys }, changes, isDurable)
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
function apply<Table extends string>(
  { database, keys }: Tables<Table>,
  changes: readonly KvChange<Table>[],
  isDurable: boolean,
): void {
  const { ABORTABLE, SYNCHRONOUS_COMMIT, NO_SYNC_FLUSH } = TransactionFlags
  const flags = ABORTABLE | SYNCHRONOUS_COMMIT | (isDurable ? 0 : NO_SYNC_FLUSH)
  const write = (): void => {
    for (const { table, key, value } of changes) {
      if (value === undefined) database.removeSync(keys.full(table, key))
      else database.putSync(keys.full(table, key), bufferOf(value))
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- it takes a sum of flags, its type knows single ones
  database.transactionSync(write, flags)
}

function readerOf<Table extends string>(tables: Tables<Table>, options: GetOptions): KvReader<Table> {
  const { database, keys } = tables
  return {
    get: async (table, key) => attempt(() => bytesOf(database.get(keys.full(table, key), options))),
    has: async (table, key) => attempt(() => doesExist(database, keys.full(table, key), options)),
    keys: async (table, range) => attempt(() => keysOf(tables, options, { table, ...range })),
    entries: async (table, range) => attempt(() => entriesOf(tables, options, { table, ...range })),
  }
}

/** Only a read outside a snapshot can be asked for the key alone. */
function doesExist(database: Database, key: Uint8Array, options: GetOptions): boolean {
  return options?.transaction === undefined ? database.doesExist(key) : database.get(key, options) !== undefined
}

function keysOf<Table extends string>(
  { database, keys }: Tables<Table>,
  options: GetOptions,
  range: TableRange<Table>,
): Uint8Array[] {
  return Array.from(database.getKeys({ ...options, ...keys.range(range) }), (key) => Uint8Array.from(key.subarray(1)))
}

function entriesOf<Table extends string>(
  { database, keys }: Tables<Table>,
  options: GetOptions,
  range: TableRange<Table>,
): KvEntry[] {
  return Array.from(database.getRange({ ...options, ...keys.range(range) }), ({ key, value }) => ({
    key: Uint8Array.from(key.subarray(1)),
    // The value lies in a buffer that the next step of the range uses again.
    value: Uint8Array.from(value),
  }))
}

type TableRange<Table extends string> = KvRange & { readonly table: Table }

/** Keys of all tables in one database. */
class TableKeys<Table extends string> {
  readonly #tables: readonly Table[]

  constructor(tables: readonly Table[]) {
    this.#tables = tables
  }

  full(table: Table, key: Uint8Array): Uint8Array {
    const full = new Uint8Array(1 + key.byteLength)
    full[0] = FIRST_TABLE_BYTE + this.#tables.indexOf(table)
    full.set(key, 1)
    return full
  }

  range({ table, start, end, limit }: TableRange<Table>): { start: Uint8Array; end: Uint8Array; limit?: number } {
    const range = { start: this.full(table, start), end: this.full(table, end) }
    return limit === undefined ? range : { ...range, limit }
  }
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
async function writeError(
  cause: unknown,
  path: string,
  changes: readonly { readonly value: Uint8Array | undefined }[],
): Promise<QuireError> {
  const bytes = changes.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0)
  const disk = await statfs(path).catch(() => undefined)
  // Pages, branches and free lists come on top of the values.
  if (disk !== undefined && disk.bavail * disk.bsize > 2 * bytes + MARGIN_BYTES) return failed(cause)
  return new QuireError('ERR_STORE_FULL', 'The disk is full.', { cause })
}
