/**
 * The bytes of STUN’s Binding method: what is asked, and the two answers there are.
 *
 *   0                 2                 4                 8                                 20
 *   │ type            │ length          │ magic cookie    │ transaction id (12 bytes)       │ attributes …
 *   attribute: type (2), length (2), value, padding to four bytes
 *
 * Source: RFC 8489, sections 5, 6, 14. Requests in the form of 2003 (RFC 3489, without the cookie) are not answered.
 */
import { isIPv4, isIPv6 } from 'node:net'
import { crc32 } from 'node:zlib'

export type StunQuestion =
  | { readonly kind: 'binding'; readonly transactionId: Buffer; readonly hasFingerprint: boolean }
  /** Asks for something that this server does not know and must not pass over. */
  | {
      readonly kind: 'unknown-attributes'
      readonly transactionId: Buffer
      readonly hasFingerprint: boolean
      readonly types: readonly number[]
    }

export interface MappedAddress {
  /** IPv4 or IPv6, as text. */
  readonly address: string
  readonly port: number
}

const HEADER_BYTES = 20
const ATTRIBUTE_HEADER_BYTES = 4
const MAGIC_COOKIE = 0x2112a442
const BINDING_REQUEST = 0x0001
const BINDING_SUCCESS = 0x0101
const BINDING_ERROR = 0x0111

const ERROR_CODE = 0x0009
const UNKNOWN_ATTRIBUTES = 0x000a
const XOR_MAPPED_ADDRESS = 0x0020
const FINGERPRINT = 0x8028
const FINGERPRINT_BYTES = ATTRIBUTE_HEADER_BYTES + 4
const FINGERPRINT_MASK = 0x5354554e

/** Types below this one must be understood. */
const FIRST_OPTIONAL_TYPE = 0x8000
/** USERNAME, MESSAGE-INTEGRITY, REALM, NONCE and their younger kin: who sends them is answered as anybody is. */
const CREDENTIAL_TYPES: ReadonlySet<number> = new Set([0x0006, 0x0008, 0x0014, 0x0015, 0x001c, 0x001d, 0x001e])
/** Behind these only a fingerprint counts. */
const INTEGRITY_TYPES: ReadonlySet<number> = new Set([0x0008, 0x001c])
/** As many as keep the answer from growing beyond the question. */
const MAX_NAMED_TYPES = 4

/** A datagram that is larger is no Binding request: STUN over UDP stays below any path’s limit. Source: RFC 8489, 6.1. */
const MAX_REQUEST_BYTES = 1280

/** Reads a datagram; undefined for whatever is no sound Binding request, which gets no answer. */
export function readStunQuestion(datagram: Buffer): StunQuestion | undefined {
  if (!isBindingRequest(datagram)) return undefined
  const transactionId = datagram.subarray(8, HEADER_BYTES)
  const unknown: number[] = []
  let isPastIntegrity = false
  for (let at = HEADER_BYTES; at < datagram.length;) {
    if (at + ATTRIBUTE_HEADER_BYTES > datagram.length) return undefined
    const type = datagram.readUInt16BE(at)
    const end = at + ATTRIBUTE_HEADER_BYTES + padded(datagram.readUInt16BE(at + 2))
    if (end > datagram.length) return undefined
    if (type === FINGERPRINT) {
      if (end !== datagram.length || !hasRightFingerprint(datagram)) return undefined
      return question(transactionId, unknown, true)
    }
    if (!isPastIntegrity && type < FIRST_OPTIONAL_TYPE && !CREDENTIAL_TYPES.has(type)) unknown.push(type)
    isPastIntegrity ||= INTEGRITY_TYPES.has(type)
    at = end
  }
  return question(transactionId, unknown, false)
}

/** The answer that says under which address the question came. */
export function stunAnswer(question: StunQuestion, from: MappedAddress): Buffer {
  const { transactionId, hasFingerprint } = question
  if (question.kind === 'binding') {
    const value = xorMappedAddress(from, transactionId)
    return message({ type: BINDING_SUCCESS, transactionId, hasFingerprint }, [[XOR_MAPPED_ADDRESS, value]])
  }
  const types = Buffer.alloc(question.types.length * 2)
  question.types.forEach((type, index) => types.writeUInt16BE(type, index * 2))
  return message({ type: BINDING_ERROR, transactionId, hasFingerprint }, [
    // 420 in its two parts, without a phrase: the number says it all.
    [ERROR_CODE, Buffer.from([0, 0, 4, 20])],
    [UNKNOWN_ATTRIBUTES, types],
  ])
}

function isBindingRequest(datagram: Buffer): boolean {
  return (
    datagram.length >= HEADER_BYTES &&
    datagram.length <= MAX_REQUEST_BYTES &&
    datagram.readUInt16BE(0) === BINDING_REQUEST &&
    datagram.readUInt16BE(2) === datagram.length - HEADER_BYTES &&
    datagram.length % 4 === 0 &&
    datagram.readUInt32BE(4) === MAGIC_COOKIE
  )
}

function question(transactionId: Buffer, unknown: readonly number[], hasFingerprint: boolean): StunQuestion {
  if (unknown.length === 0) return { kind: 'binding', transactionId, hasFingerprint }
  return { kind: 'unknown-attributes', transactionId, hasFingerprint, types: unknown.slice(0, MAX_NAMED_TYPES) }
}

function hasRightFingerprint(datagram: Buffer): boolean {
  const at = datagram.length - FINGERPRINT_BYTES
  return datagram.readUInt16BE(at + 2) === 4 && datagram.readUInt32BE(at + 4) === fingerprint(datagram.subarray(0, at))
}

function fingerprint(bytes: Buffer): number {
  return (crc32(bytes) ^ FINGERPRINT_MASK) >>> 0
}

type Attribute = readonly [type: number, value: Buffer]

function message(
  head: { type: number; transactionId: Buffer; hasFingerprint: boolean },
  attributes: readonly Attribute[],
): Buffer {
  const body = Buffer.concat(attributes.map(attributeBytes))
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt16BE(head.type, 0)
  // The length that the fingerprint is made over counts the fingerprint in.
  header.writeUInt16BE(body.length + (head.hasFingerprint ? FINGERPRINT_BYTES : 0), 2)
  header.writeUInt32BE(MAGIC_COOKIE, 4)
  head.transactionId.copy(header, 8)
  const bytes = Buffer.concat([header, body])
  if (!head.hasFingerprint) return bytes
  const value = Buffer.alloc(4)
  value.writeUInt32BE(fingerprint(bytes))
  return Buffer.concat([bytes, attributeBytes([FINGERPRINT, value])])
}

function attributeBytes([type, value]: Attribute): Buffer {
  const bytes = Buffer.alloc(ATTRIBUTE_HEADER_BYTES + padded(value.length))
  bytes.writeUInt16BE(type, 0)
  bytes.writeUInt16BE(value.length, 2)
  value.copy(bytes, ATTRIBUTE_HEADER_BYTES)
  return bytes
}

// Turned by the cookie and the transaction id, since some routers rewrite addresses that they find in the content.
function xorMappedAddress({ address, port }: MappedAddress, transactionId: Buffer): Buffer {
  const mask = Buffer.alloc(16)
  mask.writeUInt32BE(MAGIC_COOKIE, 0)
  transactionId.copy(mask, 4)
  const bytes = addressBytes(address)
  const value = Buffer.alloc(4 + bytes.length)
  value[1] = bytes.length === 4 ? 1 : 2
  value.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 2)
  bytes.forEach((byte, index) => (value[4 + index] = byte ^ (mask[index] ?? 0)))
  return value
}

/** Network order; an IPv4 address that an IPv6 socket shows as `::ffff:a.b.c.d` is the IPv4 address that it is. */
function addressBytes(address: string): Buffer {
  const embedded = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
  if (isIPv4(embedded)) return Buffer.from(embedded.split('.').map(Number))
  const [plain = ''] = address.split('%')
  if (!isIPv6(plain)) throw new TypeError(`“${address}” is no IP address.`)
  // The URL parser writes every form of an IPv6 address in one way.
  const [left = '', right] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::')
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)))
  const head = groups(left)
  const tail = groups(right ?? '')
  const all = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
  const bytes = Buffer.alloc(16)
  all.forEach((group, index) => bytes.writeUInt16BE(group, index * 2))
  return bytes
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4
}
