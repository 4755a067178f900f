/** Who has a place at a keeper, kept over restarts. */
import { concat } from '../../codec/concat.ts'
import { fromHex, toHex } from '../../history/crypto/hex.ts'
import type { CommunityId } from '../../history/ids.ts'
import { after, type LiveTable, readTime, timeBytes } from '../../history/live/live-keys.ts'
import type { Kv } from '../../store/kv.ts'

export interface CommunityPlacesComponents {
  /** Open before `load`. Places are among its facts, under a prefix that no community’s id has. */
  readonly kv: Kv<LiveTable>
  readonly nowMs: () => number
}

export interface CommunityPlacesInit {
  readonly named: readonly CommunityId[]
  readonly maxCount: number
}

/** A community that nobody asked for within it may give way to another. */
const IDLE_MS = 7 * 24 * 60 * 60_000
const PREFIX = Uint8Array.of(0)

export class CommunityPlaces {
  readonly #kv: Kv<LiveTable>
  readonly #nowMs: () => number
  readonly #named: ReadonlySet<CommunityId>
  readonly #maxCount: number
  /** Those without a name: when they were asked for last. */
  readonly #askedAtMs = new Map<CommunityId, number>()

  constructor({ kv, nowMs }: CommunityPlacesComponents, { named, maxCount }: CommunityPlacesInit) {
    this.#kv = kv
    this.#nowMs = nowMs
    this.#named = new Set(named)
    this.#maxCount = maxCount
  }

  /** Those of the last run and the named ones; and those that have no place any more. */
  async load(): Promise<{ served: readonly CommunityId[]; dropped: readonly CommunityId[] }> {
    const entries = await this.#kv.read((tx) => tx.entries('facts', { start: PREFIX, end: after(PREFIX) }))
    const known = entries.map(({ key, value }) => ({
      id: toHex(key.subarray(1)) as CommunityId,
      atMs: readTime(value),
    }))
    const others = known.filter(({ id }) => !this.#named.has(id)).toSorted((a, b) => b.atMs - a.atMs)
    const kept = others.slice(0, this.#maxCount)
    const dropped = others.slice(this.#maxCount).map(({ id }) => id)
    for (const { id, atMs } of kept) this.#askedAtMs.set(id, atMs)
    for (const id of dropped) await this.#forget(id)
    // So that one whose name is taken out of the options is known then.
    for (const id of this.#named) await this.#note(id)
    return { served: [...this.#named, ...kept.map(({ id }) => id)], dropped }
  }

  /** A place, and who gave way for it; undefined where there is none. */
  async take(community: CommunityId): Promise<{ givenUp?: CommunityId } | undefined> {
    if (this.#askedAtMs.size < this.#maxCount) {
      await this.touch(community)
      return {}
    }
    const [oldest] = [...this.#askedAtMs].toSorted(([, a], [, b]) => a - b)
    if (oldest === undefined || oldest[1] > this.#nowMs() - IDLE_MS) return undefined
    const [givenUp] = oldest
    this.#askedAtMs.delete(givenUp)
    await this.#forget(givenUp)
    await this.touch(community)
    return { givenUp }
  }

  /** Somebody asked for it. */
  async touch(community: CommunityId): Promise<void> {
    if (this.#named.has(community)) return
    this.#askedAtMs.set(community, this.#nowMs())
    await this.#note(community)
  }

  async #note(community: CommunityId): Promise<void> {
    const value = timeBytes(this.#nowMs())
    await this.#kv.write(async (tx) => tx.put('facts', keyOf(community), value))
  }

  async #forget(community: CommunityId): Promise<void> {
    await this.#kv.write(async (tx) => tx.delete('facts', keyOf(community)))
  }
}

function keyOf(community: CommunityId): Uint8Array {
  return concat(PREFIX, fromHex(community))
}
