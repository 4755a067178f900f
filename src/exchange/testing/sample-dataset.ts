import { manifestCidFromDigest, treeCidFromDigest } from '../../codec/cid.ts'
import { encodeManifest } from '../../codec/manifest.ts'
import { loadNodeHasher, sha256 } from '../../merkle/hasher.ts'
import { buildTree, pathOf, rootOf } from '../../merkle/tree.ts'
import type { BlockStore, ProvenBlock } from '../../store/block-store.ts'
import { createMemoryBlockStore } from '../../store/memory-block-store.ts'
import type { DatasetRef } from '../verify-answer.ts'

/** A dataset made for a test, with everything that one may want to know of it. */
export interface SampleDataset extends DatasetRef {
  readonly manifestBytes: Uint8Array
  readonly nodes: Uint8Array
  readonly blocks: readonly ProvenBlock[]
}

/** Blocks of pseudo-random bytes; another seed gives other blocks. */
export function makeDataset(
  blockCount: number,
  init: { seed?: number; blockSizeBytes?: number } = {},
): Promise<SampleDataset> {
  const { seed = 1, blockSizeBytes = 4096 } = init
  return datasetOf(Array.from({ length: blockCount }, (_, index) => makeBytes(index, seed, blockSizeBytes)))
}

/** The dataset of blocks that are padded already; without `datasetSizeBytes` the last one is full. */
export async function datasetOf(contents: readonly Uint8Array[], datasetSizeBytes?: number): Promise<SampleDataset> {
  const blockCount = contents.length
  const blockSizeBytes = contents[0]?.byteLength ?? 0
  const digests = await Promise.all(contents.map((bytes) => sha256(bytes)))
  const leaves = new Uint8Array(32 * blockCount)
  digests.forEach((digest, index) => leaves.set(digest, 32 * index))
  const nodes = buildTree(leaves, await loadNodeHasher())
  const treeCid = treeCidFromDigest(rootOf(nodes))
  const sizeBytes = datasetSizeBytes ?? blockCount * blockSizeBytes
  const manifestBytes = encodeManifest({ treeCid, blockSizeBytes, datasetSizeBytes: sizeBytes })
  const manifestCid = manifestCidFromDigest(await sha256(manifestBytes))
  const blocks = contents.map((bytes, index) => ({
    index,
    bytes,
    digest: digests[index] ?? new Uint8Array(32),
    path: pathOf(nodes, blockCount, index),
  }))
  return { manifestCid, treeCid, blockSizeBytes, blockCount, manifestBytes, nodes, blocks }
}

/** A started store that holds the given blocks of a dataset: all, or those of `indices`. */
export async function storeWith(dataset: SampleDataset, indices?: readonly number[]): Promise<BlockStore> {
  const store = createMemoryBlockStore()
  await store.start()
  await store.addDataset(dataset)
  const blocks =
    indices === undefined ? dataset.blocks : dataset.blocks.filter((block) => indices.includes(block.index))
  await store.putBlocks(dataset.treeCid, blocks)
  return store
}

/** Whether a store has every block of a dataset, with the right bytes. */
export async function holdsAll(store: BlockStore, dataset: SampleDataset): Promise<boolean> {
  const presence = await store.presence(dataset.treeCid)
  if (presence?.isComplete !== true) return false
  const stored = await store.getBlocks(
    dataset.treeCid,
    dataset.blocks.map((block) => block.index),
  )
  return stored.every((block) => isSame(block.bytes, dataset.blocks[block.index]?.bytes))
}

export function isSame(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && a.byteLength === b.byteLength && a.every((byte, i) => byte === b[i])
}

function makeBytes(index: number, seed: number, blockSizeBytes: number): Uint8Array {
  const words = new Uint32Array(blockSizeBytes / 4)
  let state = (index + 1) * 2_654_435_761 + seed
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    words[i] = state
  }
  return new Uint8Array(words.buffer)
}
