/**
 * A message of Waku in its two shapes: as it travels (the envelope, 14/WAKU2-MESSAGE) and as archives keep it, which is
 * what is left after the envelope was opened.
 *
 * Sources: RFC 14/WAKU2-MESSAGE; status-go, protobuf/communities.proto (WakuMessage).
 */
import { type Init, bool, bytes, proto3, sint64, string, uint32, uint64 } from '../pb/proto3.ts'
import { optional } from '../pb/schema.ts'
import { withCode } from './failure.ts'

/** One element of an archive. */
export interface WakuMessage {
  /** The uncompressed key (65 bytes) of whoever signed the envelope, not a signature; empty where nobody did. */
  readonly sig: Uint8Array
  /** Unix seconds. */
  readonly timestampSeconds: number
  /** Four bytes. */
  readonly topic: Uint8Array
  readonly payload: Uint8Array
  readonly padding: Uint8Array
  /** 32 bytes: of the envelope, or of the imported message’s id. */
  readonly hash: Uint8Array
  /** The message id of one that was imported; empty for others. */
  readonly thirdPartyId: string
}

/** What travels over gossipsub and what keepers keep. */
export interface WakuEnvelope {
  readonly payload: Uint8Array
  /** “/waku/1/0x<four bytes>/rfc26” */
  readonly contentTopic: string
  /** 1 for payloads encrypted as 26/WAKU2-PAYLOAD says. */
  readonly version: number
  /** Unix nanoseconds; undefined where the sender gave none. */
  readonly timestampNs?: bigint | undefined
  /** At most 64 bytes. */
  readonly meta: Uint8Array
  readonly isEphemeral: boolean
}

/** Source: RFC 14/WAKU2-MESSAGE. */
const MAX_META_BYTES = 64

export const wakuMessage = proto3<WakuMessage>({
  sig: bytes(1),
  timestampSeconds: uint64(2),
  topic: bytes(3),
  payload: bytes(4),
  padding: bytes(5),
  hash: bytes(6),
  thirdPartyId: string(7),
})

const envelope = proto3<WakuEnvelope>({
  payload: bytes(1),
  contentTopic: string(2),
  version: uint32(3),
  timestampNs: optional(10, sint64),
  meta: bytes(11),
  isEphemeral: bool(31),
})

export function encodeWakuMessage(message: Init<WakuMessage>): Uint8Array {
  return wakuMessage.encode(message)
}

/** Byte fields are views of the input. Errors: `ERR_MESSAGE_INVALID`. */
export function decodeWakuMessage(input: Uint8Array): WakuMessage {
  return wakuMessage.decode(input)
}

export function encodeEnvelope(value: Init<WakuEnvelope>): Uint8Array {
  return envelope.encode(value)
}

/** Byte fields are views of the input. Errors: `ERR_ENVELOPE_INVALID`. */
export function decodeEnvelope(input: Uint8Array): WakuEnvelope {
  return withCode('ERR_ENVELOPE_INVALID', () => {
    const value = envelope.decode(input)
    if (value.meta.byteLength > MAX_META_BYTES) throw new RangeError(`Its meta has ${value.meta.byteLength} bytes.`)
    return value
  })
}
