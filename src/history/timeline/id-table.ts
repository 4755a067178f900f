/**
 * Where each message of an archive is, in two records: names (ids, and what imports were called) by their first 64 bits to
 * numbers of messages in the order of time, by which the search index counts, too; and numbers to places.
 *
 *   names:  (prefix 8, message u32) … sorted        places:  (page u16, slot u8) …
 *
 * A filter beside it (Bloom, 12 bits a name, 7 hashes) says of most archives at once that a name is not there.
 */
import { RecordWriter } from './record-bytes.ts'
import { type Work, each, sorted } from './slices.ts'

const NAME_BYTES = 12
const PLACE_BYTES = 3
const FILTER_BITS = 12
const FILTER_HASHES = 7

/** The first 64 bits of an id, or of a hash of another name. */
export interface Prefix {
  readonly high: number
  readonly low: number
}

/** Something that an archive may be asked for; `message` is its number in the order of time. */
export interface Name {
  readonly prefix: Prefix
  readonly message: number
}

export interface Place {
  /** Number of the page in its segment. */
  readonly page: number
  readonly slot: number
}

export function prefixOfId(id: string): Prefix {
  return { high: Number.parseInt(id.slice(2, 10), 16), low: Number.parseInt(id.slice(10, 18), 16) }
}

/** Of a name that is no hash itself (FNV-1a, twice; what it finds is compared in full by its reader). */
export function prefixOfText(text: string): Prefix {
  let [high, low] = [0x811c9dc5, 0x01000193]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ code, 0x85ebca6b) ^ (low >>> 15)
  }
  return { high: high >>> 0, low: low >>> 0 }
}

export function* encodeIdTable(names: readonly Name[]): Work<Uint8Array<ArrayBuffer>> {
  const writer = new RecordWriter(NAME_BYTES * names.length)
  yield* each(yield* sorted(names, (a, b) => compare(a.prefix, b.prefix)), ({ prefix, message }) =>
    writer.u32(prefix.high).u32(prefix.low).u32(message),
  )
  return writer.finish()
}

export function* encodePlaces(places: readonly Place[]): Work<Uint8Array<ArrayBuffer>> {
  const writer = new RecordWriter(PLACE_BYTES * places.length)
  yield* each(places, ({ page, slot }) => writer.u16(page).u8(slot))
  return writer.finish()
}

export class IdTable {
  readonly sizeBytes: number
  readonly #view: DataView
  readonly #count: number

  constructor(bytes: Uint8Array) {
    this.sizeBytes = bytes.byteLength
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#count = Math.floor(bytes.byteLength / NAME_BYTES)
  }

  /** Messages with such a prefix; `digits`: how many of its 16 count. */
  find(prefix: Prefix, digits = 16): number[] {
    const [first, last] = boundsOf(prefix, digits)
    let [low, high] = [0, this.#count]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare(this.#prefixAt(middle), first) < 0) low = middle + 1
      else high = middle
    }
    const found: number[] = []
    for (let i = low; i < this.#count && compare(this.#prefixAt(i), last) <= 0; i++) {
      found.push(this.#view.getUint32(NAME_BYTES * i + 8, true))
    }
    return found
  }

  #prefixAt(index: number): Prefix {
    const at = NAME_BYTES * index
    return { high: this.#view.getUint32(at, true), low: this.#view.getUint32(at + 4, true) }
  }
}

export class Places {
  readonly sizeBytes: number
  readonly count: number
  readonly #view: DataView

  constructor(bytes: Uint8Array) {
    this.sizeBytes = bytes.byteLength
    this.count = Math.floor(bytes.byteLength / PLACE_BYTES)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** `message` < `count`. */
  at(message: number): Place {
    return {
      page: this.#view.getUint16(PLACE_BYTES * message, true),
      slot: this.#view.getUint8(PLACE_BYTES * message + 2),
    }
  }
}

export function* encodeFilter(names: readonly Name[]): Work<Uint8Array<ArrayBuffer>> {
  const bits = new Uint8Array(Math.max(8, Math.ceil((names.length * FILTER_BITS) / 8)))
  yield* each(names, ({ prefix }) => {
    for (const bit of bitsOf(prefix, bits.byteLength * 8)) bits[bit >>> 3] = (bits[bit >>> 3] ?? 0) | (1 << (bit & 7))
  })
  return bits
}

export function mayContain(filter: Uint8Array, prefix: Prefix): boolean {
  return bitsOf(prefix, filter.byteLength * 8).every((bit) => ((filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0)
}

/** Ids are hashes already: their two halves are the two hashes. */
function bitsOf({ high, low }: Prefix, count: number): number[] {
  return Array.from({ length: FILTER_HASHES }, (_, i) => (high + i * ((low | 1) >>> 0)) % count)
}

function boundsOf({ high, low }: Prefix, digits: number): [Prefix, Prefix] {
  if (digits >= 16)
    return [
      { high, low },
      { high, low },
    ]
  const [highFree, lowFree] = [4 * Math.max(0, 8 - digits), 4 * Math.min(8, 16 - digits)]
  const top = (value: number, free: number): number => (free === 0 ? value : value + 2 ** free - 1)
  const first = { high: clear(high, highFree), low: clear(low, lowFree) }
  return [first, { high: top(first.high, highFree), low: top(first.low, lowFree) }]
}

function clear(value: number, free: number): number {
  return Math.floor(value / 2 ** free) * 2 ** free
}

function compare(a: Prefix, b: Prefix): number {
  return a.high - b.high || a.low - b.low
}
