/**
 * The envelopes of the last 30 days, as they came: what a member or a keeper answers others with.
 *
 *   add ──▶ by time and id, once an id ──▶ range (pages)      too many, too large, too old ──▶ the oldest go
 *
 * An id is a message’s own, so that the same message in another envelope does not take room again; the hash of what the
 * envelope carries where that cannot be opened here.
 */
import { concat } from '../../codec/concat.ts'
import { sameBytes } from '../../codec/same-bytes.ts'
import type { Kv } from '../../store/kv.ts'
import { DAY_MS } from '../clock.ts'
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
import {
  halfOf,
  type KeptLimits,
  KeptRoom,
  type KeptTotals,
  type NewEnvelope,
  readTotals,
  type SettledEnvelope,
} from './kept-room.ts'
import { readEnvelopes } from './read-envelopes.ts'
import type { Span } from './span-digests.ts'
import { readParts, writeParts } from './parts-record.ts'

/** Of a member: a year’s text of a lively community is a tenth of it, and images may come. */
const MEMBER_LIMITS: KeptLimits = { maxCount: 50_000, maxBytes: 128 * 1024 * 1024 }
/** As store nodes of Status keep them. */
export const KEPT_MS = 30 * DAY_MS
const KEYS_AT_A_TIME = 2048

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

export interface RangeQuery {
  readonly fromMs: number
  /** Not included. */
  readonly toMs: number
  readonly limit: number
  readonly maxBytes: number
  readonly cursor?: Uint8Array | undefined
}

export type NewestKind = 'link' | 'description'

interface NewestEnvelope {
  /** More than nought. */
  readonly clockMs: number
  readonly envelope: Uint8Array
  /** Its other parts, where it is too large for one envelope. */
  readonly more?: readonly Uint8Array[] | undefined
  /** Whether it replaces one with the same clock. */
  readonly winsTie?: boolean | undefined
  /** A clock of which the caller knows that it was wrong: the one with it is replaced. */
  readonly wrongClockMs?: number | undefined
}

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
      const added = [...fresh.values()].filter((one) => one.isUnjudged !== true || this.#fits(one))
      if (added.length === 0) return 0
      const room = await KeptRoom.open(tx, prefix)
      for (const one of added) room.put(one)
      await room.makeRoom(this.#limits)
      room.save()
      return added.length
    })
  }

  /** What could not be opened has been: known by its message’s id from now on, or freed where that is kept already. */
  async settle(community: CommunityId, settled: readonly SettledEnvelope[]): Promise<void> {
    const changed = settled.filter(({ id, messageId }) => !sameBytes(id, messageId))
    if (changed.length === 0) return
    await this.#kv.write(async (tx) => {
      const room = await KeptRoom.open(tx, communityBytes(community))
      for (const one of changed) await room.settle(one)
      room.save()
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

  /** Times and ids of a span, oldest first, by pages. */
  async *keys(community: CommunityId, { fromMs, toMs }: Span): AsyncGenerator<readonly Uint8Array[]> {
    const prefix = communityBytes(community)
    const end = concat(prefix, timeBytes(toMs))
    let start = concat(prefix, timeBytes(fromMs))
    for (;;) {
      const range = { start, end, limit: KEYS_AT_A_TIME }
      const found = await this.#kv.read((tx) => tx.keys('envelopes', range))
      yield found.map((key) => key.subarray(COMMUNITY_BYTES))
      const last = found.at(-1)
      if (last === undefined || found.length < KEYS_AT_A_TIME) return
      start = concat(last, Uint8Array.of(0))
    }
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
  ): Promise<{ clockMs: number; envelope: Uint8Array; more: readonly Uint8Array[] } | undefined> {
    const value = await this.#kv.read((tx) => tx.get('facts', factKey(community, kind)))
    if (value === undefined) return undefined
    const [envelope = new Uint8Array(), ...more] = readParts(value.subarray(8))
    return { clockMs: readTime(value), envelope, more }
  }

  /** False, and nothing changed, where a newer one is known, or one with the same clock that this one does not win over. */
  async setNewest(
    community: CommunityId,
    kind: NewestKind,
    { clockMs, envelope, more = [], winsTie = false, wrongClockMs }: NewestEnvelope,
  ): Promise<boolean> {
    const key = factKey(community, kind)
    return this.#kv.write(
      async (tx) => {
        const before = await tx.get('facts', key)
        const beforeMs = before === undefined ? 0 : readTime(before)
        const isKept = beforeMs > clockMs || (beforeMs === clockMs && !winsTie)
        if (isKept && beforeMs !== wrongClockMs) return false
        tx.put('facts', key, concat(timeBytes(clockMs), writeParts([envelope, ...more])))
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
    return this.#kv.read((tx) => readTotals(tx, communityBytes(community)))
  }

  /** Frees what is older than 30 days, except what nobody took yet. */
  async prune(community: CommunityId, nowMs: number): Promise<void> {
    const prefix = communityBytes(community)
    await this.#kv.write(async (tx) => {
      const asked = await tx.entries('facts', {
        start: factKey(community, 'asked'),
        end: after(factKey(community, 'asked')),
      })
      for (const { key, value } of asked) if (readTime(value, 8) < nowMs - KEPT_MS) tx.delete('facts', key)
      const room = await KeptRoom.open(tx, prefix)
      await room.dropBefore(nowMs - KEPT_MS)
      room.save()
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

  /** Nothing would be left of the others’ half. */
  #fits({ envelope }: NewEnvelope): boolean {
    return envelope.byteLength <= halfOf(this.#limits).maxBytes
  }
}

function factKey(community: CommunityId, kind: keyof typeof FACT, rest = ''): Uint8Array {
  return concat(communityBytes(community), Uint8Array.of(FACT[kind]), new TextEncoder().encode(rest))
}
