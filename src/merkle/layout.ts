/**
 * Where the nodes of a tree lie when all layers are written one after the other, leaves first, root last.
 *
 *   leaves n ─▶ ceil(n / 2) ─▶ … ─▶ 1      a single leaf still gets one layer above it
 *
 * Positions count nodes of 32 bytes, not bytes. A last node without sibling is the left child of a pair with 32 zero bytes;
 * these zeros are not in the layout. Source: logos-storage-nim, merkletree/merkletree.nim.
 */
import { QuireError } from '../errors.ts'

/** Layers above the leaves, which is the length of every path: max(1, ceil(log2 leafCount)). Errors: `ERR_TREE_EMPTY`. */
export function depthOf(leafCount: number): number {
  return layerSizes(leafCount).length - 1
}

/** Nodes of each layer, leaves first. Errors: `ERR_TREE_EMPTY`. */
export function layerSizes(leafCount: number): number[] {
  if (!Number.isSafeInteger(leafCount) || leafCount < 1) {
    throw new QuireError('ERR_TREE_EMPTY', `A tree of ${leafCount} leaves is not possible.`)
  }
  const sizes = [leafCount]
  let size = leafCount
  do {
    size = Math.ceil(size / 2)
    sizes.push(size)
  } while (size > 1)
  return sizes
}

/** Nodes in all. Errors: `ERR_TREE_EMPTY`. */
export function nodeCountOf(leafCount: number): number {
  return layerSizes(leafCount).reduce((sum, size) => sum + size, 0)
}

/** The position of node `i` (0-based) of `layer` (0 = leaves). Errors: `ERR_TREE_EMPTY`. */
export function positionOf(leafCount: number, layer: number, i: number): number {
  const below = layerSizes(leafCount).slice(0, layer)
  return below.reduce((sum, size) => sum + size, 0) + i
}

/** The siblings on the way up from leaf `index`, bottom to top; undefined where there is none. Errors: `ERR_TREE_EMPTY`. */
export function pathPositions(leafCount: number, index: number): (number | undefined)[] {
  return stepsUp(leafCount, index).map(({ first, size, i }) => {
    const sibling = i % 2 === 0 ? i + 1 : i - 1
    return sibling < size ? first + sibling : undefined
  })
}

/** The nodes above leaf `index`, its parent first, the root last. Errors: `ERR_TREE_EMPTY`. */
export function ancestorPositions(leafCount: number, index: number): number[] {
  return stepsUp(leafCount, index).map(({ first, size, i }) => first + size + Math.floor(i / 2))
}

interface Step {
  /** Position of the layer’s first node. */
  readonly first: number
  readonly size: number
  /** Place in the layer of the node on the way up. */
  readonly i: number
}

/** Every layer but the root’s. */
function stepsUp(leafCount: number, index: number): Step[] {
  const sizes = layerSizes(leafCount)
  let first = 0
  let i = index
  return sizes.slice(0, -1).map((size) => {
    const step = { first, size, i }
    first += size
    i = Math.floor(i / 2)
    return step
  })
}
