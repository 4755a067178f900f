import { deleteDB } from 'idb'
import { uploadDataset } from '../../../src/dataset/upload.ts'
import { DatasetSeal } from '../../../src/dataset/seal.ts'
import { pathOf } from '../../../src/merkle/tree.ts'
import { sha256 } from '../../../src/merkle/hasher.ts'
import type { BlockStore, ProvenBlock } from '../../../src/store/block-store.ts'
import { createIdbBlockStore } from '../../../src/store/idb-block-store.ts'
import { BLOCK_BYTES, groupsOf, inParallel, makeBlocks, type Sample, shuffled, timed } from './sample.ts'

export interface QuireInit {
  readonly blockCount: number
  readonly perGroup: number
  readonly parallel: number
  readonly usesFiles: boolean
}

const LABEL = { filename: 'bench.bin' }

/** Chunk, hash, tree and store; the file is on disk. */
export async function quireUpload({ file, usesFiles }: { file: Blob; usesFiles: boolean }): Promise<Sample> {
  return withStore(usesFiles, (store) =>
    timed(file.size, async () => {
      await uploadDataset(store, file, LABEL)
    }),
  )
}

/** Groups of an upload that are hashed already. */
export async function quirePuts({ blockCount, perGroup, parallel, usesFiles }: QuireInit): Promise<Sample> {
  return withStore(usesFiles, async (store) => {
    const { blocks } = await makeDataset(blockCount)
    const session = await store.beginUpload({ blockSizeBytes: BLOCK_BYTES })
    return timed(blockCount * BLOCK_BYTES, () =>
      inParallel(groupsOf(blocks, perGroup), parallel, (group) => session.put(group)),
    )
  })
}

/** Groups of a download with their proofs. */
export async function quireFetches({ blockCount, perGroup, parallel, usesFiles }: QuireInit): Promise<Sample> {
  return withStore(usesFiles, async (store) => {
    const { sealed, blocks } = await makeDataset(blockCount)
    await store.addDataset(sealed)
    return timed(blockCount * BLOCK_BYTES, () =>
      inParallel(groupsOf(blocks, perGroup), parallel, (group) => store.putBlocks(sealed.treeCid, group)),
    )
  })
}

/** Random reads with their proofs, as for a peer. */
export async function quireGets({ blockCount, perGroup, parallel, usesFiles }: QuireInit): Promise<Sample> {
  return withStore(usesFiles, async (store) => {
    const { sealed, blocks } = await makeDataset(blockCount)
    const session = await store.beginUpload({ blockSizeBytes: BLOCK_BYTES })
    for (const group of groupsOf(blocks, 64)) await session.put(group)
    await session.commit(sealed)
    const indices = shuffled(blocks.map(({ index }) => index))
    return timed(blockCount * BLOCK_BYTES, () =>
      inParallel(groupsOf(indices, perGroup), parallel, async (group) => {
        await store.getProvenBlocks(sealed.treeCid, group)
      }),
    )
  })
}

async function makeDataset(blockCount: number) {
  const plain = await Promise.all(
    makeBlocks(blockCount).map(async ({ bytes }, index) => ({ index, bytes, digest: await sha256(bytes) })),
  )
  const seal = new DatasetSeal(BLOCK_BYTES)
  seal.add({ blocks: plain, contentBytes: blockCount * BLOCK_BYTES })
  const sealed = await seal.close(LABEL)
  const blocks = plain.map((block): ProvenBlock => ({ ...block, path: pathOf(sealed.nodes, blockCount, block.index) }))
  return { sealed, blocks }
}

async function withStore(usesFiles: boolean, work: (store: BlockStore) => Promise<Sample>): Promise<Sample> {
  const databaseName = `quire-${crypto.randomUUID()}`
  const store = createIdbBlockStore({ databaseName, usesFiles })
  await store.start()
  try {
    return await work(store)
  } finally {
    await store.stop()
    await deleteDB(databaseName)
    const folder = await navigator.storage.getDirectory()
    if (usesFiles) await folder.removeEntry(`${databaseName}-blocks`, { recursive: true })
  }
}
