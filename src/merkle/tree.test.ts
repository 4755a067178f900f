import { describe, expect, it } from 'vitest'
import { treeCidFromDigest } from '../codec/cid.ts'
import { concat } from '../codec/concat.ts'
import { outcomeOf, toHex } from '../codec/testing/bytes.ts'
import { wire } from '../codec/testing/vectors.ts'
import { loadNodeHasher } from './hasher.ts'
import { nodeCountOf } from './layout.ts'
import { buildTree, buildTreeInSlices, pathOf, rootOf } from './tree.ts'

const hasher = await loadNodeHasher()
const leaves = wire.merkle.leavesAscii.map((text) => new TextEncoder().encode(text))

describe('building a tree', () => {
  it('has the ten leaves of the upstream tests', () => {
    expect(leaves.map((leaf) => leaf.byteLength)).toEqual(Array<number>(10).fill(32))
  })

  it.each(wire.merkle.roots)('gives the root of the vector for $nleaves leaves', ({ nleaves, root, layers }) => {
    const nodes = buildTree(concat(...leaves.slice(0, nleaves)), hasher)
    expect(toHex(rootOf(nodes))).toBe(root)
    expect(nodes.byteLength).toBe(32 * layers.reduce((sum, size) => sum + size, 0))
  })

  it('gives the tree CID that the facts name for ten leaves', () => {
    const root = rootOf(buildTree(concat(...leaves), hasher))
    expect(treeCidFromDigest(root).toString()).toBe('zDzSvJTf1tC9zGNW27UQyYGEsPdcpUnoMx32v6cx2ceo4GL5tRoc')
  })

  it.each(wire.merkle.proofs)(
    'gives the path of the vector for leaf $index of $nleaves',
    ({ nleaves, index, path }) => {
      const nodes = buildTree(concat(...leaves.slice(0, nleaves)), hasher)
      expect(pathOf(nodes, nleaves, index).map(toHex)).toEqual(path)
    },
  )

  it('puts the leaves first, as they are', () => {
    const flat = concat(...leaves.slice(0, 5))
    expect(toHex(buildTree(flat, hasher).subarray(0, flat.byteLength))).toBe(toHex(flat))
  })

  it('refuses no leaves, and bytes that are no digests', () => {
    expect(outcomeOf(() => buildTree(new Uint8Array(), hasher))).toBe('ERR_TREE_EMPTY')
    expect(outcomeOf(() => buildTree(new Uint8Array(33), hasher))).toBe('ERR_PROOF_INVALID')
  })

  it('lets other work have its turn between slices, and gives the same tree', async () => {
    const many = new Uint8Array(32 * 40_000).map((_, i) => i % 251)
    let turns = 0
    const counting = setInterval(() => turns++)
    const nodes = await buildTreeInSlices(many, hasher)
    clearInterval(counting)
    expect(toHex(rootOf(nodes))).toBe(toHex(rootOf(buildTree(many, hasher))))
    expect(turns).toBeGreaterThan(0)
    await expect(buildTreeInSlices(new Uint8Array(), hasher)).rejects.toMatchObject({ code: 'ERR_TREE_EMPTY' })
  })

  it('builds a tree of 160,000 leaves (10 GB in blocks of 64 KiB)', () => {
    expect(buildTree(new Uint8Array(160_000 * 32), hasher).byteLength).toBe(32 * nodeCountOf(160_000))
  })
})
