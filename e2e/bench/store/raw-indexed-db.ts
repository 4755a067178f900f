import { deleteDB, type IDBPDatabase, openDB } from 'idb'
import { groupsOf, inParallel, makeBlocks, type PlainBlock, type Sample, shuffled, timed } from './sample.ts'

/** How the bytes of a block become values: whole, or cut after so many bytes. */
export interface RawInit {
  readonly blockCount: number
  readonly perTransaction: number
  readonly durability: 'relaxed' | 'strict'
  readonly parallel: number
  /** 0: whole blocks; otherwise a block is cut into values of so many bytes. */
  readonly cutBytes: number
}

const KEY_BYTES = 33

/** Plain puts of blocks, and nothing else: what a store is measured against. */
export async function rawPuts(init: RawInit): Promise<Sample> {
  return withDatabase(async (database) => {
    const blocks = makeBlocks(init.blockCount)
    return timed(init.blockCount * 65_536, () => putAll(database, blocks, init))
  })
}

export async function rawGets(init: RawInit): Promise<Sample> {
  return withDatabase(async (database) => {
    const blocks = makeBlocks(init.blockCount)
    await putAll(database, blocks, { ...init, perTransaction: 64 })
    const groups = groupsOf(shuffled(blocks), init.perTransaction)
    return timed(init.blockCount * 65_536, () =>
      inParallel(groups, init.parallel, async (group) => {
        const tx = database.transaction('blocks', 'readonly')
        const store = tx.objectStore('blocks')
        await Promise.all(
          group.flatMap(({ digest }) => partsOf(init.cutBytes).map((part) => store.get(keyOf(digest, part)))),
        )
      }),
    )
  })
}

async function putAll(database: IDBPDatabase, blocks: readonly PlainBlock[], init: RawInit): Promise<void> {
  await inParallel(groupsOf(blocks, init.perTransaction), init.parallel, async (group) => {
    const tx = database.transaction('blocks', 'readwrite', { durability: init.durability })
    const store = tx.objectStore('blocks')
    for (const { digest, bytes } of group) {
      for (const part of partsOf(init.cutBytes)) {
        const value = init.cutBytes === 0 ? bytes : bytes.slice(part * init.cutBytes, (part + 1) * init.cutBytes)
        void store.put(value, keyOf(digest, part))
      }
    }
    await tx.done
  })
}

function partsOf(cutBytes: number): number[] {
  return cutBytes === 0 ? [0] : Array.from({ length: Math.ceil(65_536 / cutBytes) }, (_, part) => part)
}

function keyOf(digest: Uint8Array, part: number): Uint8Array<ArrayBuffer> {
  const key = new Uint8Array(KEY_BYTES)
  key.set(digest)
  key[KEY_BYTES - 1] = part
  return key
}

async function withDatabase(work: (database: IDBPDatabase) => Promise<Sample>): Promise<Sample> {
  const name = `raw-${crypto.randomUUID()}`
  const database = await openDB(name, 1, { upgrade: (created) => void created.createObjectStore('blocks') })
  try {
    return await work(database)
  } finally {
    database.close()
    await deleteDB(name)
  }
}
