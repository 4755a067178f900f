import { describe, expect, it } from 'vitest'
import { BlockSet } from '../codec/block-set.ts'
import { mapBlocks } from './block-map.ts'

function setOf(blockCount: number, ...runs: readonly (readonly [start: number, count: number])[]): BlockSet {
  const set = new BlockSet(blockCount)
  for (const [start, count] of runs) set.addRange(start, count)
  return set
}

function cells(counts: Uint32Array): number[][] {
  return Array.from({ length: counts.length / 4 }, (_, cell) => [...counts.subarray(4 * cell, 4 * cell + 4)])
}

describe('mapBlocks', () => {
  it('tells for each block whether it is here, on its way, with somebody, or with nobody', () => {
    const stored = setOf(4, [0, 1])
    const taken = setOf(4, [0, 2])
    const { counts, cellBlocks } = mapBlocks({ stored, taken, held: [setOf(4, [0, 3])] }, 512)
    expect(cellBlocks).toBe(1)
    expect(cells(counts)).toEqual([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ])
  })

  it('sums neighbours up in no more cells than asked for, the last one shorter', () => {
    const stored = setOf(1003, [0, 150])
    const { counts, cellBlocks } = mapBlocks({ stored, taken: setOf(1003, [0, 160]), held: [] }, 10)
    expect(cellBlocks).toBe(101)
    expect(cells(counts)).toHaveLength(10)
    expect(cells(counts)[0]).toEqual([101, 0, 0, 0])
    expect(cells(counts)[1]).toEqual([49, 10, 0, 42])
    expect(cells(counts).at(-1)).toEqual([0, 0, 0, 94])
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1003)
  })

  it('counts a block that several peers hold once', () => {
    const none = new BlockSet(20)
    const held = [setOf(20, [0, 10]), setOf(20, [5, 10])]
    expect(cells(mapBlocks({ stored: none, taken: none, held }, 1).counts)).toEqual([[0, 0, 15, 5]])
  })

  it('leaves what it was given as it was', () => {
    const taken = setOf(8, [0, 2])
    mapBlocks({ stored: taken, taken, held: [setOf(8, [0, 8])] }, 4)
    expect(taken.size).toBe(2)
  })

  it('counts the worst of 10 GB, many peers that hold every second block', () => {
    const blockCount = 160_000
    const sparse = new BlockSet(blockCount)
    for (let index = 0; index < blockCount; index += 2) sparse.add(index)
    const none = new BlockSet(blockCount)
    const held = Array.from({ length: 32 }, () => sparse)
    const { counts } = mapBlocks({ stored: none, taken: none, held }, 512)
    expect(counts.length).toBe(4 * Math.ceil(blockCount / 313))
    expect(cells(counts)[0]).toEqual([0, 0, 157, 156])
  })
})
