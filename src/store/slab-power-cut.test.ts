import { expect, it } from 'vitest'
import { sha256 } from '../merkle/hasher.ts'
import { syncKv } from './block-uses.ts'
import { BLOCK_SIZE_BYTES, labelsOf, makeDataset, upload } from './dataset-fixture.contract.ts'
import { KvBlockStore } from './kv-block-store.ts'
import { KV_TABLES, type Kv, type KvWriteOptions, type KvWriter, textOfKey } from './kv.ts'
import { MemoryKv } from './memory-kv.ts'
import { MemorySlab, SlabDisk } from './memory-slab.contract.ts'
import { quotaProbe } from './quota.ts'
import { SlabKv } from './slab-kv.ts'

const EVERYTHING = { start: new Uint8Array(), end: new Uint8Array(64).fill(0xff) }

/** An index of which a power cut takes whatever was written since the last durable write. */
class RelaxedIndex extends MemoryKv {
  #onDisk: Promise<MemoryKv> | undefined

  /** What is there after a power cut. */
  async afterPowerCut(): Promise<MemoryKv> {
    return (await this.#onDisk) ?? this.#copy()
  }

  override async write<T>(work: (tx: KvWriter) => Promise<T>, options: KvWriteOptions = {}): Promise<T> {
    if (options.isDurable !== true) this.#onDisk ??= this.#copy()
    const result = await super.write(work)
    if (options.isDurable === true) this.#onDisk = undefined
    return result
  }

  async #copy(): Promise<MemoryKv> {
    const entries = await this.read(async (tx) => {
      const keys = await Promise.all(KV_TABLES.map((table) => tx.keys(table, EVERYTHING)))
      const ofTables = keys.map((some, i) => some.map((key) => ({ table: KV_TABLES[i] ?? 'meta', key })))
      return Promise.all(
        ofTables.flat().map(async (entry) => ({ ...entry, value: await tx.get(entry.table, entry.key) })),
      )
    })
    const copy = new MemoryKv()
    await copy.open()
    await copy.write(async (tx) => {
      for (const { table, key, value } of entries) tx.put(table, key, value ?? new Uint8Array())
    })
    return copy
  }
}

/** Blocks that the store believes in and whose bytes are not theirs. */
async function wrongBlocks(kv: Kv): Promise<string[]> {
  const blocks = await kv.read(async (tx) => {
    const keys = await tx.keys('blocks', EVERYTHING)
    return Promise.all(keys.map(async (key) => ({ key, bytes: await tx.get('blocks', key) })))
  })
  const digests = await Promise.all(blocks.map(async ({ bytes }) => sha256(new Uint8Array(bytes ?? []))))
  return blocks.map(({ key }) => textOfKey(key)).filter((key, i) => key !== textOfKey(digests[i] ?? new Uint8Array()))
}

it('puts no block into a slot before a power cut cannot bring back the block that had it', async () => {
  const [index, disk] = [new RelaxedIndex(), new SlabDisk()]
  const store = new KvBlockStore({ kv: new SlabKv({ index, slab: new MemorySlab(disk) }), probe: quotaProbe({}) })
  await store.start()
  const [first, second] = [await makeDataset(labelsOf('a', 40)), await makeDataset(labelsOf('b', 40))]
  await upload(store, first)
  const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
  await session.put(second.blocks.slice(0, 4))
  // Other blocks in their places, as when a file was changed between two tries.
  await session.put(second.blocks.slice(4, 8).map((block, i) => ({ ...block, index: i })))
  await store.deleteDataset(first.manifestCid)
  await session.put(second.blocks.slice(8))
  // The bytes of all of it reached the disk, of the index only what was durable.
  const kv = new SlabKv({ index: await index.afterPowerCut(), slab: new MemorySlab(disk) })
  await kv.open()
  expect(await wrongBlocks(kv)).toEqual([])
  await kv.close()
  await store.stop()
})

it('puts blocks into the slots of a deleted dataset as soon as the deletion is durable', async () => {
  const [index, disk] = [new RelaxedIndex(), new SlabDisk()]
  const store = new KvBlockStore({ kv: new SlabKv({ index, slab: new MemorySlab(disk) }), probe: quotaProbe({}) })
  await store.start()
  const first = await makeDataset(labelsOf('a', 40))
  await upload(store, first)
  await upload(store, await makeDataset(['b']))
  await store.deleteDataset(first.manifestCid)
  await upload(store, await makeDataset(labelsOf('c', 40)))
  expect(disk.slots.size).toBe(41)
  await store.stop()
})

/** Writes one block for each label, or deletes it, without waiting for the disk. */
async function writeBlocks(kv: Kv, labels: readonly string[], { isDeletion = false } = {}): Promise<void> {
  const { blocks } = await makeDataset(labels)
  await kv.write(async (tx) => {
    for (const { digest, bytes } of blocks) {
      if (isDeletion) tx.delete('blocks', digest)
      else tx.put('blocks', digest, bytes)
    }
  })
}

it('puts no block into a slot that was freed before a crash while a power cut could undo that', async () => {
  const [index, disk] = [new RelaxedIndex(), new SlabDisk()]
  const crashed = new SlabKv({ index, slab: new MemorySlab(disk) })
  await crashed.open()
  await writeBlocks(crashed, ['a'])
  await syncKv(crashed)
  await writeBlocks(crashed, ['a'], { isDeletion: true })
  const next = new SlabKv({ index, slab: new MemorySlab(disk) })
  await next.open()
  await writeBlocks(next, ['b'])
  const kv = new SlabKv({ index: await index.afterPowerCut(), slab: new MemorySlab(disk) })
  await kv.open()
  expect(await wrongBlocks(kv)).toEqual([])
})

it('keeps the space of at most 1024 freed slots from being used again, however long nothing is durable', async () => {
  const disk = new SlabDisk()
  const kv = new SlabKv({ index: new RelaxedIndex(), slab: new MemorySlab(disk, { slotsPerSegment: 8192 }) })
  await kv.open()
  const labels = labelsOf('a', 500)
  for (let round = 0; round < 8; round++) {
    await writeBlocks(kv, labels)
    await writeBlocks(kv, labels, { isDeletion: true })
  }
  expect(disk.slots.size).toBeLessThanOrEqual(1024 + 2 * labels.length)
  await kv.close()
})
