/**
 * The envelopes of the last 30 days, as they came: what a member or a keeper answers others with.
 *
 *   add ──▶ by time and id, once an id ──▶ range (pages)      too many, too large, too old ──▶ the oldest go
 *
 * An id is a message’s own, so that the same message in another envelope does not take room again; the envelope’s hash where
 * it cannot be opened here.
 */
import { concat } from '../../codec/concat.ts'
import type { Kv, KvReader, KvWriter } from '../../store/kv.ts'
import type { CommunityId } from '../ids.ts'
import {
  after,
  COMMUNITY_BYTES,
  communityBytes,
  CURSOR_BYTES,
  envelopeKey,
  FACT,
  type LiveTable,
  partsOfKey,
  readTime,
  timeBytes,
} from './live-keys.ts'
import { READ_AT_A_TIME, readEnvelopes } from './read-envelopes.ts'

export interface KeptLimits {
  /** Of one community. */
  readonly maxCount: number
  readonly maxBytes: number
}

/** Of a member: a year’s text of a lively community is a tenth of it, and images may come. */
const MEMBER_LIMITS: KeptLimits = { maxCount: 50_000, maxBytes: 128 * 1024 * 1024 }
/** As store nodes of Status keep them. */
export const KEPT_MS = 30 * 24 * 60 * 60_000

export interface NewEnvelope {
  /** 32 bytes. */
  readonly id: Uint8Array
  readonly atMs: number
  readonly envelope: Uint8Array
  readonly isUnsent?: boolean | undefined
  /** It could not be opened: a part of a message, or sealed. All of them together have half of the room. */
  readonly isUnjudged?: boolean | undefined
}

export interface KeptEnvelope {
  readonly id: Uint8Array
  readonly atMs: number
  readonly envelope: Uint8Array
}

export interface KeptPage {
  readonly envelopes: readonly KeptEnvelope[]
  /** For the next page; undefined where this was the last. */
  readonly cursor?: Uint8Array | undefined
}

export interface KeptTotals {
  readonly count: number
  readonly sizeBytes: number
}

export interface RangeQuery {
  readonly fromMs: number
  /** Not included. */
  readonly toMs: number
  readonly limit: number
  readonly maxBytes: number
  readonly cursor?: Uint8Array | undefined
}

export type NewestKind = 'link' | 'description'

// Evicted in one go, so that each message that comes does not cost an eviction.
const EVICTED_AT_A_TIME = 256
const UNJUDGED = Uint8Array.of(1)
const JUDGED = new Uint8Array()

/** Over a `Kv` with `LIVE_TABLES` that is open. Errors of every method: those of `Kv`. */
export class KeptEnvelopes {
  readonly #kv: Kv<LiveTable>
  readonly #limits: KeptLimits

  constructor(kv: Kv<LiveTable>, limits: KeptLimits = MEMBER_LIMITS) {
    this.#kv = kv
    this.#limits = limits
  }

  async has(community: CommunityId, id: Uint8Array): Promise<boolean> {
    return this.#kv.read((tx) => tx.has('ids', concat(communityBytes(community), id)))
  }

  /** Keeps those whose ids are new; resolves with how many were. The oldest make room where there are too many. */
  async add(community: CommunityId, envelopes: readonly NewEnvelope[]): Promise<number> {
    const prefix = communityBytes(community)
    return this.#kv.write(async (tx) => {
      const isKnown = await Promise.all(envelopes.map(({ id }) => tx.has('ids', concat(prefix, id))))
      const fresh = new Map(envelopes.filter((_, at) => isKnown[at] === false).map((one) => [one.id.join(), one]))
      const all = { ...(await this.#totals(tx, prefix)) }
      const unjudged = { ...(await this.#totals(tx, prefix, 'unjudged')) }
      let added = 0
      for (const { id, atMs, envelope, isUnsent, isUnjudged } of fresh.values()) {
        if (isUnjudged === true && this.#isHalf(unjudged, envelope.byteLength)) continue
        const key = envelopeKey(prefix, atMs, id)
        tx.put('envelopes', key, envelope)
        tx.put('ids', concat(prefix, id), concat(timeBytes(atMs), isUnjudged === true ? UNJUDGED : JUDGED))
        if (isUnsent === true) tx.put('outbox', key, new Uint8Array())
        for (const totals of isUnjudged === true ? [all, unjudged] : [all]) count(totals, envelope.byteLength)
        added++
      }
      if (added > 0) await this.#evict(tx, prefix, { all, unjudged })
      return added
    })
  }

  /** Oldest first; at least one envelope, however large, where there is any. */
  async range(community: CommunityId, query: RangeQuery): Promise<KeptPage> {
    const prefix = communityBytes(community)
    const start =
      query.cursor?.byteLength === CURSOR_BYTES
        ? concat(prefix, query.cursor, Uint8Array.of(0))
        : concat(prefix, timeBytes(query.fromMs))
    const end = concat(prefix, timeBytes(query.toMs))
    const { keys, envelopes } = await this.#kv.read(async (tx) => {
      const found = await tx.keys('envelopes', { start, end, limit: query.limit })
      return { keys: found, envelopes: await readEnvelopes(tx, found, query.maxBytes) }
    })
    const isMore = envelopes.length < keys.length || keys.length === query.limit
    const last = keys[envelopes.length - 1]
    return { envelopes, cursor: isMore ? last?.slice(COMMUNITY_BYTES) : undefined }
  }

  /** What nobody took yet, oldest first. */
  async unsent(community: CommunityId): Promise<KeptEnvelope[]> {
    const prefix = communityBytes(community)
    return this.#kv.read(async (tx) => {
      const keys = await tx.keys('outbox', { start: prefix, end: after(prefix) })
      const found = await Promise.all(keys.map((key) => tx.get('envelopes', key)))
      return keys.flatMap((key, at) => {
        const envelope = found[at]
        return envelope === undefined ? [] : [{ ...partsOfKey(key), envelope }]
      })
    })
  }

  async delivered(community: CommunityId, { atMs, id }: Pick<KeptEnvelope, 'atMs' | 'id'>): Promise<void> {
    await this.#kv.write(async (tx) => tx.delete('outbox', envelopeKey(communityBytes(community), atMs, id)))
  }

  async newest(
    community: CommunityId,
    kind: NewestKind,
  ): Promise<{ clockMs: number; envelope: Uint8Array } | undefined> {
    const value = await this.#kv.read((tx) => tx.get('facts', factKey(community, kind)))
    return value === undefined ? undefined : { clockMs: readTime(value), envelope: value.subarray(8) }
  }

  /** False, and nothing changed, where one with the same clock or a newer one is known. */
  async setNewest(
    community: CommunityId,
    kind: NewestKind,
    { clockMs, envelope }: { clockMs: number; envelope: Uint8Array },
  ): Promise<boolean> {
    const key = factKey(community, kind)
    return this.#kv.write(
      async (tx) => {
        const before = await tx.get('facts', key)
        if (before !== undefined && readTime(before) >= clockMs) return false
        tx.put('facts', key, concat(timeBytes(clockMs), envelope))
        return true
      },
      { isDurable: true },
    )
  }

  /** The span that a peer has told all of. */
  async askedSpan(community: CommunityId, peer: string): Promise<{ fromMs: number; toMs: number } | undefined> {
    const value = await this.#kv.read((tx) => tx.get('facts', factKey(community, 'asked', peer)))
    return value === undefined ? undefined : { fromMs: readTime(value), toMs: readTime(value, 8) }
  }

  async setAskedSpan(community: CommunityId, peer: string, span: { fromMs: number; toMs: number }): Promise<void> {
    const value = concat(timeBytes(span.fromMs), timeBytes(span.toMs))
    await this.#kv.write(async (tx) => tx.put('facts', factKey(community, 'asked', peer), value))
  }

  async totals(community: CommunityId): Promise<KeptTotals> {
    return this.#kv.read((tx) => this.#totals(tx, communityBytes(community)))
  }

  /** Frees what is older than 30 days, except what nobody took yet. */
  async prune(community: CommunityId, nowMs: number): Promise<void> {
    const prefix = communityBytes(community)
    await this.#kv.write(async (tx) => {
      const end = concat(prefix, timeBytes(nowMs - KEPT_MS))
      const asked = await tx.entries('facts', {
        start: factKey(community, 'asked'),
        end: after(factKey(community, 'asked')),
      })
      for (const { key, value } of asked) if (readTime(value, 8) < nowMs - KEPT_MS) tx.delete('facts', key)
      const sums = { all: await this.#totals(tx, prefix), unjudged: await this.#totals(tx, prefix, 'unjudged') }
      await this.#drop(tx, { prefix, end, sums })
      this.#putTotals(tx, prefix, sums)
    })
  }

  /** Frees all of a community. */
  async remove(community: CommunityId): Promise<void> {
    const prefix = communityBytes(community)
    await this.#kv.write(async (tx) => {
      for (const table of ['envelopes', 'ids', 'outbox', 'facts'] as const) {
        for (const key of await tx.keys(table, { start: prefix, end: after(prefix) })) tx.delete(table, key)
      }
    })
  }

  #isHalf(unjudged: KeptTotals, sizeBytes: number): boolean {
    const { maxCount, maxBytes } = this.#limits
    return unjudged.count >= maxCount / 2 || unjudged.sizeBytes + sizeBytes > maxBytes / 2
  }

  async #evict(tx: KvWriter<LiveTable>, prefix: Uint8Array, sums: Sums): Promise<void> {
    while (sums.all.count > this.#limits.maxCount || sums.all.sizeBytes > this.#limits.maxBytes) {
      const before = sums.all.count
      await this.#drop(tx, { prefix, end: after(prefix), sums, limit: EVICTED_AT_A_TIME })
      if (sums.all.count === before) break
    }
    this.#putTotals(tx, prefix, sums)
  }

  /** Without a limit it spares what nobody took yet. Changes `sums`. */
  async #drop(
    tx: KvWriter<LiveTable>,
    { prefix, end, sums, limit }: { prefix: Uint8Array; end: Uint8Array; sums: Sums; limit?: number },
  ): Promise<void> {
    const keys = await tx.keys('envelopes', { start: prefix, end, limit })
    for (let from = 0; from < keys.length; from += READ_AT_A_TIME) {
      const some = keys.slice(from, from + READ_AT_A_TIME)
      const facts = await Promise.all(
        some.map(async (key) =>
          Promise.all([
            tx.get('envelopes', key),
            tx.get('ids', concat(prefix, partsOfKey(key).id)),
            tx.has('outbox', key),
          ]),
        ),
      )
      for (const [at, key] of some.entries()) {
        const [value, id, isUnsent] = facts[at] ?? []
        if (isUnsent === true && limit === undefined) continue
        tx.delete('envelopes', key)
        tx.delete('outbox', key)
        tx.delete('ids', concat(prefix, partsOfKey(key).id))
        const isUnjudged = id?.[id.byteLength - 1] === 1 && id.byteLength > timeBytes(0).byteLength
        for (const totals of isUnjudged ? [sums.all, sums.unjudged] : [sums.all]) {
          count(totals, value?.byteLength ?? 0, -1)
        }
      }
    }
  }

  async #totals(
    tx: KvReader<LiveTable>,
    prefix: Uint8Array,
    kind: 'totals' | 'unjudged' = 'totals',
  ): Promise<MutableTotals> {
    const value = await tx.get('facts', concat(prefix, Uint8Array.of(FACT[kind])))
    return value === undefined ? { count: 0, sizeBytes: 0 } : { count: readTime(value), sizeBytes: readTime(value, 8) }
  }

  #putTotals(tx: KvWriter<LiveTable>, prefix: Uint8Array, { all, unjudged }: Sums): void {
    for (const [kind, sum] of [
      [FACT.totals, all],
      [FACT.unjudged, unjudged],
    ] as const) {
      tx.put('facts', concat(prefix, Uint8Array.of(kind)), concat(timeBytes(sum.count), timeBytes(sum.sizeBytes)))
    }
  }
}

type MutableTotals = { -readonly [Fact in keyof KeptTotals]: KeptTotals[Fact] }

interface Sums {
  readonly all: MutableTotals
  readonly unjudged: MutableTotals
}

function count(totals: MutableTotals, sizeBytes: number, by: 1 | -1 = 1): void {
  totals.count += by
  totals.sizeBytes += by * sizeBytes
}

function factKey(community: CommunityId, kind: keyof typeof FACT, rest = ''): Uint8Array {
  return concat(communityBytes(community), Uint8Array.of(FACT[kind]), new TextEncoder().encode(rest))
}
