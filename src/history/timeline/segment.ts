/** What memory keeps of one archive that was read, or of the live messages: where its pages are and what they count. */
import type { ArchiveId, AuthorKey, MessageId } from '../ids.ts'
import type { Effect } from './effects.ts'
import { readEffect, writeEffect } from './effects.ts'
import { LIVE_SEGMENT } from './keys.ts'
import { QuarterCounts } from './quarter-counts.ts'
import { RecordReader, RecordWriter } from './record-bytes.ts'
import { type Work, each, sorted } from './slices.ts'

const VERSION = 2
const NOON_MS = 43_200_000
const DAY_MS = 2 * NOON_MS
const MAX_PINS = 4096
const PREFIX_BYTES = 6

export interface PageRef {
  readonly number: number
  /** Number of the channel in the community’s table. */
  readonly channel: number
  readonly firstClockMs: number
  readonly lastClockMs: number
  readonly count: number
}

export interface Segment {
  readonly number: number
  /** Undefined for live messages. */
  readonly archiveId: ArchiveId | undefined
  readonly fromMs: number
  readonly toMs: number
  readonly messageCount: number
  /** Of its messages; 0 where it has none. */
  readonly firstAtMs: number
  readonly lastAtMs: number
  /** Sorted by channel, then clock. */
  readonly pages: readonly PageRef[]
  /** Of `QuarterCounts`. */
  readonly quarters: Uint8Array
  /** First 48 bits of messages elsewhere that something here is about. */
  readonly foreignTargets: readonly number[]
  /** All of them, whomever they are by. */
  readonly pins: readonly (Effect & { kind: 'pin' })[]
  /** Buckets of terms that it has records in. */
  readonly termBuckets: readonly number[]
  readonly blobPacks: number
}

export function encodeSegment(segment: Segment): Uint8Array<ArrayBuffer> {
  const writer = new RecordWriter().u8(VERSION).text(segment.archiveId ?? '')
  writer.f64(segment.fromMs).f64(segment.toMs).varint(segment.messageCount)
  writer.f64(segment.firstAtMs).f64(segment.lastAtMs)
  writer.varint(segment.pages.length)
  for (const { number, channel, firstClockMs, lastClockMs, count } of segment.pages) {
    writer
      .varint(number)
      .varint(channel)
      .f64(firstClockMs)
      .varint(lastClockMs - firstClockMs)
      .varint(count)
  }
  writer.varint(segment.quarters.byteLength).bytes(segment.quarters)
  writer.varint(segment.foreignTargets.length)
  for (const prefix of segment.foreignTargets) writer.u16(Math.floor(prefix / 2 ** 32)).u32(prefix % 2 ** 32)
  const pins = segment.pins.slice(0, MAX_PINS)
  writer.varint(pins.length)
  for (const pin of pins) writeEffect(writer, pin)
  writer.varint(segment.termBuckets.length)
  for (const bucket of segment.termBuckets) writer.u8(bucket)
  return writer.varint(segment.blobPacks).finish()
}

export function decodeSegment(number: number, bytes: Uint8Array): Segment {
  const reader = new RecordReader(bytes)
  const version = reader.u8()
  const archiveId = (reader.text() || undefined) as ArchiveId | undefined
  const [fromMs, toMs, messageCount] = [reader.f64(), reader.f64(), reader.varint()]
  const [firstAtMs, lastAtMs] = [reader.f64(), reader.f64()]
  const pages = listOf(reader, () => {
    const [page, channel, firstClockMs] = [reader.varint(), reader.varint(), reader.f64()]
    return { number: page, channel, firstClockMs, lastClockMs: firstClockMs + reader.varint(), count: reader.varint() }
  })
  const quarters = version === 1 ? quartersOfDays(reader, number) : reader.bytes(reader.varint()).slice()
  const foreignTargets = listOf(reader, () => reader.u16() * 2 ** 32 + reader.u32())
  const pins = listOf(reader, () => readEffect(reader)).filter((effect) => effect.kind === 'pin')
  const termBuckets = listOf(reader, () => reader.u8())
  const counts = { messageCount, firstAtMs, lastAtMs, blobPacks: reader.varint() }
  return { number, archiveId, fromMs, toMs, ...counts, pages, quarters, foreignTargets, pins, termBuckets }
}

/**
 * The first version counted days of UTC, whose noon is of the same day in most places. Live messages, which come and go
 * one by one, are counted as they are written again.
 */
function quartersOfDays(reader: RecordReader, segment: number): Uint8Array {
  const counts = new QuarterCounts()
  for (let left = reader.varint(); left > 0; left--) {
    const [channel, day] = [reader.varint(), reader.signed()]
    counts.add(channel, day * DAY_MS + NOON_MS, reader.varint())
  }
  return segment === LIVE_SEGMENT ? new Uint8Array() : counts.pack()
}

/** The first 48 bits of an id: equal ones are looked at in full. */
export function targetPrefix(id: MessageId | AuthorKey): number {
  return Number.parseInt(id.slice(2, 2 + 2 * PREFIX_BYTES), 16)
}

/** The newest pins that a segment keeps, whatever order they came in. */
export function* keptPins(effects: Iterable<Effect>): Work<(Effect & { kind: 'pin' })[]> {
  const pins: (Effect & { kind: 'pin' })[] = []
  yield* each(effects, (effect) => effect.kind === 'pin' && pins.push(effect))
  const newestFirst = yield* sorted(pins, (a, b) => b.clockMs - a.clockMs || (a.id < b.id ? 1 : -1))
  return newestFirst.slice(0, MAX_PINS)
}

function listOf<T>(reader: RecordReader, read: () => T): T[] {
  return Array.from({ length: reader.varint() }, read)
}
