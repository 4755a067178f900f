/**
 * A network of servers that is nothing but ids, with the routing tables that Kademlia gives them once they are full.
 *
 * Ids have 32 bits, so that a network of 100,000 is quick; only the order of distances matters to a lookup.
 */
import { SeededRandom } from '../swarm/seeded-random.ts'

export interface IdSpaceInit {
  readonly nodes: number
  /** Contacts in a bucket. */
  readonly k: number
  /**
   * 'buckets': one for each length of prefix shared with the node, as in the paper and in the nodes of nim and Go.
   * 'trie': all prefixes alike, down to `prefixLength` bits, as in kad-dht 16.4.5.
   */
  readonly tables: 'buckets' | 'trie'
  readonly prefixLength: number
  readonly seed: number
}

const ID_BITS = 32

export class IdSpace {
  readonly #init: IdSpaceInit
  readonly #ids: Uint32Array

  constructor(init: IdSpaceInit) {
    this.#init = init
    const random = new SeededRandom(init.seed)
    this.#ids = Uint32Array.from({ length: init.nodes }, () => random.next() * 2 ** ID_BITS).sort()
  }

  /** The id at a place of the sorted list. */
  at(place: number): number {
    return this.#ids[place] ?? 0
  }

  /** The `count` ids closest to a key, closest first. */
  closest(key: number, count: number): number[] {
    return closestOf(Array.from(this.#ids), key, count)
  }

  /** What a node knows of others. */
  tableOf(node: number): readonly number[] {
    const table = this.#init.tables === 'trie' ? this.#trie(node, 0, 0) : this.#buckets(node)
    return table.filter((id) => id !== node)
  }

  /** The k closest to a key that a node knows of, closest first. */
  knownBy(node: number, key: number): number[] {
    const { k } = this.#init
    // A part of the table that is nearer to the key than all others, and full, is enough.
    const near = (this.#init.tables === 'trie' ? this.#leafOf(node, key) : this.#bucketOf(node, key)).filter(
      (id) => id !== node,
    )
    return closestOf(near.length >= k ? near : this.tableOf(node), key, k)
  }

  #buckets(node: number): number[] {
    return Array.from({ length: ID_BITS }, (_, shared) => this.#bucket(node, shared)).flat()
  }

  #bucketOf(node: number, key: number): number[] {
    return node === key ? [] : this.#bucket(node, Math.clz32(distance(node, key)))
  }

  /** Of those that share so many bits with the node, and no more. */
  #bucket(node: number, shared: number): number[] {
    const bit = ID_BITS - 1 - shared
    return this.#sample(node, clearBelow(node ^ (1 << bit), bit), 2 ** bit)
  }

  #trie(node: number, first: number, depth: number): number[] {
    const size = 2 ** (ID_BITS - depth)
    if (this.#isLeaf(first, depth)) return this.#sample(node, first, size)
    return [...this.#trie(node, first, depth + 1), ...this.#trie(node, first + size / 2, depth + 1)]
  }

  #leafOf(node: number, key: number): number[] {
    let depth = 0
    while (!this.#isLeaf(clearBelow(key, ID_BITS - depth), depth)) depth++
    return this.#sample(node, clearBelow(key, ID_BITS - depth), 2 ** (ID_BITS - depth))
  }

  #isLeaf(first: number, depth: number): boolean {
    const { k, prefixLength } = this.#init
    return depth === prefixLength || this.#placeOf(first + 2 ** (ID_BITS - depth)) - this.#placeOf(first) <= k
  }

  /** At most k of the ids from `first` on, by chance; the same for the same node. */
  #sample(node: number, first: number, size: number): number[] {
    const [from, to] = [this.#placeOf(first), this.#placeOf(first + size)]
    if (to - from <= this.#init.k) return Array.from(this.#ids.subarray(from, to))
    const random = new SeededRandom(Math.imul(node, 0x9e3779b1) ^ first ^ this.#init.seed)
    const places = new Set<number>()
    while (places.size < this.#init.k) places.add(from + Math.floor(random.next() * (to - from)))
    return Array.from(places, (place) => this.at(place))
  }

  /** How many ids are smaller. */
  #placeOf(id: number): number {
    let [low, high] = [0, this.#ids.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.at(middle) < id) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The metric of Kademlia. */
export function distance(a: number, b: number): number {
  return (a ^ b) >>> 0
}

/** The `count` ids closest to a key, closest first. */
export function closestOf(ids: readonly number[], key: number, count: number): number[] {
  const best: number[] = []
  for (const id of ids) {
    const last = best[count - 1]
    if (last !== undefined && distance(id, key) >= distance(last, key)) continue
    const place = best.findLastIndex((other) => distance(other, key) <= distance(id, key)) + 1
    best.splice(place, 0, id)
    if (best.length > count) best.pop()
  }
  return best
}

function clearBelow(id: number, bit: number): number {
  // A shift by 32 is none.
  return bit === ID_BITS ? 0 : ((id >>> bit) << bit) >>> 0
}
