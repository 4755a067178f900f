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
  readonly #tables = new Map<number, readonly number[]>()

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
    const known = this.#tables.get(node)
    if (known !== undefined) return known
    const random = new SeededRandom(node ^ this.#init.seed)
    const table = this.#init.tables === 'trie' ? this.#trie(random, 0, 0) : this.#buckets(random, node)
    const others = table.filter((id) => id !== node)
    this.#tables.set(node, others)
    return others
  }

  #buckets(random: SeededRandom, node: number): number[] {
    const table: number[] = []
    for (let shared = 0; shared < ID_BITS; shared++) {
      const bit = ID_BITS - 1 - shared
      const first = clearBelow(node ^ (1 << bit), bit)
      table.push(...this.#sample(random, first, 2 ** bit))
    }
    return table
  }

  #trie(random: SeededRandom, first: number, depth: number): number[] {
    const size = 2 ** (ID_BITS - depth)
    const [from, to] = [this.#placeOf(first), this.#placeOf(first + size)]
    if (to - from <= this.#init.k || depth === this.#init.prefixLength) return this.#sample(random, first, size)
    return [...this.#trie(random, first, depth + 1), ...this.#trie(random, first + size / 2, depth + 1)]
  }

  /** At most k of the ids from `first` on, by chance. */
  #sample(random: SeededRandom, first: number, size: number): number[] {
    const [from, to] = [this.#placeOf(first), this.#placeOf(first + size)]
    const places = new Set<number>()
    if (to - from <= this.#init.k) return Array.from(this.#ids.subarray(from, to))
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
  return ((id >>> bit) << bit) >>> 0
}
