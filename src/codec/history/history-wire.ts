/**
 * `/quire/history/1.0.0`, Quire’s own: one question and one answer, each a protobuf message.
 *
 *   question: 1 kind (1 link, 2 range, 3 serve, 4 digests) · 2 community · 3 from · 4 to · 5 cursor · 6 limit, or parts of
 *             the span · 7 repeated envelope · 8 salt
 *   answer:   1 kind · 2 link · 3 description · 4 repeated envelope · 5 cursor · 6 is served · 7 digests
 *
 * Times are unix milliseconds. The community is its compressed key, 33 bytes. Envelopes are encoded WakuMessages 14;
 * those of an answer about a link are further parts of the description.
 */
import { bool, byteElements, bytes, enumeration, list, proto3, uint32, uint64 } from '../pb/proto3.ts'
import { optional } from '../pb/schema.ts'
import { invalid } from '../binary.ts'

/** The same shape as `HistoryQuestion` of `history/ports.ts`, the community as bytes. */
export type WireQuestion =
  | { readonly kind: 'link'; readonly community: Uint8Array }
  | {
      readonly kind: 'range'
      readonly community: Uint8Array
      readonly fromMs: number
      readonly toMs: number
      readonly cursor?: Uint8Array | undefined
      readonly limit: number
    }
  | { readonly kind: 'serve'; readonly community: Uint8Array; readonly envelopes: readonly Uint8Array[] }
  | {
      readonly kind: 'digests'
      readonly community: Uint8Array
      readonly fromMs: number
      readonly toMs: number
      readonly parts: number
      readonly salt: Uint8Array
    }

/** The same shape as `HistoryAnswer` of `history/ports.ts`. */
export type WireAnswer =
  | {
      readonly kind: 'link'
      readonly link?: Uint8Array | undefined
      readonly description?: Uint8Array | undefined
      readonly moreParts?: readonly Uint8Array[] | undefined
    }
  | { readonly kind: 'range'; readonly envelopes: readonly Uint8Array[]; readonly cursor?: Uint8Array | undefined }
  | { readonly kind: 'serve'; readonly isServed: boolean }
  | { readonly kind: 'digests'; readonly digests: Uint8Array }

const MAX_WIRE_ENVELOPES = 4096
const COMMUNITY_BYTES = 33
const MAX_CURSOR_BYTES = 256
const MAX_SALT_BYTES = 64
const LINK = 1
const RANGE = 2
const SERVE = 3
const DIGESTS = 4

const question = proto3({
  kind: enumeration(1),
  community: bytes(2),
  fromMs: uint64(3),
  toMs: uint64(4),
  cursor: optional(5, byteElements),
  limit: uint32(6),
  envelopes: list(7, byteElements, MAX_WIRE_ENVELOPES),
  salt: bytes(8),
})

const answer = proto3({
  kind: enumeration(1),
  link: optional(2, byteElements),
  description: optional(3, byteElements),
  envelopes: list(4, byteElements, MAX_WIRE_ENVELOPES),
  cursor: optional(5, byteElements),
  isServed: bool(6),
  digests: bytes(7),
})

export function encodeHistoryQuestion(value: WireQuestion): Uint8Array {
  switch (value.kind) {
    case 'link':
      return question.encode({ kind: LINK, community: value.community })
    case 'range':
      return question.encode({ ...value, kind: RANGE })
    case 'serve':
      return question.encode({ ...value, kind: SERVE })
    case 'digests':
      return question.encode({ ...value, limit: value.parts, kind: DIGESTS })
  }
}

/** Byte fields are views of the input. Errors: `ERR_MESSAGE_INVALID`. */
export function decodeHistoryQuestion(input: Uint8Array): WireQuestion {
  const { kind, community, fromMs, toMs, cursor, limit, envelopes, salt } = question.decode(input)
  if (community.byteLength !== COMMUNITY_BYTES) throw invalid(`A community has ${community.byteLength} bytes, not 33.`)
  if (kind === LINK) return { kind: 'link', community }
  if (kind === SERVE) return { kind: 'serve', community, envelopes }
  if (kind === DIGESTS) {
    if (salt.byteLength > MAX_SALT_BYTES) throw invalid('The salt is too long.')
    return { kind: 'digests', community, fromMs, toMs, parts: limit, salt }
  }
  if (kind !== RANGE) throw invalid(`The question ${kind} is unknown.`)
  checkCursor(cursor)
  return { kind: 'range', community, fromMs, toMs, cursor, limit }
}

export function encodeHistoryAnswer(value: WireAnswer): Uint8Array {
  switch (value.kind) {
    case 'link':
      return answer.encode({ ...value, envelopes: value.moreParts ?? [], kind: LINK })
    case 'range':
      return answer.encode({ ...value, kind: RANGE })
    case 'serve':
      return answer.encode({ ...value, kind: SERVE })
    case 'digests':
      return answer.encode({ ...value, kind: DIGESTS })
  }
}

/** Byte fields are views of the input. Errors: `ERR_MESSAGE_INVALID`. */
export function decodeHistoryAnswer(input: Uint8Array): WireAnswer {
  const { kind, link, description, envelopes, cursor, isServed, digests } = answer.decode(input)
  if (kind === LINK)
    return { kind: 'link', link, description, moreParts: envelopes.length === 0 ? undefined : envelopes }
  if (kind === SERVE) return { kind: 'serve', isServed }
  if (kind === DIGESTS) return { kind: 'digests', digests }
  if (kind !== RANGE) throw invalid(`The answer ${kind} is unknown.`)
  checkCursor(cursor)
  return { kind: 'range', envelopes, cursor }
}

function checkCursor(cursor: Uint8Array | undefined): void {
  if (cursor !== undefined && cursor.byteLength > MAX_CURSOR_BYTES) throw invalid('The cursor is too long.')
}
