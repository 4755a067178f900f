import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parityShards, restoreShards } from './reed-solomon.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

describe('Reed–Solomon', () => {
  it('gives the parity of the libraries that Status and others use', () => {
    // The published example of Backblaze’s library, which klauspost/reedsolomon has as a test too.
    const shards = [bytes(0, 1), bytes(4, 5), bytes(2, 3), bytes(6, 7), bytes(8, 9)]
    expect(parityShards(shards, 5)).toEqual([bytes(12, 13), bytes(10, 11), bytes(14, 15), bytes(90, 91), bytes(94, 95)])
  })

  it('restores the data from any shards that are as many', () => {
    const sizes = fc.record({
      dataCount: fc.integer({ min: 2, max: 20 }),
      parityCount: fc.integer({ min: 1, max: 6 }),
      seed: fc.uint8Array({ minLength: 40, maxLength: 40 }),
      order: fc.array(fc.nat(), { minLength: 26, maxLength: 26 }),
    })
    fc.assert(
      fc.property(sizes, ({ dataCount, parityCount, seed, order }) => {
        const data = Array.from({ length: dataCount }, (_, i) => seed.subarray(i, i + 20))
        const all = [...data, ...parityShards(data, parityCount)]
        const lost = new Set(
          all
            .map((_, i) => i)
            .toSorted((a, b) => (order[a] ?? 0) - (order[b] ?? 0))
            .slice(0, parityCount),
        )
        const left = all.map((shard, i) => (lost.has(i) ? undefined : shard))
        expect(restoreShards(left, dataCount)).toEqual(data)
        left[left.findIndex((shard) => shard !== undefined)] = undefined
        expect(restoreShards(left, dataCount)).toBeUndefined()
      }),
      { numRuns: 60 },
    )
  })

  it('works with 256 shards', () => {
    const data = Array.from({ length: 228 }, (_, i) => bytes(i, 255 - i, 7))
    const all: (Uint8Array | undefined)[] = [...data, ...parityShards(data, 28)]
    all.fill(undefined, 100, 128)
    expect(restoreShards(all, 228)).toEqual(data)
  })
})
