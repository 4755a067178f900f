import { deleteDB, openDB } from 'idb'
import { BLOCK_BYTES, groupsOf, makeBlocks, type Sample, shuffled, timed } from './sample.ts'

/** The part of the browser’s interface that is used; only workers have it. */
interface SyncHandle {
  write(bytes: Uint8Array, options: { at: number }): number
  read(bytes: Uint8Array, options: { at: number }): number
  truncate(sizeBytes: number): void
  flush(): void
  close(): void
}

export interface OpfsInit {
  readonly blockCount: number
  readonly perGroup: number
  readonly doesFlush: boolean
}

/** Blocks in 64 KiB slots of one preallocated file, flushed before a transaction names their slots. */
export async function opfsPuts(init: OpfsInit): Promise<Sample> {
  return withSlab(async (handle, index) => {
    const blocks = makeBlocks(init.blockCount)
    handle.truncate(init.blockCount * BLOCK_BYTES)
    return timed(init.blockCount * BLOCK_BYTES, () => fill({ handle, index }, blocks, init))
  })
}

export async function opfsGets(init: OpfsInit): Promise<Sample> {
  return withSlab(async (handle, index) => {
    const blocks = makeBlocks(init.blockCount)
    await fill({ handle, index }, blocks, { ...init, perGroup: 64 })
    return timed(init.blockCount * BLOCK_BYTES, async () => {
      for (const group of groupsOf(shuffled(blocks), init.perGroup)) {
        const store = index.transaction('slots', 'readonly').objectStore('slots')
        const slots = await Promise.all(group.map(({ digest }) => store.get(digest)))
        for (const slot of slots) handle.read(new Uint8Array(BLOCK_BYTES), { at: Number(slot) * BLOCK_BYTES })
      }
    })
  })
}

type Index = Awaited<ReturnType<typeof openDB>>

async function fill(
  { handle, index }: { handle: SyncHandle; index: Index },
  blocks: ReturnType<typeof makeBlocks>,
  { perGroup, doesFlush }: OpfsInit,
): Promise<void> {
  let slot = 0
  let named: Promise<void> = Promise.resolve()
  for (const group of groupsOf(blocks, perGroup)) {
    const first = slot
    for (const { bytes } of group) handle.write(bytes, { at: BLOCK_BYTES * slot++ })
    if (doesFlush) handle.flush()
    await named
    const tx = index.transaction('slots', 'readwrite', { durability: 'relaxed' })
    for (const [i, { digest }] of group.entries()) void tx.objectStore('slots').put(first + i, digest)
    named = tx.done
  }
  await named
}

async function withSlab(work: (handle: SyncHandle, index: Index) => Promise<Sample>): Promise<Sample> {
  const name = `slab-${crypto.randomUUID()}`
  const folder = await navigator.storage.getDirectory()
  const file = await folder.getFileHandle(name, { create: true })
  // The types of a page do not know it.
  const handle = await (file as unknown as { createSyncAccessHandle(): Promise<SyncHandle> }).createSyncAccessHandle()
  const index = await openDB(name, 1, { upgrade: (created) => void created.createObjectStore('slots') })
  try {
    return await work(handle, index)
  } finally {
    handle.close()
    index.close()
    await folder.removeEntry(name)
    await deleteDB(name)
  }
}
