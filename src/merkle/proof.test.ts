import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digest } from '../codec/testing/arbitraries.ts'
import { concat } from '../codec/concat.ts'
import { fromHex, toHex } from '../codec/testing/bytes.ts'
import { wire } from '../codec/testing/vectors.ts'
import { loadNodeHasher } from './hasher.ts'
import { ancestorPositions, nodeCountOf, pathPositions } from './layout.ts'
import { nodesOnPath, verifyProof } from './proof.ts'
import { buildTree, pathOf, rootOf } from './tree.ts'

const hasher = await loadNodeHasher()
const MAX_LEAVES = 70

/** Trees over distinct leaves, one for each size. */
const trees = Array.from({ length: MAX_LEAVES }, (_, i) => {
  const leafCount = i + 1
  const leaves = Array.from({ length: leafCount }, (_leaf, j) => hasher.hash(new Uint8Array(32), new Uint8Array(32), j))
  return { leafCount, nodes: buildTree(concat(...leaves), hasher) }
})

type Claim = Parameters<typeof verifyProof>[0]

function claimOf(leafCount: number, index: number): Claim {
  const nodes = trees[leafCount - 1]?.nodes ?? new Uint8Array()
  return {
    leaf: nodes.subarray(index * 32, (index + 1) * 32),
    index,
    leafCount,
    path: pathOf(nodes, leafCount, index),
    root: rootOf(nodes),
  }
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice()
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

const place = fc
  .integer({ min: 1, max: MAX_LEAVES })
  .chain((leafCount) => fc.record({ leafCount: fc.constant(leafCount), index: fc.nat({ max: leafCount - 1 }) }))
const bit = fc.nat({ max: 255 })

describe('verifying a proof', () => {
  it.each(wire.merkle.proofs)(
    'finds the vector for leaf $index of $nleaves true',
    ({ leaf, index, nleaves, path, root }) => {
      const claim = { leaf: fromHex(leaf), index, leafCount: nleaves, path: path.map(fromHex), root: fromHex(root) }
      expect(verifyProof(claim, hasher)).toBe(true)
      expect(verifyProof({ ...claim, root: flipped(claim.root, 0) }, hasher)).toBe(false)
    },
  )

  it('finds every index of every tree of 1 to 70 leaves true', () => {
    let proofs = 0
    for (const { leafCount } of trees) {
      for (let index = 0; index < leafCount; index++) if (verifyProof(claimOf(leafCount, index), hasher)) proofs++
    }
    expect(proofs).toBe((MAX_LEAVES * (MAX_LEAVES + 1)) / 2)
  })

  it('finds a flipped bit in the leaf, the root or the path false', () => {
    fc.assert(
      fc.property(place, bit, fc.nat(), ({ leafCount, index }, at, layer) => {
        const claim = claimOf(leafCount, index)
        const changed = layer % claim.path.length
        const path = claim.path.map((node, i) => (i === changed ? flipped(node, at) : node))
        expect(verifyProof({ ...claim, leaf: flipped(claim.leaf, at) }, hasher)).toBe(false)
        expect(verifyProof({ ...claim, root: flipped(claim.root, at) }, hasher)).toBe(false)
        expect(verifyProof({ ...claim, path }, hasher)).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  it('finds every other index false', () => {
    for (const { leafCount } of trees) {
      const claim = claimOf(leafCount, leafCount >> 1)
      for (let index = -1; index <= leafCount; index++) {
        expect(verifyProof({ ...claim, index }, hasher)).toBe(index === claim.index)
      }
    }
  })

  it('finds another leaf count false unless it gives the same way up', () => {
    for (const { leafCount } of trees) {
      for (let index = 0; index < leafCount; index++) {
        const claim = claimOf(leafCount, index)
        for (const other of flippedCounts(leafCount)) {
          expect(verifyProof({ ...claim, leafCount: other }, hasher)).toBe(
            wayUp(other, index) === wayUp(leafCount, index),
          )
        }
      }
    }
  })

  it('finds another leaf count false for the last leaf, which the right edge gives away', () => {
    for (const { leafCount } of trees.slice(1)) {
      const claim = claimOf(leafCount, leafCount - 1)
      const accepted = flippedCounts(leafCount).filter((other) => verifyProof({ ...claim, leafCount: other }, hasher))
      expect(accepted.filter((other) => other < leafCount || (leafCount & 1) === 1)).toEqual([])
    }
  })

  it('finds a path of another length false', () => {
    const claim = claimOf(9, 4)
    expect(verifyProof({ ...claim, path: claim.path.slice(1) }, hasher)).toBe(false)
    expect(verifyProof({ ...claim, path: claim.path.slice(0, -1) }, hasher)).toBe(false)
    expect(verifyProof({ ...claim, path: [...claim.path, new Uint8Array(32)] }, hasher)).toBe(false)
    expect(verifyProof({ ...claim, path: [] }, hasher)).toBe(false)
  })

  it('finds nodes that are not 32 bytes false, also right after the same nodes in full', () => {
    const claim = claimOf(2, 0)
    expect(verifyProof(claim, hasher)).toBe(true)
    expect(verifyProof({ ...claim, leaf: claim.leaf.subarray(0, 31) }, hasher)).toBe(false)
    expect(verifyProof({ ...claim, path: [new Uint8Array(66)] }, hasher)).toBe(false)
    expect(verifyProof({ ...claim, path: [new Uint8Array()] }, hasher)).toBe(false)
    expect(verifyProof({ ...claim, root: claim.root.subarray(0, 31) }, hasher)).toBe(false)
    expect(verifyProof({ ...claim, root: concat(claim.root, Uint8Array.of(0)) }, hasher)).toBe(false)
    expect(verifyProof({ ...claim, root: new Uint8Array() }, hasher)).toBe(false)
  })

  it('finds leaf counts and indices that are no numbers of leaves false', () => {
    const single = claimOf(1, 0)
    for (const leafCount of [0, -1, 0.5, Number.NaN, 2 ** 53]) {
      expect(verifyProof({ ...single, leafCount }, hasher)).toBe(false)
    }
    // On its way up each of these would turn as index 0 does.
    for (const index of [-1, -2, 0.5, Number.NaN, -0.5]) {
      expect(verifyProof({ ...claimOf(2, 0), index }, hasher)).toBe(false)
    }
  })

  it('finds random claims false', () => {
    fc.assert(
      fc.property(place, digest, fc.array(digest, { maxLength: 8 }), ({ leafCount, index }, leaf, path) => {
        expect(verifyProof({ leaf, index, leafCount, path, root: claimOf(leafCount, index).root }, hasher)).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the nodes that a verified proof establishes', () => {
  it('are the leaf, its siblings and its ancestors, at their places in the tree', () => {
    for (const { leafCount, nodes } of trees) {
      for (let index = 0; index < leafCount; index++) {
        const placed = nodesOnPath(claimOf(leafCount, index), hasher)
        for (const { position, node } of placed) {
          expect(toHex(node)).toBe(toHex(nodes.subarray(position * 32, (position + 1) * 32)))
        }
        const expected = [index, ...pathPositions(leafCount, index), ...ancestorPositions(leafCount, index)]
        expect(placed.map(({ position }) => position)).toEqual(expected.filter((position) => position !== undefined))
      }
    }
  })

  it('rebuild the whole tree from the proofs of all leaves', () => {
    const { leafCount, nodes } = trees[36] ?? { leafCount: 0, nodes: new Uint8Array() }
    const rebuilt = new Uint8Array(nodeCountOf(leafCount) * 32)
    for (let index = 0; index < leafCount; index++) {
      for (const { position, node } of nodesOnPath(claimOf(leafCount, index), hasher)) rebuilt.set(node, position * 32)
    }
    expect(toHex(rebuilt)).toBe(toHex(nodes))
  })
})

function flippedCounts(leafCount: number): number[] {
  return Array.from({ length: 8 }, (_, i) => leafCount ^ (1 << i)).filter((other) => other > 0)
}

/** How the hash is fed on every step from a leaf up; “none” where the leaf is not in the tree. */
function wayUp(leafCount: number, index: number): string {
  if (index >= leafCount) return 'none'
  const steps: string[] = []
  let i = index
  for (let size = leafCount; steps.length === 0 || size > 1; size = Math.ceil(size / 2)) {
    steps.push(i % 2 === 1 ? 'right' : i === size - 1 ? 'alone' : 'left')
    i >>= 1
  }
  return steps.join(' ')
}
