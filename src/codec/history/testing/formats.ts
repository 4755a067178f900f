/** Every format of this folder with its encoder, its decoder, valid values and the codes that its decoder may throw. */
import type * as fc from 'fast-check'
import { decodeApplicationMetadata, encodeApplicationMetadata } from '../application-metadata.ts'
import { decodeArchiveIndex, decodeTorrentIndex, encodeArchiveIndex, encodeTorrentIndex } from '../archive-index.ts'
import { decodeArchiveLink, encodeArchiveLink } from '../archive-link.ts'
import { decodeArchive, encodeArchive } from '../archive.ts'
import {
  decodeChatMessage,
  decodeDeleteMessage,
  decodeEditMessage,
  decodeEmojiReaction,
  decodePinMessage,
  encodeChatMessage,
  encodeDeleteMessage,
  encodeEditMessage,
  encodeEmojiReaction,
  encodePinMessage,
} from '../chat.ts'
import { decodeCommunityDescription, encodeCommunityDescription } from '../community-description.ts'
import {
  decodeHistoryAnswer,
  decodeHistoryQuestion,
  encodeHistoryAnswer,
  encodeHistoryQuestion,
} from '../history-wire.ts'
import { decodeProtocolMessage, encodeProtocolMessage } from '../protocol-message.ts'
import { decodeSegment, encodeSegment } from '../segment.ts'
import { decodeEnvelope, decodeWakuMessage, encodeEnvelope, encodeWakuMessage } from '../waku.ts'
import * as arbitrary from './arbitraries.ts'

export interface Format {
  readonly name: string
  readonly samples: fc.Arbitrary<{ readonly value: unknown; readonly bytes: Uint8Array }>
  readonly decode: (bytes: Uint8Array) => unknown
  readonly code: string
}

interface Codec<T> {
  readonly values: fc.Arbitrary<T>
  readonly encode: (value: T) => Uint8Array
  readonly decode: (bytes: Uint8Array) => unknown
}

/** Named as in `schemas.ts`; the last two are Quire’s own. */
export const FORMATS: readonly Format[] = [
  format('WakuMessage', { values: arbitrary.wakuMessage, encode: encodeWakuMessage, decode: decodeWakuMessage }),
  format(
    'WakuEnvelope',
    { values: arbitrary.envelope, encode: encodeEnvelope, decode: decodeEnvelope },
    'ERR_ENVELOPE_INVALID',
  ),
  format(
    'WakuMessageArchive',
    { values: arbitrary.archive, encode: encodeArchive, decode: decodeArchive },
    'ERR_ARCHIVE_INVALID',
  ),
  format(
    'LogosStorageWakuMessageArchiveIndex',
    { values: arbitrary.archiveIndex, encode: encodeArchiveIndex, decode: decodeArchiveIndex },
    'ERR_INDEX_INVALID',
  ),
  format(
    'WakuMessageArchiveIndex',
    { values: arbitrary.torrentIndex, encode: encodeTorrentIndex, decode: decodeTorrentIndex },
    'ERR_INDEX_INVALID',
  ),
  format('CommunityMessageArchiveLink', {
    values: arbitrary.archiveLink,
    encode: encodeArchiveLink,
    decode: decodeArchiveLink,
  }),
  format('ApplicationMetadataMessage', {
    values: arbitrary.applicationMetadata,
    encode: encodeApplicationMetadata,
    decode: decodeApplicationMetadata,
  }),
  format('ProtocolMessage', {
    values: arbitrary.protocolMessage,
    encode: encodeProtocolMessage,
    decode: decodeProtocolMessage,
  }),
  format('SegmentMessage', { values: arbitrary.segment, encode: encodeSegment, decode: decodeSegment }),
  format('ChatMessage', { values: arbitrary.chat, encode: encodeChatMessage, decode: decodeChatMessage }),
  format('EditMessage', { values: arbitrary.edit, encode: encodeEditMessage, decode: decodeEditMessage }),
  format('DeleteMessage', { values: arbitrary.deletion, encode: encodeDeleteMessage, decode: decodeDeleteMessage }),
  format('PinMessage', { values: arbitrary.pin, encode: encodePinMessage, decode: decodePinMessage }),
  format('EmojiReaction', { values: arbitrary.reaction, encode: encodeEmojiReaction, decode: decodeEmojiReaction }),
  format('CommunityDescription', {
    values: arbitrary.communityDescription,
    encode: encodeCommunityDescription,
    decode: decodeCommunityDescription,
  }),
  format('HistoryQuestion', {
    values: arbitrary.historyQuestion,
    encode: encodeHistoryQuestion,
    decode: decodeHistoryQuestion,
  }),
  format('HistoryAnswer', {
    values: arbitrary.historyAnswer,
    encode: encodeHistoryAnswer,
    decode: decodeHistoryAnswer,
  }),
]

function format<T>(name: string, { values, encode, decode }: Codec<T>, code = 'ERR_MESSAGE_INVALID'): Format {
  return { name, samples: values.map((value) => ({ value, bytes: encode(value) })), decode, code }
}
