/**
 * The messages that an owner keeps until they are archived, in the history’s database.
 *
 *   append ─▶ by day: hashes (one record, stays) · messages (records of some kilobytes, until markArchived)
 *   messages(span) ◀─ one day in memory at a time, by time and hash
 *
 * One record a message would be far too slow in IndexedDB, and one a day would be written again for each message of it.
 */
import { archiveMessages, encodeArchive } from '../../codec/history/archive.ts'
import type { WakuMessage } from '../../codec/history/waku.ts'
import type { HistoryKv } from '../../store/history-kv.ts'
import type { KvEntry, KvReader, KvWriter } from '../../store/kv.ts'
import type { SpanSeconds } from '../archive/archive-entry.ts'
import { DAY_SECONDS } from '../archive/partition.ts'
import type { CommunityId } from '../ids.ts'
import type { AbortOptions } from '../ports.ts'
import { DayHashes } from './day-hashes.ts'
import { EnvelopeKeys } from './envelope-keys.ts'
import { type EnvelopeLog, inOrder, type MessageKey, type TimeBounds } from './message-source.ts'

/** A record that is smaller takes what comes next for its day. */
const SMALL_RECORD_BYTES = 8_192
/** Messages of one transaction: others get their turn in between. */
const MESSAGES_AT_ONCE = 1_000
const LAST_DAY = 0xffff_ffff
const NO_METADATA = { version: 0, fromSeconds: 0, toSeconds: 0, contentTopics: [] }

type Reader = KvReader<'envelopes'>
type Writer = KvWriter<'envelopes'>

export interface EnvelopeLogInit {
  readonly community: CommunityId
  /** “live”, or the name of an import. */
  readonly log: string
}

/** Errors of every method: those of `Kv`, which the caller has opened. */
export class KvEnvelopeLog implements EnvelopeLog {
  readonly #kv: HistoryKv
  readonly #keys: EnvelopeKeys

  constructor(kv: HistoryKv, { community, log }: EnvelopeLogInit) {
    this.#kv = kv
    this.#keys = new EnvelopeKeys(community, log)
  }

  /** An abort leaves some of them kept; appending all again keeps none twice. */
  async append(messages: readonly WakuMessage[], { signal }: AbortOptions = {}): Promise<number> {
    let added = 0
    for (let start = 0; start < messages.length; start += MESSAGES_AT_ONCE) {
      signal?.throwIfAborted()
      const days = byDay(messages.slice(start, start + MESSAGES_AT_ONCE))
      const counts = await this.#kv.write(async (tx) =>
        Promise.all([...days].map(async ([day, ofDay]) => this.#appendDay(tx, day, ofDay))),
      )
      added += counts.reduce((sum, count) => sum + count, 0)
    }
    return added
  }

  async *messages({ fromSeconds, toSeconds }: SpanSeconds, { signal }: AbortOptions = {}): AsyncGenerator<WakuMessage> {
    const days = await this.#days(dayOf(fromSeconds), dayOf(toSeconds - 1))
    for (const day of days) {
      signal?.throwIfAborted()
      const records = await this.#kv.read(async (tx) => this.#records(tx, day))
      for (const message of inOrder(records.flatMap(messagesOf))) {
        if (message.timestampSeconds >= fromSeconds && message.timestampSeconds < toSeconds) yield message
      }
    }
  }

  async bounds({ signal }: AbortOptions = {}): Promise<TimeBounds | undefined> {
    const days = await this.#days(0, LAST_DAY)
    const oldestSeconds = await this.#firstWith(days, signal, (a, b) => Math.min(a, b))
    const newestSeconds = await this.#firstWith(days.toReversed(), signal, (a, b) => Math.max(a, b))
    return oldestSeconds === undefined || newestSeconds === undefined ? undefined : { oldestSeconds, newestSeconds }
  }

  async markArchived(keys: readonly MessageKey[]): Promise<void> {
    for (const [day, ofDay] of byDay(keys)) {
      const archived = new Set(ofDay.map(({ hash }) => textOf(hash)))
      await this.#kv.write(async (tx) => {
        for (const { key, value } of await this.#records(tx, day)) {
          const waiting = [...archiveMessages(value)].filter(({ hash }) => !archived.has(textOf(hash)))
          if (waiting.length === 0) tx.delete('envelopes', key)
          else tx.put('envelopes', key, encodeArchive({ metadata: NO_METADATA, messages: waiting }))
        }
      })
    }
  }

  async deleteBefore(seconds: number): Promise<void> {
    const lastDay = Math.min(dayOf(seconds), LAST_DAY + 1) - 1
    if (lastDay < 0) return
    await this.#kv.write(async (tx) => {
      const ranges = [this.#keys.range('hashes', 0, lastDay), this.#keys.range('messages', 0, lastDay)]
      const keys = await Promise.all(ranges.map(async (range) => tx.keys('envelopes', range)))
      for (const key of keys.flat()) tx.delete('envelopes', key)
    })
  }

  async #appendDay(tx: Writer, day: number, messages: readonly WakuMessage[]): Promise<number> {
    const hashesKey = this.#keys.key('hashes', day, 0)
    const hashes = new DayHashes(await tx.get('envelopes', hashesKey))
    const added = messages.filter(({ hash }) => hashes.add(hash))
    if (added.length === 0) return 0
    const before = await tx.get('envelopes', this.#keys.key('messages', day, hashes.recordNumber))
    const isFull = before !== undefined && before.byteLength >= SMALL_RECORD_BYTES
    if (isFull) hashes.recordNumber++
    const kept = before === undefined || isFull ? [] : [...archiveMessages(before)]
    const record = encodeArchive({ metadata: NO_METADATA, messages: [...kept, ...added] })
    tx.put('envelopes', this.#keys.key('messages', day, hashes.recordNumber), record)
    tx.put('envelopes', hashesKey, hashes.encode())
    return added.length
  }

  async #days(firstDay: number, lastDay: number): Promise<number[]> {
    if (lastDay < firstDay) return []
    const range = this.#keys.range('hashes', firstDay, lastDay)
    const keys = await this.#kv.read(async (tx) => tx.keys('envelopes', range))
    return keys.map((key) => this.#keys.dayOf(key))
  }

  async #records(tx: Reader, day: number): Promise<KvEntry[]> {
    return tx.entries('envelopes', this.#keys.range('messages', day, day))
  }

  /** Of the first of `days` that has messages which wait. */
  async #firstWith(
    days: readonly number[],
    signal: AbortSignal | undefined,
    pick: (a: number, b: number) => number,
  ): Promise<number | undefined> {
    for (const day of days) {
      signal?.throwIfAborted()
      const records = await this.#kv.read(async (tx) => this.#records(tx, day))
      const times = records.flatMap((record) => messagesOf(record).map(({ timestampSeconds }) => timestampSeconds))
      if (times.length > 0) return times.reduce(pick)
    }
    return undefined
  }
}

function byDay<T extends MessageKey>(messages: readonly T[]): Map<number, T[]> {
  const days = new Map<number, T[]>()
  for (const message of messages) {
    const day = dayOf(message.timestampSeconds)
    // A time that no calendar has: there is no archive that it could ever be in.
    if (day > LAST_DAY) continue
    const ofDay = days.get(day)
    if (ofDay === undefined) days.set(day, [message])
    else ofDay.push(message)
  }
  return days
}

function dayOf(seconds: number): number {
  return Math.floor(seconds / DAY_SECONDS)
}

function messagesOf({ value }: KvEntry): WakuMessage[] {
  return [...archiveMessages(value)]
}

function textOf(hash: Uint8Array): string {
  return String.fromCharCode(...hash)
}
