/** Message ids. Source: status-go, v1/message.go. */
import type { MessageId } from '../ids.ts'
import { toHex } from '../crypto/hex.ts'
import { keccak256 } from '../crypto/keccak.ts'

const MESSAGE_ID = /^0x[0-9a-f]{64}$/u
const encoder = new TextEncoder()

/** Of an encoded ApplicationMetadataMessage and its author’s uncompressed key. */
export function messageIdOf(author: Uint8Array, applicationMetadata: Uint8Array): MessageId {
  return toHex(keccak256(author, applicationMetadata)) as MessageId
}

/**
 * What a reply, an edit or a third-party id names. Imports made by Status name Discord’s own numbers; those become
 * keccak-256 of their text, which no message id can be made to equal.
 */
export function referencedId(text: string): MessageId {
  const lower = text.toLowerCase()
  if (isMessageId(lower)) return lower
  return toHex(keccak256(encoder.encode(text))) as MessageId
}

/** True for an id as it is written here, false for what came with an import. */
export function isMessageId(text: string): text is MessageId {
  return MESSAGE_ID.test(text)
}
