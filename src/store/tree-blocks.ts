/** The blocks of one live tree, inside one transaction: put with their proofs, read with or without them. */
import { DIGEST_BYTES } from '../codec/cid.ts'
import { QuireError } from '../errors.ts'
import type { NodeHasher } from '../merkle/hasher.ts'
import { depthOf, pathPositions } from '../merkle/layout.ts'
import { nodesOnPath } from '../merkle/proof.ts'
import { ZERO_NODE } from '../merkle/tree.ts'
import type { IndexedBlock, ProvenBlock } from './block-store.ts'
import { addUses, readUses } from './block-uses.ts'
import { type StoredTree, putTree } from './catalog.ts'
import type { KvReader, KvWriter } from './kv.ts'
import type { Totals } from './records.ts'
import { TreePages } from './tree-pages.ts'

/** Errors: `ERR_STORE_FAILED`, for whoever puts blocks has checked them before. */
export function checkBlock(block: IndexedBlock, blockSizeBytes: number, blockCount: number): void {
  const { index, digest, bytes } = block
  if (!Number.isInteger(index) || index < 0 || index >= blockCount) {
    throw new QuireError('ERR_STORE_FAILED', `Block ${index} is none of the dataset’s ${blockCount}.`)
  }
  if (bytes.byteLength !== blockSizeBytes || digest.byteLength !== DIGEST_BYTES) {
    const message = `Block ${index} has ${bytes.byteLength} bytes where ${blockSizeBytes} are due.`
    throw new QuireError('ERR_STORE_FAILED', message)
  }
}

/**
 * Stores the blocks that are not here yet with every node that their proofs establish; gives the count of blocks now here,
 * and the new totals, undefined where all were here.
 */
export async function putProvenBlocks(
  tx: KvWriter,
  { id, tree }: StoredTree,
  { blocks, hasher }: { blocks: readonly ProvenBlock[]; hasher: NodeHasher },
): Promise<{ readonly haveCount: number; readonly totals?: Totals }> {
  const leafCount = tree.blockCount
  for (const block of blocks) {
    checkBlock(block, tree.blockSizeBytes, leafCount)
    if (block.path.length === depthOf(leafCount)) continue
    throw new QuireError('ERR_STORE_FAILED', `The path of block ${block.index} has the wrong length.`)
  }
  const placed = blocks.map(({ index, digest, path }) => ({
    index,
    nodes: nodesOnPath({ leaf: digest, index, leafCount, path }, hasher),
  }))
  const pages = new TreePages(tx, id)
  const positions = placed.flatMap(({ nodes }) => nodes.map(({ position }) => position))
  const indices = blocks.map(({ index }) => index)
  // Asked together: each wait for an answer of the database costs more than what is asked for in vain.
  const digests = blocks.map(({ digest }) => digest)
  const [known] = await Promise.all([readUses(tx, digests), pages.load({ indices, positions })])
  const freshIndices = new Set(indices.filter((index) => pages.add(index)))
  if (freshIndices.size === 0) return { haveCount: tree.haveCount }
  for (const { index, nodes } of placed) {
    if (!freshIndices.has(index)) continue
    for (const { position, node } of nodes) pages.setNode(position, node)
  }
  pages.save(tx)
  const haveCount = tree.haveCount + freshIndices.size
  putTree(tx, id, { ...tree, haveCount })
  const fresh = [...new Map(blocks.map((block) => [block.index, block])).values()]
  const added = fresh.filter(({ index }) => freshIndices.has(index))
  return { haveCount, totals: addUses(tx, added, known) }
}

/** Those of `indices` that are here, in the order asked. */
export async function readBlocks(
  tx: KvReader,
  { id, tree }: StoredTree,
  indices: readonly number[],
): Promise<IndexedBlock[]> {
  const { pages, present } = await loadPresent(tx, { id, tree }, indices)
  await pages.load({ positions: present })
  return readPresent(tx, pages, present)
}

/** The same with their paths. */
export async function readProvenBlocks(
  tx: KvReader,
  { id, tree }: StoredTree,
  indices: readonly number[],
): Promise<ProvenBlock[]> {
  const { pages, present } = await loadPresent(tx, { id, tree }, indices)
  const paths = new Map(present.map((index) => [index, pathPositions(tree.blockCount, index)]))
  const positions = [...paths.values()].flat().filter((position) => position !== undefined)
  await pages.load({ positions: [...present, ...positions] })
  const blocks = await readPresent(tx, pages, present)
  return blocks.map((block) => ({ ...block, path: (paths.get(block.index) ?? []).map((p) => siblingAt(pages, p)) }))
}

async function loadPresent(tx: KvReader, { id, tree }: StoredTree, indices: readonly number[]) {
  const pages = new TreePages(tx, id)
  const inside = indices.filter((index) => Number.isInteger(index) && index >= 0 && index < tree.blockCount)
  await pages.load({ indices: inside })
  return { pages, present: inside.filter((index) => pages.has(index)) }
}

async function readPresent(tx: KvReader, pages: TreePages, present: readonly number[]): Promise<IndexedBlock[]> {
  const blocks = await Promise.all(
    present.map(async (index): Promise<IndexedBlock> => {
      const digest = pages.node(index)
      const bytes = digest && (await tx.get('blocks', digest))
      if (digest !== undefined && bytes !== undefined) return { index, digest, bytes }
      throw new QuireError('ERR_STORE_FAILED', `Block ${index} is missing from the store.`)
    }),
  )
  return blocks
}

function siblingAt(pages: TreePages, position: number | undefined): Uint8Array {
  if (position === undefined) return ZERO_NODE.slice()
  const node = pages.node(position)
  if (node !== undefined) return node
  throw new QuireError('ERR_STORE_FAILED', `Node ${position} of the tree is missing from the store.`)
}
