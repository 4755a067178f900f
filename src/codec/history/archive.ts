/**
 * WakuMessageArchive: the messages of a span of time, as one file.
 *
 *   archive:  1 version · 2 metadata { 1 version · 2 from · 3 to · 4 repeated content topic } · 3 repeated message
 *
 * Nobody sets the versions, so they are zero and not on the wire. Source: status-go, protobuf/communities.proto.
 */
import { byteElements, list, proto3, submessage, uint32, uint64 } from '../pb/proto3.ts'
import { BYTES, ProtoReader } from '../pb/reader.ts'
import { withCode } from './failure.ts'
import { invalid } from '../binary.ts'
import { decodeWakuMessage, type WakuMessage, wakuMessage } from './waku.ts'

export interface ArchiveMetadata {
  readonly version: number
  /** Unix seconds, included. */
  readonly fromSeconds: number
  /** Unix seconds, not included. */
  readonly toSeconds: number
  /** Four bytes each. */
  readonly contentTopics: readonly Uint8Array[]
}

export interface WakuMessageArchive {
  readonly metadata: ArchiveMetadata
  readonly messages: readonly WakuMessage[]
}

/** What one archive’s messages may have in payloads and keys together. Source: status-go, the chunk size. */
export const MAX_ARCHIVE_CONTENT_BYTES = 30_000_000
/** Ours: the content, and as much again and more for topics, hashes, times and encryption. */
export const MAX_ARCHIVE_BYTES = 67_108_864
/** Ours: an honest message has more than 60 bytes. */
const MAX_ARCHIVE_MESSAGES = 1_000_000
const MAX_CONTENT_TOPICS = 4096

export const archiveMetadata = proto3<ArchiveMetadata>({
  version: uint32(1),
  fromSeconds: uint64(2),
  toSeconds: uint64(3),
  contentTopics: list(4, byteElements, MAX_CONTENT_TOPICS),
})

const NO_METADATA: ArchiveMetadata = { version: 0, fromSeconds: 0, toSeconds: 0, contentTopics: [] }

/** The number of their field. */
const MESSAGES = 3

const archiveHead = proto3({ version: uint32(1), metadata: submessage(2, archiveMetadata) })

const archive = proto3({
  version: uint32(1),
  metadata: submessage(2, archiveMetadata),
  messages: list(MESSAGES, wakuMessage, MAX_ARCHIVE_MESSAGES),
})

/** The same archive gives the same bytes. */
export function encodeArchive(value: WakuMessageArchive): Uint8Array {
  return archive.encode(value)
}

/** Errors: `ERR_ARCHIVE_INVALID`. Byte fields are views of the input. */
export function decodeArchive(input: Uint8Array): WakuMessageArchive {
  return { metadata: readArchiveMetadata(input), messages: [...archiveMessages(input)] }
}

/** Errors: `ERR_ARCHIVE_INVALID`. */
export function readArchiveMetadata(input: Uint8Array): ArchiveMetadata {
  return withCode('ERR_ARCHIVE_INVALID', () => archiveHead.decode(input).metadata ?? NO_METADATA)
}

/**
 * The messages one by one, so that an archive of 30 MB is never there twice. Byte fields are views of the input.
 *
 * Errors: `ERR_ARCHIVE_INVALID`, at the message that does not decode.
 */
export function* archiveMessages(input: Uint8Array): Generator<WakuMessage> {
  for (const bytes of encodedMessages(input)) yield withCode('ERR_ARCHIVE_INVALID', () => decodeWakuMessage(bytes))
}

/** The messages as they are encoded, views of the input. Errors: `ERR_ARCHIVE_INVALID`, where the archive breaks off. */
export function* encodedMessages(input: Uint8Array): Generator<Uint8Array> {
  const reader = new ProtoReader(input, { elements: MAX_ARCHIVE_MESSAGES })
  for (;;) {
    const bytes = withCode('ERR_ARCHIVE_INVALID', () => nextMessage(reader))
    if (bytes === undefined) return
    yield bytes
  }
}

function nextMessage(reader: ProtoReader): Uint8Array | undefined {
  while (!reader.done) {
    const tag = reader.tag()
    if (tag.number === MESSAGES && tag.wire === BYTES) {
      if (--reader.budget.elements < 0) throw invalid('The archive has too many messages.')
      return reader.bytes()
    }
    reader.skip(tag.wire)
  }
  return undefined
}
