import { manifestCidFromDigest, treeCidFromDigest, type ManifestCid, type TreeCid } from '../codec/cid.ts'
import { encodeManifest } from '../codec/manifest.ts'
import { loadNodeHasher, sha256 } from '../merkle/hasher.ts'
import { buildTree, pathOf, rootOf } from '../merkle/tree.ts'
import { textOfKey } from './kv.ts'
import type { BlockStore, DatasetEntry, IndexedBlock, ProvenBlock } from './block-store.ts'

export const BLOCK_SIZE_BYTES = 4096

/** A whole dataset, ready to be uploaded or fetched. */
export interface DatasetFixture {
  readonly manifestCid: ManifestCid
  readonly manifestBytes: Uint8Array
  readonly treeCid: TreeCid
  readonly sizeBytes: number
  readonly nodes: Uint8Array
  readonly blocks: readonly ProvenBlock[]
}

/** A dataset with one block for each label; equal labels give equal blocks. */
export async function makeDataset(
  labels: readonly string[],
  { filename, blockSizeBytes = BLOCK_SIZE_BYTES }: { filename?: string; blockSizeBytes?: number } = {},
) {
  const hasher = await loadNodeHasher()
  const plain = await Promise.all(labels.map((label, index) => makeBlock(label, { index, blockSizeBytes })))
  const leaves = new Uint8Array(32 * labels.length)
  for (const { index, digest } of plain) leaves.set(digest, 32 * index)
  const nodes = buildTree(leaves, hasher)
  const treeCid = treeCidFromDigest(rootOf(nodes).slice())
  const sizeBytes = labels.length * blockSizeBytes - 5
  const manifestBytes = encodeManifest({
    treeCid,
    blockSizeBytes,
    datasetSizeBytes: sizeBytes,
    filename,
  })
  const manifestCid = manifestCidFromDigest(await sha256(manifestBytes))
  const blocks = plain.map((block) => ({ ...block, path: pathOf(nodes, labels.length, block.index) }))
  const dataset: DatasetFixture = { manifestCid, manifestBytes, treeCid, sizeBytes, nodes, blocks }
  return dataset
}

/** `count` labels that no other prefix has. */
export function labelsOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`)
}

export async function upload(store: BlockStore, dataset: DatasetFixture, groupSize = 64): Promise<DatasetEntry> {
  const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES, sizeBytes: dataset.sizeBytes })
  for (const group of groupsOf(dataset.blocks, groupSize)) await session.put(group)
  return session.commit(dataset)
}

/** Enters the dataset and puts the blocks at `indices`, all where none are given. */
export async function fetchBlocks(
  store: BlockStore,
  dataset: DatasetFixture,
  indices: readonly number[] = dataset.blocks.map(({ index }) => index),
): Promise<void> {
  await store.addDataset(dataset)
  for (const group of groupsOf(pick(dataset, indices), 64)) await store.putBlocks(dataset.treeCid, group)
}

export function pick(dataset: DatasetFixture, indices: readonly number[]): ProvenBlock[] {
  return indices.flatMap((index) => dataset.blocks[index] ?? [])
}

/** Blocks as texts, which vitest compares a hundred times faster than bytes; with their paths where they have any. */
export function texts(blocks: readonly (IndexedBlock | ProvenBlock)[]) {
  return blocks.map((block) => ({
    index: block.index,
    digest: textOfKey(block.digest),
    bytes: textOfKey(block.bytes),
    ...('path' in block ? { path: block.path.map(textOfKey) } : {}),
  }))
}

/** The same without paths. */
export function plain(blocks: readonly ProvenBlock[]) {
  return texts(blocks.map(({ index, digest, bytes }) => ({ index, digest, bytes })))
}

function groupsOf<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size))
}

async function makeBlock(
  label: string,
  { index, blockSizeBytes }: { index: number; blockSizeBytes: number },
): Promise<IndexedBlock> {
  const bytes = new Uint8Array(blockSizeBytes)
  new TextEncoder().encodeInto(label, bytes)
  return { index, bytes, digest: await sha256(bytes) }
}
