/** From the bytes that were signed to a body, and back: which types belong to a channel, and what makes them valid. */
import { MESSAGE_TYPE } from '../../codec/history/application-metadata.ts'
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
} from '../../codec/history/chat.ts'
import type { MessageBody } from './opened-message.ts'

/** The number of a body’s type on the wire. */
export function bodyType(body: MessageBody): number {
  return MESSAGE_TYPE[body.kind]
}

export function encodeBody(body: MessageBody): Uint8Array {
  switch (body.kind) {
    case 'chat':
      return encodeChatMessage(body.chat)
    case 'edit':
      return encodeEditMessage(body.edit)
    case 'delete':
      return encodeDeleteMessage(body.deletion)
    case 'pin':
      return encodePinMessage(body.pin)
    case 'reaction':
      return encodeEmojiReaction(body.reaction)
  }
}

/** Undefined for a type that does not belong to a channel. Errors: `ERR_MESSAGE_INVALID`. */
export function decodeBody(type: number, bytes: Uint8Array): MessageBody | undefined {
  switch (type) {
    case MESSAGE_TYPE.chat:
      return { kind: 'chat', chat: decodeChatMessage(bytes) }
    case MESSAGE_TYPE.edit:
      return { kind: 'edit', edit: decodeEditMessage(bytes) }
    case MESSAGE_TYPE.delete:
      return { kind: 'delete', deletion: decodeDeleteMessage(bytes) }
    case MESSAGE_TYPE.pin:
      return { kind: 'pin', pin: decodePinMessage(bytes) }
    case MESSAGE_TYPE.reaction:
      return { kind: 'reaction', reaction: decodeEmojiReaction(bytes) }
    default:
      return undefined
  }
}

/** What all bodies have. */
export function bodyFacts(body: MessageBody): { readonly clockMs: number; readonly chatId: string } {
  switch (body.kind) {
    case 'chat':
      return body.chat
    case 'edit':
      return body.edit
    case 'delete':
      return body.deletion
    case 'pin':
      return body.pin
    case 'reaction':
      return body.reaction
  }
}
