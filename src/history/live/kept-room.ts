/**
 * The room that a community’s envelopes take, and who gives way where there is too little.
 *
 *   over half, of those that could not be opened ──▶ the oldest of them go      over all ──▶ the oldest of all go
 */
import { concat } from '../../codec/concat.ts'
import type { KvReader, KvWriter } from '../../store/kv.ts'
import {
  after,
  COMMUNITY_BYTES,
  envelopeKey,
  FACT,
  type LiveTable,
  partsOfKey,
  readTime,
  TIME_BYTES,
  timeBytes,
} from './live-keys.ts'
import { READ_AT_A_TIME } from './read-envelopes.ts'

export interface KeptLimits {
  /** Of one community. */
  readonly maxCount: number
  readonly maxBytes: number
}

export interface NewEnvelope {
  /** 32 bytes. */
  readonly id: Uint8Array
  readonly atMs: number
  readonly envelope: Uint8Array
  readonly isUnsent?: boolean | undefined
  /** Of the last part of a large message: it is known by the message’s id, and by what it carries. */
  readonly contentHash?: Uint8Array | undefined
  /** It could not be opened: a part of a message, or sealed. All of them together have half of the room. */
  readonly isUnjudged?: boolean | undefined
}

/** An envelope that could not be opened, until now. */
export interface SettledEnvelope {
  readonly id: Uint8Array
  readonly atMs: number
  readonly messageId: Uint8Array
}

export interface KeptTotals {
  readonly count: number
  readonly sizeBytes: number
}

type MutableTotals = { -readonly [Fact in keyof KeptTotals]: KeptTotals[Fact] }

interface Sums {
  readonly all: MutableTotals
  readonly unjudged: MutableTotals
}

type SumKind = keyof Sums

const FACT_OF: Readonly<Record<SumKind, number>> = { all: FACT.totals, unjudged: FACT.unjudged }
// Some more go than must, so that each message that comes does not cost an eviction.
const EVICTED_AT_A_TIME = 256
const ROOM_LEFT = 15 / 16

/** Puts and frees envelopes of one community within one transaction; `save` ends it. */
export class KeptRoom {
  readonly #tx: KvWriter<LiveTable>
  readonly #prefix: Uint8Array
  readonly #sums: Sums

  private constructor(tx: KvWriter<LiveTable>, prefix: Uint8Array, sums: Sums) {
    this.#tx = tx
    this.#prefix = prefix
    this.#sums = sums
  }

  static async open(tx: KvWriter<LiveTable>, prefix: Uint8Array): Promise<KeptRoom> {
    const [all, unjudged] = await Promise.all([readTotals(tx, prefix), readTotals(tx, prefix, 'unjudged')])
    return new KeptRoom(tx, prefix, { all: { ...all }, unjudged: { ...unjudged } })
  }

  put({ id, atMs, envelope, contentHash, isUnsent, isUnjudged = false }: NewEnvelope): void {
    const key = envelopeKey(this.#prefix, atMs, id)
    this.#tx.put('envelopes', key, envelope)
    const alias = contentHash ?? new Uint8Array()
    this.#tx.put('ids', concat(this.#prefix, id), concat(timeBytes(atMs), alias))
    if (contentHash !== undefined) this.#tx.put('ids', concat(this.#prefix, contentHash), timeBytes(atMs))
    if (isUnsent === true) this.#tx.put('outbox', key, new Uint8Array())
    if (isUnjudged) this.#tx.put('facts', this.#unjudgedKey(key), new Uint8Array())
    this.#count(envelope.byteLength, { isUnjudged, by: 1 })
  }

  async settle({ id, atMs, messageId }: SettledEnvelope): Promise<void> {
    const key = envelopeKey(this.#prefix, atMs, id)
    const [envelope, isUnsent] = await Promise.all([this.#tx.get('envelopes', key), this.#tx.has('outbox', key)])
    if (envelope === undefined) return
    await this.#drop([key])
    if (await this.#tx.has('ids', concat(this.#prefix, messageId))) return
    this.put({ id: messageId, atMs, envelope, isUnsent })
  }

  /** What nobody took yet goes with the rest. */
  async makeRoom(limits: KeptLimits): Promise<void> {
    const half = halfOf(limits)
    const unjudged = this.#unjudgedKey(this.#prefix)
    await this.#evict('unjudged', half, async () => {
      const range = { start: unjudged, end: after(unjudged), limit: EVICTED_AT_A_TIME }
      const keys = await this.#tx.keys('facts', range)
      return keys.map((key) => concat(this.#prefix, key.subarray(unjudged.byteLength)))
    })
    const range = { start: this.#prefix, end: after(this.#prefix), limit: EVICTED_AT_A_TIME }
    await this.#evict('all', limits, () => this.#tx.keys('envelopes', range))
  }

  /** Frees all before a moment, but what nobody took yet. */
  async dropBefore(ms: number): Promise<void> {
    const range = { start: this.#prefix, end: concat(this.#prefix, timeBytes(ms)) }
    const keys = await this.#tx.keys('envelopes', range)
    for (let from = 0; from < keys.length; from += READ_AT_A_TIME) {
      const some = keys.slice(from, from + READ_AT_A_TIME)
      const isUnsent = await Promise.all(some.map((key) => this.#tx.has('outbox', key)))
      await this.#drop(some.filter((_, at) => isUnsent[at] !== true))
    }
  }

  save(): void {
    for (const kind of ['all', 'unjudged'] as const) {
      const { count, sizeBytes } = this.#sums[kind]
      const key = concat(this.#prefix, Uint8Array.of(FACT_OF[kind]))
      this.#tx.put('facts', key, concat(timeBytes(count), timeBytes(sizeBytes)))
    }
  }

  async #evict(kind: SumKind, limits: KeptLimits, oldest: () => Promise<Uint8Array[]>): Promise<void> {
    const totals = this.#sums[kind]
    const goal = { maxCount: limits.maxCount * ROOM_LEFT, maxBytes: limits.maxBytes * ROOM_LEFT }
    while (isOver(totals, limits)) {
      const keys = await oldest()
      if (keys.length === 0) return
      for (let at = 0; at < keys.length && isOver(totals, goal);) {
        // Where there are few, each may be large: one by one, so that what just came is not among those that go.
        const size = totals.count > READ_AT_A_TIME * 16 ? READ_AT_A_TIME : 1
        await this.#drop(keys.slice(at, at + size))
        at += size
      }
    }
  }

  async #drop(keys: readonly Uint8Array[]): Promise<void> {
    const tx = this.#tx
    const facts = await Promise.all(
      keys.map((key) =>
        Promise.all([
          tx.get('envelopes', key),
          tx.has('facts', this.#unjudgedKey(key)),
          tx.get('ids', this.#idKey(key)),
        ]),
      ),
    )
    for (const [at, key] of keys.entries()) {
      const [value, isUnjudged = false, known] = facts[at] ?? []
      tx.delete('envelopes', key)
      tx.delete('outbox', key)
      tx.delete('ids', this.#idKey(key))
      const alias = known?.subarray(TIME_BYTES) ?? new Uint8Array()
      if (alias.byteLength > 0) tx.delete('ids', concat(this.#prefix, alias))
      if (isUnjudged) tx.delete('facts', this.#unjudgedKey(key))
      this.#count(value?.byteLength ?? 0, { isUnjudged, by: -1 })
    }
  }

  /** Of an envelope’s key. */
  #idKey(key: Uint8Array): Uint8Array {
    return concat(this.#prefix, partsOfKey(key).id)
  }

  /** Of an envelope’s key, or of the community alone. */
  #unjudgedKey(key: Uint8Array): Uint8Array {
    return concat(this.#prefix, Uint8Array.of(FACT.unjudgedOne), key.subarray(COMMUNITY_BYTES))
  }

  #count(sizeBytes: number, { isUnjudged, by }: { isUnjudged: boolean; by: 1 | -1 }): void {
    for (const totals of isUnjudged ? [this.#sums.all, this.#sums.unjudged] : [this.#sums.all]) {
      totals.count += by
      totals.sizeBytes += by * sizeBytes
    }
  }
}

/** Of those that could not be opened. */
export function halfOf({ maxCount, maxBytes }: KeptLimits): KeptLimits {
  return { maxCount: maxCount / 2, maxBytes: maxBytes / 2 }
}

export async function readTotals(
  tx: KvReader<LiveTable>,
  prefix: Uint8Array,
  kind: SumKind = 'all',
): Promise<KeptTotals> {
  const value = await tx.get('facts', concat(prefix, Uint8Array.of(FACT_OF[kind])))
  return value === undefined ? { count: 0, sizeBytes: 0 } : { count: readTime(value), sizeBytes: readTime(value, 8) }
}

function isOver({ count, sizeBytes }: KeptTotals, { maxCount, maxBytes }: KeptLimits): boolean {
  return count > maxCount || sizeBytes > maxBytes
}
