/**
 * Words to messages: each archive has a record for each bucket of words that it uses, so that a query reads one range over
 * all archives for a word.
 *
 *   count, then for each word, sorted: bytes shared with the one before · rest · bytes of its postings · postings
 *   postings: numbers of messages in the order of time, each as its distance from the one before
 */
import { RecordReader, RecordWriter } from '../timeline/record-bytes.ts'
import { type Work, each, sorted } from '../timeline/slices.ts'

const GROUPS = 16
const BUCKETS_OF_GROUP = 4
export const TERM_BUCKETS = GROUPS * BUCKETS_OF_GROUP
const MAX_TERM_BYTES = 256

const encoder = new TextEncoder()

/** The first two characters decide; a beginning of one may be in any of a group. */
export function bucketOf(term: string): number {
  return bucketsOfBeginning(term.slice(0, 1)).first + (Math.imul(term.charCodeAt(1) || 0, 0x9e3779b1) >>> 30)
}

/** The buckets that words with a beginning can be in, `first` to `last`. */
export function bucketsOfBeginning(beginning: string): { readonly first: number; readonly last: number } {
  if (beginning.length > 1) return { first: bucketOf(beginning), last: bucketOf(beginning) }
  const first = (beginning.charCodeAt(0) % GROUPS) * BUCKETS_OF_GROUP
  return { first, last: first + BUCKETS_OF_GROUP - 1 }
}

/** Collects the words of messages that come in the order of their numbers. */
export class TermCollector {
  readonly #messages = new Map<string, number[]>()

  add(message: number, terms: Iterable<string>): void {
    for (const term of terms) {
      const messages = this.#messages.get(term)
      if (messages === undefined) this.#messages.set(term, [message])
      else if (messages.at(-1) !== message) messages.push(message)
    }
  }

  entries(): Iterable<readonly [string, readonly number[]]> {
    return this.#messages
  }

  /** By bucket; those without words are left out. */
  *encode(): Work<ReadonlyMap<number, Uint8Array<ArrayBuffer>>> {
    const buckets = new Map<number, (readonly [string, readonly number[]])[]>()
    yield* each(this.#messages, (entry) => {
      const bucket = bucketOf(entry[0])
      const entries = buckets.get(bucket)
      if (entries === undefined) buckets.set(bucket, [entry])
      else entries.push(entry)
    })
    const records = new Map<number, Uint8Array<ArrayBuffer>>()
    for (const [bucket, entries] of buckets) records.set(bucket, yield* encodeTerms(entries))
    return records
  }
}

export function* encodeTerms(
  entries: readonly (readonly [string, readonly number[]])[],
): Work<Uint8Array<ArrayBuffer>> {
  const writer = new RecordWriter().varint(entries.length)
  let before: Uint8Array = new Uint8Array()
  for (const [term, messages] of yield* sorted(entries, ([a], [b]) => (a < b ? -1 : 1))) {
    const bytes = encoder.encode(term)
    const shared = sharedBytes(before, bytes)
    const postings = new RecordWriter(16)
    let last = 0
    for (const message of messages) {
      postings.varint(message - last)
      last = message
    }
    writer
      .varint(shared)
      .varint(bytes.byteLength - shared)
      .bytes(bytes.subarray(shared))
    writer.varint(postings.length).bytes(postings.finish())
    before = bytes
    yield
  }
  return writer.finish()
}

/** Messages with a word, or with one that begins so; ascending, each once. Errors: `ERR_MESSAGE_INVALID` (not ours). */
export function findTerm(record: Uint8Array, term: string, { isBeginning }: { isBeginning: boolean }): number[] {
  const wanted = encoder.encode(term)
  const reader = new RecordReader(record)
  const current = new Uint8Array(MAX_TERM_BYTES)
  const found: number[][] = []
  for (let left = reader.varint(); left > 0; left--) {
    const shared = reader.varint()
    const rest = reader.bytes(reader.varint())
    const length = shared + rest.byteLength
    if (length > MAX_TERM_BYTES) break
    current.set(rest, shared)
    const postings = reader.bytes(reader.varint())
    const isMatch =
      (isBeginning ? length >= wanted.byteLength : length === wanted.byteLength) && begins(current, wanted)
    if (isMatch) found.push(postingsOf(postings))
  }
  const [only] = found
  if (found.length <= 1) return only ?? []
  return [...new Set(found.flat())].sort((a, b) => a - b)
}

function postingsOf(bytes: Uint8Array): number[] {
  const reader = new RecordReader(bytes)
  const messages: number[] = []
  let last = 0
  while (!reader.isAtEnd) {
    last += reader.varint()
    messages.push(last)
  }
  return messages
}

function begins(bytes: Uint8Array, beginning: Uint8Array): boolean {
  for (let i = 0; i < beginning.byteLength; i++) if (bytes[i] !== beginning[i]) return false
  return true
}

function sharedBytes(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.byteLength, b.byteLength)
  let shared = 0
  while (shared < most && a[shared] === b[shared]) shared++
  return shared
}
