import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../codec/testing/bytes.ts'
import { wire } from '../codec/testing/vectors.ts'
import { ancestorPositions, depthOf, layerSizes, nodeCountOf, pathPositions, positionOf } from './layout.ts'

describe('the layout of a flat tree', () => {
  it.each(wire.merkle.roots)('has the layers of the vector for $nleaves leaves', ({ nleaves, layers }) => {
    expect(layerSizes(nleaves)).toEqual(layers)
    expect(depthOf(nleaves)).toBe(layers.length - 1)
    expect(nodeCountOf(nleaves)).toBe(layers.reduce((sum, size) => sum + size, 0))
  })

  it('has a depth of max(1, ceil(log2 n))', () => {
    for (let n = 1; n <= 5000; n++) expect(depthOf(n)).toBe(Math.max(1, Math.ceil(Math.log2(n))))
    expect(depthOf(Number.MAX_SAFE_INTEGER)).toBe(53)
  })

  it('gives the siblings and ancestors of leaf 4 of 5: two without sibling', () => {
    // Leaves 0 … 4, then 5 … 7, then 8 and 9, then the root 10.
    expect(pathPositions(5, 4)).toEqual([undefined, undefined, 8])
    expect(ancestorPositions(5, 4)).toEqual([7, 9, 10])
    expect(pathPositions(5, 1)).toEqual([0, 6, 9])
    expect(ancestorPositions(5, 1)).toEqual([5, 8, 10])
  })

  it('gives a single leaf a root above it', () => {
    expect(pathPositions(1, 0)).toEqual([undefined])
    expect(ancestorPositions(1, 0)).toEqual([1])
  })

  it('places every node once, layer by layer', () => {
    for (let n = 1; n <= 40; n++) {
      const positions = layerSizes(n).flatMap((size, layer) =>
        Array.from({ length: size }, (_, i) => positionOf(n, layer, i)),
      )
      expect(positions).toEqual(Array.from({ length: nodeCountOf(n) }, (_, i) => i))
    }
  })

  it('leads every leaf to the root, each sibling below the same parent', () => {
    for (let n = 1; n <= 40; n++) {
      for (let index = 0; index < n; index++) {
        const ancestors = ancestorPositions(n, index)
        const siblings = pathPositions(n, index)
        expect(ancestors.at(-1)).toBe(nodeCountOf(n) - 1)
        expect(siblings.length).toBe(depthOf(n))
        expect(ancestorPositions(n, siblings[0] ?? index)[0]).toBe(ancestors[0])
      }
    }
  })

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])('refuses a tree of %d leaves', (leafCount) => {
    expect(outcomeOf(() => layerSizes(leafCount))).toBe('ERR_TREE_EMPTY')
    expect(outcomeOf(() => nodeCountOf(leafCount))).toBe('ERR_TREE_EMPTY')
  })
})
