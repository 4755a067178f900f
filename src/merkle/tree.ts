/**
 * The Merkle tree of a dataset, flat: all layers one after the other (`layout.ts`), 32 bytes a node.
 *
 *   block digests ─ buildTree ─▶ nodes ─ rootOf ─▶ tree CID’s digest
 *                                      └ pathOf ─▶ proof of one block
 *
 * parent = SHA-256(left | right | key); the key is one byte at the end: 1 for parents of leaves, 2 more where the right
 * child is missing and 32 zero bytes stand for it. Leaves are the digests of the block CIDs, not hashed again. Source:
 * logos-storage-nim, merkletree/codex/codex.nim (the RFC puts the key in front; code and vectors put it at the end).
 */
import { DIGEST_BYTES } from '../codec/cid.ts'
import { QuireError } from '../errors.ts'
import type { NodeHasher } from './hasher.ts'
import { layerSizes, nodeCountOf, pathPositions } from './layout.ts'

export const BOTTOM_KEY = 1
export const ODD_KEY = 2
/** Stands for a missing right child. Never written to. */
export const ZERO_NODE: Uint8Array = new Uint8Array(DIGEST_BYTES)

/** Parents that are hashed in one go: some 15 ms. */
const PARENTS_PER_SLICE = 16_384

/**
 * All nodes of the tree over `leaves` (32 bytes each, in order); 64 bytes a block.
 *
 * Errors: `ERR_TREE_EMPTY` (no leaf), `ERR_PROOF_INVALID` (not a multiple of 32 bytes).
 */
export function buildTree(leaves: Uint8Array, hasher: NodeHasher): Uint8Array {
  const slices = treeSlices(leaves, hasher)
  let slice = slices.next()
  while (slice.done !== true) slice = slices.next()
  return slice.value
}

/** The same with pauses, in which other work of the thread gets its turn. */
export async function buildTreeInSlices(leaves: Uint8Array, hasher: NodeHasher): Promise<Uint8Array> {
  const slices = treeSlices(leaves, hasher)
  let slice = slices.next()
  while (slice.done !== true) {
    await new Promise((resolve) => setTimeout(resolve))
    slice = slices.next()
  }
  return slice.value
}

function* treeSlices(leaves: Uint8Array, hasher: NodeHasher): Generator<void, Uint8Array> {
  const leafCount = leaves.byteLength / DIGEST_BYTES
  if (!Number.isInteger(leafCount)) {
    throw new QuireError('ERR_PROOF_INVALID', `${leaves.byteLength} bytes are no list of digests.`)
  }
  const sizes = layerSizes(leafCount)
  const nodes = new Uint8Array(nodeCountOf(leafCount) * DIGEST_BYTES)
  nodes.set(leaves)
  let first = 0
  let hashedCount = 0
  for (const [layer, size] of sizes.slice(0, -1).entries()) {
    const key = layer === 0 ? BOTTOM_KEY : 0
    const above = first + size
    for (let i = 0; i < size; i += 2) {
      const left = nodeAt(nodes, first + i)
      const parent =
        i + 1 < size
          ? hasher.hash(left, nodeAt(nodes, first + i + 1), key)
          : hasher.hash(left, ZERO_NODE, key + ODD_KEY)
      nodes.set(parent, (above + i / 2) * DIGEST_BYTES)
      if (++hashedCount % PARENTS_PER_SLICE === 0) yield
    }
    first = above
  }
  return nodes
}

/** The last node; a view. */
export function rootOf(nodes: Uint8Array): Uint8Array {
  return nodes.subarray(nodes.byteLength - DIGEST_BYTES)
}

/** The path of leaf `index` (< `leafCount`), bottom to top; views of `nodes`, zeros where there is no sibling. */
export function pathOf(nodes: Uint8Array, leafCount: number, index: number): Uint8Array[] {
  return pathPositions(leafCount, index).map((position) =>
    position === undefined ? ZERO_NODE : nodeAt(nodes, position),
  )
}

function nodeAt(nodes: Uint8Array, position: number): Uint8Array {
  return nodes.subarray(position * DIGEST_BYTES, (position + 1) * DIGEST_BYTES)
}
