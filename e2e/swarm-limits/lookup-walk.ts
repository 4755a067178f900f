/**
 * The lookup of kad-dht 16.4.5 (`query/manager.ts`, `query/query-path.ts`) in a network of ids: who is asked, not when.
 *
 *   the k closest contacts, dealt to d disjoint paths ──▶ each path asks α at a time, closest first
 *   an answer names k closer servers ──▶ those that are new, closer than who answered, and could enter the path’s k
 *   closest that answered, are asked too ──▶ the end: no path has anybody left
 *
 * A path prunes by its own k closest, not by those of all paths: the ten paths together ask more than the paper’s would.
 */
import { SeededRandom } from '../swarm/seeded-random.ts'
import { closestOf, distance, type IdSpace } from './id-space.ts'

export interface WalkInit {
  readonly k: number
  readonly alpha: number
  readonly paths: number
}

export interface Walk {
  /** Servers that were asked. */
  readonly asked: number
  /** The k closest of those, closest first: who gets a record. */
  readonly closest: readonly number[]
  /** Times that an answer named a server which is not in the asker’s table. */
  readonly strangers: number
}

/** One lookup of `key` by the node `asker`, with the answers in an order that chance chooses. */
export function walk(
  space: IdSpace,
  {
    asker,
    contacts = space.tableOf(asker),
    key,
    seed,
  }: { asker: number; contacts?: readonly number[]; key: number; seed: number },
  init: WalkInit,
): Walk {
  const random = new SeededRandom(seed)
  const known = new Set(contacts)
  const first = random.shuffled(closestOf([...known], key, init.k))
  const seen = new Set(first)
  const paths = Array.from({ length: Math.min(init.paths, first.length) }, (_, i) => {
    return new Path(
      key,
      first.filter((_id, place) => place % init.paths === i),
      init,
    )
  })
  const asked: number[] = []
  let strangers = 0
  for (let open = paths; open.length > 0; open = paths.filter((path) => path.isOpen())) {
    const path = open[Math.floor(random.next() * open.length)]
    const server = path?.answered(random)
    if (path === undefined || server === undefined) continue
    asked.push(server)
    for (const closer of space.knownBy(server, key)) {
      if (closer === asker) continue
      if (!known.has(closer)) strangers++
      if (seen.has(closer) || !path.wants(closer, server)) continue
      seen.add(closer)
      path.push(closer)
    }
  }
  return { asked: asked.length, closest: closestOf(asked, key, init.k), strangers }
}

/** One of the disjoint paths of a lookup. */
class Path {
  readonly #key: number
  readonly #init: WalkInit
  #waiting: number[]
  readonly #running: number[] = []
  #closest: number[] = []

  constructor(key: number, first: readonly number[], init: WalkInit) {
    this.#key = key
    this.#init = init
    this.#waiting = [...first]
    this.#ask()
  }

  isOpen(): boolean {
    return this.#running.length > 0
  }

  /** One of those that were asked has answered. */
  answered(random: SeededRandom): number | undefined {
    const [server] = this.#running.splice(Math.floor(random.next() * this.#running.length), 1)
    if (server === undefined) return undefined
    this.#closest = closestOf([...this.#closest, server], this.#key, this.#init.k)
    this.#ask()
    return server
  }

  wants(closer: number, server: number): boolean {
    return distance(closer, this.#key) < distance(server, this.#key) && this.#fits(closer)
  }

  push(server: number): void {
    this.#waiting = closestOf([...this.#waiting, server], this.#key, Infinity)
    this.#ask()
  }

  #ask(): void {
    while (this.#running.length < this.#init.alpha) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      if (this.#fits(next)) this.#running.push(next)
    }
  }

  #fits(server: number): boolean {
    const last = this.#closest[this.#init.k - 1]
    return last === undefined || distance(server, this.#key) < distance(last, this.#key)
  }
}
