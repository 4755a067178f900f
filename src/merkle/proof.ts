import { DIGEST_BYTES } from '../codec/cid.ts'
import { sameBytes } from '../codec/same-bytes.ts'
import type { NodeHasher } from './hasher.ts'
import { ancestorPositions, depthOf, pathPositions } from './layout.ts'
import { BOTTOM_KEY, ODD_KEY } from './tree.ts'

/** One block’s place in a tree, as a peer claims it. */
export interface LeafClaim {
  /** Digest of the block’s bytes, 32 bytes. */
  readonly leaf: Uint8Array
  readonly index: number
  readonly leafCount: number
  /** Bottom to top, 32 bytes each. */
  readonly path: readonly Uint8Array[]
}

/** A node that a verified proof establishes: `position` in the flat tree (`layout.ts`). */
export interface PlacedNode {
  readonly position: number
  readonly node: Uint8Array
}

/**
 * True where the path leads from the leaf at `index` to `root`.
 *
 * False for everything else, also for a path whose length is not the depth of the tree. `leafCount` must be the manifest’s
 * block count, not the peer’s word: trees of nearby sizes give the same path to leaves away from their right edge.
 */
export function verifyProof(claim: LeafClaim & { readonly root: Uint8Array }, hasher: NodeHasher): boolean {
  if (!isWellFormed(claim)) return false
  const top = climb(claim, hasher).at(-1)
  return top !== undefined && sameBytes(top, claim.root)
}

/**
 * The leaf, its siblings and its ancestors with their positions; call it only for a claim that `verifyProof` found true.
 * Zeros that stand for a missing sibling are left out.
 */
export function nodesOnPath(claim: LeafClaim, hasher: NodeHasher): PlacedNode[] {
  const { leaf, index, leafCount, path } = claim
  const ancestors = climb(claim, hasher)
  const placed: PlacedNode[] = [{ position: index, node: leaf }]
  pathPositions(leafCount, index).forEach((position, layer) => {
    const node = path[layer]
    if (position !== undefined && node !== undefined) placed.push({ position, node })
  })
  ancestorPositions(leafCount, index).forEach((position, layer) => {
    const node = ancestors[layer]
    if (node !== undefined) placed.push({ position, node })
  })
  return placed
}

function isWellFormed({ leaf, index, leafCount, path }: LeafClaim): boolean {
  if (!Number.isSafeInteger(leafCount) || !Number.isSafeInteger(index)) return false
  if (index < 0 || index >= leafCount || path.length !== depthOf(leafCount)) return false
  return [leaf, ...path].every((node) => node.byteLength === DIGEST_BYTES)
}

/** The leaf’s ancestors as the path makes them, the root last. */
function climb({ leaf, index, leafCount, path }: LeafClaim, hasher: NodeHasher): Uint8Array[] {
  const ancestors: Uint8Array[] = []
  let node = leaf
  let i = index
  let size = leafCount
  for (const sibling of path) {
    const key = ancestors.length === 0 ? BOTTOM_KEY : 0
    if (i % 2 === 1) node = hasher.hash(sibling, node, key)
    else if (i === size - 1) node = hasher.hash(node, sibling, key + ODD_KEY)
    else node = hasher.hash(node, sibling, key)
    ancestors.push(node)
    i = Math.floor(i / 2)
    size = Math.ceil(size / 2)
  }
  return ancestors
}
