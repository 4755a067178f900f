import { describe, expect, it } from 'vitest'
import { closestOf, distance, IdSpace } from './id-space.ts'
import { lookupShape } from './lookup-shape.ts'
import { walk } from './lookup-walk.ts'

const KADEMLIA = { k: 20, alpha: 10, paths: 3 }
const LOOKUP = { asker: 0x12345678, key: 0x9abcdef0, seed: 1 }

function spaceOf(nodes: number, tables: 'buckets' | 'trie'): IdSpace {
  return new IdSpace({ nodes, k: 20, tables, prefixLength: 6, seed: 1 })
}

describe('a table of ids', () => {
  it.each(['buckets', 'trie'] as const)('has all of a small network but its owner (%s)', (tables) => {
    const space = spaceOf(15, tables)
    const owner = space.at(7)

    expect(new Set(space.tableOf(owner))).toEqual(new Set(space.closest(0, 15).filter((id) => id !== owner)))
  })

  it('has at most k of each length of prefix, as native nodes have', () => {
    const space = spaceOf(3_000, 'buckets')
    const shared = space.tableOf(space.at(0)).map((id) => Math.clz32(distance(id, space.at(0))))
    const counts = Array.from({ length: 32 }, (_, bits) => shared.filter((each) => each === bits).length)

    expect(Math.max(...counts)).toBe(20)
    expect(counts.slice(0, 6)).toEqual([20, 20, 20, 20, 20, 20])
  })

  it('has at most k with the same first six bits, as kad-dht has', () => {
    const space = spaceOf(3_000, 'trie')
    const prefixes = space.tableOf(LOOKUP.asker).map((id) => id >>> 26)
    const counts = Array.from({ length: 64 }, (_, prefix) => prefixes.filter((each) => each === prefix).length)

    expect(counts).toEqual(counts.map(() => 20))
  })
})

describe('the closest of many ids', () => {
  it('are those that a full sort gives, near and far', () => {
    const ids = Array.from({ length: 2_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 0)
    for (const count of [1, 20, 500]) {
      const sorted = ids.toSorted((a, b) => distance(a, LOOKUP.key) - distance(b, LOOKUP.key))
      expect(closestOf(ids, LOOKUP.key, count)).toEqual(sorted.slice(0, count))
    }
  })
})

describe('what a node knows near a key', () => {
  it.each([
    ['buckets', 50],
    ['buckets', 3_000],
    ['trie', 50],
    ['trie', 700],
    ['trie', 3_000],
  ] as const)('is the nearest of its table (%s, %i nodes)', (tables, nodes) => {
    const space = spaceOf(nodes, tables)
    for (let place = 0; place < 20; place++) {
      const node = space.at(place * 2)
      const key = Math.imul(place + 1, 0x9e3779b1) >>> 0
      expect(space.knownBy(node, key)).toEqual(closestOf(space.tableOf(node), key, 20))
    }
  })
})

describe('a lookup that is walked', () => {
  it.each([3, 12, 20])('asks every one of %i servers', (nodes) => {
    const found = walk(spaceOf(nodes, 'trie'), LOOKUP, KADEMLIA)

    expect(found.asked).toBe(nodes)
    expect(found.strangers).toBe(0)
  })

  it.each(['buckets', 'trie'] as const)('finds the twenty that are closest among 3,000 (%s)', (tables) => {
    const space = spaceOf(3_000, tables)

    expect(walk(space, LOOKUP, KADEMLIA).closest).toEqual(space.closest(LOOKUP.key, 20))
  })

  it('takes the same way with the same seed', () => {
    const space = spaceOf(3_000, 'buckets')

    expect(walk(space, LOOKUP, KADEMLIA)).toEqual(walk(space, LOOKUP, KADEMLIA))
  })

  it('asks fewer on three paths than on ten, where nobody knows all', () => {
    const shape = { servers: 10_000, k: 20, alpha: 10, native: 0, seed: 1 }

    expect(lookupShape({ ...shape, paths: 3 }).asked).toBeLessThan(0.8 * lookupShape({ ...shape, paths: 10 }).asked)
    expect(lookupShape({ ...shape, paths: 3 }).accuracy).toBeGreaterThan(0.99)
  })
})
