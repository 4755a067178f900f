/**
 * A search index that an owner publishes with an archive, as a dataset of its own, so that search works before the archive
 * is fetched: which words are in which messages, without the messages.
 *
 *   “QSI1”, then deflated: archive id 32 · channels: count, names · messages, in the order of time: id 4, channel, time as
 *   distance from the one before (ms) · words, as `term-record.ts` writes them
 *
 * Bytes come from strangers: every amount is checked before anything is allocated for it. What it says is believed only as
 * far as “there may be a message”; the message itself is verified once its archive is here.
 */
import { Inflate, deflateSync } from 'fflate'
import { QuireError } from '../../errors.ts'
import type { ArchiveId, ChatId, MessageId } from '../ids.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import type { Rights } from '../timeline/effects.ts'
import { RecordReader, RecordWriter } from '../timeline/record-bytes.ts'
import { atOnce } from '../timeline/slices.ts'
import type { SearchHit, SearchQuery } from '../timeline/types.ts'
import { isBehind } from './hit-order.ts'
import { saidNow } from './said-now.ts'
import { TermCollector, encodeTerms, findTerm } from './term-record.ts'
import { queryTerms, termsOf } from './tokens.ts'

const MAGIC = Uint8Array.of(0x51, 0x53, 0x49, 0x31)
/** Ours; of an archive of 30 MB it is some 2 MB. */
const MAX_SEARCH_INDEX_BYTES = 4 << 20
const MIN_CAP_BYTES = 64 << 10
const MAX_INFLATED_BYTES = 32 << 20
const MAX_MESSAGES = 500_000
const MAX_CHANNELS = 4096
const ID_BYTES = 4
const PIECE_BYTES = 64 << 10

export interface PublishedMessage {
  readonly channelId: ChatId
  readonly atMs: number
  /** “0x” and the first eight digits. */
  readonly idBeginning: string
}

export interface PublishedSearchIndex {
  readonly archiveId: ArchiveId
  /** In the order of time. */
  readonly messages: readonly PublishedMessage[]
  /** Encoded; `searchPublished` reads it. */
  readonly terms: Uint8Array
  /** What it takes in memory, about. */
  readonly sizeBytes: number
}

/** How large the search index of an archive may be: half of it, where its size is known, and never more than 4 MiB. */
export function maxSearchIndexBytes(archiveBytes?: number): number {
  if (archiveBytes === undefined) return MAX_SEARCH_INDEX_BYTES
  return Math.min(MAX_SEARCH_INDEX_BYTES, Math.max(MIN_CAP_BYTES, Math.ceil(archiveBytes / 2)))
}

/**
 * Of the messages of one archive, in any order, by what they say after the edits and deletions among them; the same messages
 * give the same bytes.
 */
export function encodeSearchIndex(
  archiveId: ArchiveId,
  opened: readonly OpenedMessage[],
  rights: Rights,
): Uint8Array<ArrayBuffer> {
  const said = saidNow(opened, rights)
  const messages = said.sort(({ message: a }, { message: b }) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1))
  const channels = [...new Set(messages.map(({ message }) => message.channelId))].sort()
  const places = new Map(channels.map((channel, place) => [channel, place]))
  const writer = new RecordWriter().hex(archiveId).varint(channels.length)
  for (const channel of channels) writer.text(channel)
  writer.varint(messages.length)
  const terms = new TermCollector()
  let beforeMs = 0
  for (const [number, { message, text }] of messages.entries()) {
    writer.hex(message.id.slice(0, 2 + 2 * ID_BYTES)).varint(places.get(message.channelId) ?? 0)
    writer.varint(message.atMs - beforeMs)
    beforeMs = message.atMs
    terms.add(number, termsOf(text))
  }
  writer.bytes(atOnce(encodeTerms([...terms.entries()])))
  const deflated = deflateSync(writer.finish(), { level: 6 })
  return new RecordWriter(MAGIC.byteLength + deflated.byteLength).bytes(MAGIC).bytes(deflated).finish()
}

/** Errors: `ERR_INDEX_INVALID`. */
export function decodeSearchIndex(bytes: Uint8Array, expected: ArchiveId): PublishedSearchIndex {
  if (bytes.byteLength > MAX_SEARCH_INDEX_BYTES || !MAGIC.every((byte, i) => bytes[i] === byte)) throw invalid()
  try {
    const inflated = inflate(bytes.subarray(MAGIC.byteLength))
    const reader = new RecordReader(inflated)
    const archiveId = reader.hex(32) as ArchiveId
    if (archiveId !== expected) throw invalid('It belongs to another archive.')
    const channels = Array.from({ length: bounded(reader.count(1), MAX_CHANNELS) }, () => reader.text() as ChatId)
    let atMs = 0
    const messages = Array.from({ length: bounded(reader.count(ID_BYTES + 2), MAX_MESSAGES) }, () => {
      const idBeginning = reader.hex(ID_BYTES)
      const channelId = channels[reader.varint()]
      atMs += reader.varint()
      if (channelId === undefined || !Number.isSafeInteger(atMs)) throw invalid()
      return { channelId, atMs, idBeginning }
    })
    return {
      archiveId,
      messages,
      terms: inflated.slice(reader.offset),
      sizeBytes: inflated.byteLength + 64 * messages.length,
    }
  } catch (cause) {
    if (cause instanceof QuireError && cause.code === 'ERR_INDEX_INVALID') throw cause
    throw invalid('The search index does not decode.', cause)
  }
}

/**
 * Messages that have all words, the last of which may be a beginning; the newest first. Their ids are beginnings, enough to
 * jump to them together with their time.
 *
 * Errors: `ERR_INDEX_INVALID`.
 */
export function searchPublished(index: PublishedSearchIndex, query: Omit<SearchQuery, 'limit'>): SearchHit[] {
  const { whole, beginning } = queryTerms(query.text)
  if (beginning === undefined) return []
  let found: ReadonlySet<number> | undefined
  try {
    found = new Set(findTerm(index.terms, beginning, { isBeginning: true }))
    for (const term of whole) {
      const before: ReadonlySet<number> = found
      found = new Set(findTerm(index.terms, term, { isBeginning: false }).filter((message) => before.has(message)))
    }
  } catch (cause) {
    throw invalid('The search index does not decode.', cause)
  }
  return [...found]
    .sort((a, b) => b - a)
    .flatMap((number): SearchHit[] => {
      const message = index.messages[number]
      if (message === undefined || (query.channelId !== undefined && message.channelId !== query.channelId)) return []
      const { idBeginning, channelId, atMs } = message
      const hit = { messageId: idBeginning as MessageId, channelId, atMs }
      return isBehind(hit, query) ? [hit] : []
    })
}

/** Stops where it grows beyond what an archive’s words can take. */
function inflate(bytes: Uint8Array): Uint8Array {
  const writer = new RecordWriter()
  let isDone = false
  const stream = new Inflate((piece, isLast) => {
    if (writer.length + piece.byteLength > MAX_INFLATED_BYTES) throw invalid('The search index is too large.')
    writer.bytes(piece)
    isDone ||= isLast
  })
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
    stream.push(bytes.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= bytes.byteLength)
  }
  if (!isDone) throw invalid('The search index is cut off.')
  return writer.finish()
}

function bounded(count: number, most: number): number {
  if (count > most) throw invalid('The search index names too much.')
  return count
}

function invalid(message = 'This is no search index.', cause?: unknown): QuireError {
  return new QuireError('ERR_INDEX_INVALID', message, { cause })
}
