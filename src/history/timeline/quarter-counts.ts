/**
 * How many messages each quarter of an hour of each channel has, packed: what the days of any place’s calendar are counted
 * from, since no place’s clock of today differs from UTC by less than a quarter.
 *
 *   for each channel: number, quarters, then for each of them: distance from the one before, messages
 */
import { RecordReader, RecordWriter } from './record-bytes.ts'

const QUARTER_MS = 900_000
/** Of a day of UTC. */
const QUARTERS = 96
const DAY_MS = QUARTERS * QUARTER_MS
/** More than a moment that a message can name has. */
const KEYS_OF_CHANNEL = 2 ** 34

export class QuarterCounts {
  readonly #counts = new Map<number, number>()

  constructor(packed: Uint8Array = new Uint8Array()) {
    eachQuarter(packed, (quarter, count, channel) => this.#add(channel, quarter, count))
  }

  add(channel: number, atMs: number, change = 1): void {
    this.#add(channel, Math.floor(atMs / QUARTER_MS), change)
  }

  pack(): Uint8Array<ArrayBuffer> {
    const keys = Float64Array.from(this.#counts.keys()).sort()
    const writer = new RecordWriter()
    for (let at = 0; at < keys.length;) {
      const channel = Math.floor((keys[at] ?? 0) / KEYS_OF_CHANNEL)
      const end = firstFrom(keys, (channel + 1) * KEYS_OF_CHANNEL)
      writer.varint(channel).varint(end - at)
      for (let before = channel * KEYS_OF_CHANNEL; at < end; at++) {
        const key = keys[at] ?? 0
        writer.varint(key - before).varint(this.#counts.get(key) ?? 0)
        before = key
      }
    }
    return writer.finish()
  }

  #add(channel: number, quarter: number, change: number): void {
    const key = channel * KEYS_OF_CHANNEL + quarter
    const count = (this.#counts.get(key) ?? 0) + change
    if (count > 0) this.#counts.set(key, count)
    else this.#counts.delete(key)
  }
}

/** Days since 1970 of the calendar of this device; what `counts` has already is counted on. */
export function addDays(
  packed: Uint8Array,
  channel: number | undefined,
  { counts, days }: { readonly counts: Map<number, number>; readonly days: LocalDays },
): void {
  let [day, sum] = [0, 0]
  const note = () => sum > 0 && counts.set(day, (counts.get(day) ?? 0) + sum)
  eachQuarter(packed, (quarter, count, of) => {
    if (channel !== undefined && of !== channel) return
    const next = days.dayOf(quarter)
    if (next !== day) {
      note()
      day = next
      sum = 0
    }
    sum += count
  })
  note()
}

/** The clock of this device, asked twice for each day of UTC and more often only where it changes on that day. */
export class LocalDays {
  readonly #offsets = new Map<number, number | undefined>()
  #utcDay = Number.NaN
  #offset: number | undefined

  dayOf(quarter: number): number {
    const utcDay = Math.floor(quarter / QUARTERS)
    if (utcDay !== this.#utcDay) {
      this.#utcDay = utcDay
      this.#offset = this.#offsetMs(utcDay)
    }
    const offsetMs = this.#offset ?? offsetMsAt(quarter * QUARTER_MS)
    return Math.floor((quarter * QUARTER_MS + offsetMs) / DAY_MS)
  }

  /** Undefined where it changes. */
  #offsetMs(utcDay: number): number | undefined {
    if (this.#offsets.has(utcDay)) return this.#offsets.get(utcDay)
    const first = offsetMsAt(utcDay * DAY_MS)
    const offsetMs = offsetMsAt((utcDay + 1) * DAY_MS) === first ? first : undefined
    this.#offsets.set(utcDay, offsetMs)
    return offsetMs
  }
}

function offsetMsAt(ms: number): number {
  // Of a moment beyond all calendars it is not a number.
  return -60_000 * (new Date(ms).getTimezoneOffset() || 0)
}

function eachQuarter(packed: Uint8Array, visit: (quarter: number, count: number, channel: number) => void): void {
  const reader = new RecordReader(packed)
  while (!reader.isAtEnd) {
    const channel = reader.varint()
    let quarter = 0
    for (let left = reader.varint(); left > 0; left--) {
      quarter += reader.varint()
      visit(quarter, reader.varint(), channel)
    }
  }
}

function firstFrom(sorted: Float64Array, least: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? Infinity) < least) low = middle + 1
    else high = middle
  }
  return low
}
