import { SeededRandom } from '../swarm/seeded-random.ts'
import { IdSpace } from './id-space.ts'
import { walk } from './lookup-walk.ts'
import type { LimitsScenario } from './scenario.ts'

/** Means of lookups of random keys. */
export interface LookupShape {
  /** Servers that are asked. */
  readonly asked: number
  /** Servers that get a record. */
  readonly told: number
  /** Of the k servers closest to the key, the part that is found. */
  readonly accuracy: number
  /** Times that an answer names a server for which the asker’s routing table has no room. */
  readonly strangers: number
}

type ShapeInit = Pick<LimitsScenario, 'servers' | 'k' | 'alpha' | 'paths' | 'native' | 'seed'> & {
  prefixLength?: number
}

const LOOKUPS = 40
/** kad-dht’s own: its table tells apart the first six bits of an id. */
const PREFIX_LENGTH = 6

const shapes = new Map<string, LookupShape>()

/** The same for the same scenario; made once. */
export function lookupShape({ servers, k, alpha, paths, native, seed, prefixLength }: ShapeInit): LookupShape {
  const init = { servers, k, alpha, paths, native, seed, prefixLength: prefixLength ?? PREFIX_LENGTH }
  const name = JSON.stringify(init)
  const shape = shapes.get(name) ?? meanShape(init)
  shapes.set(name, shape)
  return shape
}

function meanShape(init: Required<ShapeInit>): LookupShape {
  const { servers: nodes, k, prefixLength, seed } = init
  const ours = new IdSpace({ nodes, k, prefixLength, seed, tables: 'trie' })
  const theirs = init.native === 0 ? ours : new IdSpace({ nodes, k, prefixLength, seed, tables: 'buckets' })
  const random = new SeededRandom(~seed)
  const sums = { asked: 0, told: 0, accuracy: 0, strangers: 0 }
  for (let i = 0; i < LOOKUPS; i++) {
    const [asker, key] = [random.next() * 2 ** 32, random.next() * 2 ** 32].map((id) => id >>> 0)
    if (asker === undefined || key === undefined) continue
    // A client is no server: nobody’s table has it, and it knows what a server in its place would.
    const found = walk(theirs, { asker, contacts: ours.tableOf(asker), key, seed: seed + i }, init)
    const best = new Set(theirs.closest(key, k))
    sums.asked += found.asked
    sums.told += found.closest.length
    sums.accuracy += found.closest.filter((id) => best.has(id)).length / best.size
    sums.strangers += found.strangers
  }
  const { asked, told, accuracy, strangers } = sums
  return {
    asked: asked / LOOKUPS,
    told: told / LOOKUPS,
    accuracy: accuracy / LOOKUPS,
    strangers: strangers / LOOKUPS,
  }
}
