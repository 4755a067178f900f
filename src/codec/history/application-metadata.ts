/** ApplicationMetadataMessage: a body, its type and its author’s signature. Source: status-go, application_metadata_message.proto. */
import { bytes, enumeration, proto3 } from '../pb/proto3.ts'

export interface ApplicationMetadata {
  /** r ‖ s ‖ v, 65 bytes, over keccak-256 of the payload; v is 0 or 1. Empty where it is not signed. */
  readonly signature: Uint8Array
  readonly payload: Uint8Array
  /** One of `MESSAGE_TYPE`, or another that is not read here. */
  readonly type: number
}

export const MESSAGE_TYPE = {
  chat: 1,
  reaction: 22,
  communityDescription: 25,
  pin: 28,
  edit: 29,
  delete: 31,
  archiveLink: 43,
} as const

const metadata = proto3<ApplicationMetadata>({ signature: bytes(1), payload: bytes(2), type: enumeration(3) })

export function encodeApplicationMetadata(value: ApplicationMetadata): Uint8Array {
  return metadata.encode(value)
}

/** Byte fields are views of the input. Errors: `ERR_MESSAGE_INVALID`. */
export function decodeApplicationMetadata(input: Uint8Array): ApplicationMetadata {
  return metadata.decode(input)
}
