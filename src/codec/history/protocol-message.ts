/** ProtocolMessage: the layer of encryption between members. Source: status-go, protocol_message.proto. */
import { type Init, bytes, map, proto3, string, submessage, uint32 } from '../pb/proto3.ts'

/** How a payload is encrypted with a group’s hash ratchet. */
interface HashRatchetHeader {
  readonly deprecatedKeyId: number
  /** 1 and up: how often the group’s key was hashed. 0 hands out keys. */
  readonly seqNo: number
  /** The community’s id (33 bytes), or a channel’s chat id as text. */
  readonly groupId: Uint8Array
  /** 32 bytes. */
  readonly keyId: Uint8Array
}

export interface EncryptedPayload {
  /** Ciphertext, tag and, last, the nonce of 12 bytes. */
  readonly payload: Uint8Array
  readonly hashRatchet?: HashRatchetHeader | undefined
}

export interface ProtocolMessage {
  readonly installationId: string
  /** By receiver; “none” for a group. */
  readonly encryptedMessages: ReadonlyMap<string, EncryptedPayload>
  readonly publicMessage: Uint8Array
}

const MAX_RECEIVERS = 1024

const header = proto3<HashRatchetHeader>({
  deprecatedKeyId: uint32(1),
  seqNo: uint32(2),
  groupId: bytes(3),
  keyId: bytes(4),
})
const encrypted = proto3<EncryptedPayload>({ payload: bytes(3), hashRatchet: submessage(102, header) })
const protocol = proto3<ProtocolMessage>({
  installationId: string(2),
  encryptedMessages: map(101, encrypted, MAX_RECEIVERS),
  publicMessage: bytes(102),
})

export function encodeProtocolMessage(value: Init<ProtocolMessage>): Uint8Array {
  return protocol.encode(value)
}

/** Byte fields are views of the input. Errors: `ERR_MESSAGE_INVALID`. */
export function decodeProtocolMessage(input: Uint8Array): ProtocolMessage {
  return protocol.decode(input)
}
