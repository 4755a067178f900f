/**
 * What people say and do in a channel: the bodies that an ApplicationMetadataMessage carries.
 *
 * Clocks are Lamport times in milliseconds; numbers that an enum does not name are kept as they are. Encoders take what
 * differs from zero. Ours beside them is 100 peopleCount of a reaction, which readers that do not know it skip. Sources: status-go, chat_message.proto, pin_message.proto, emoji_reaction.proto.
 */
import {
  type Init,
  bool,
  byteElements,
  bytes,
  enumeration,
  list,
  proto3,
  smallUint,
  string,
  submessage,
  uint32,
  uint64,
  utf8,
} from '../pb/proto3.ts'
import { optional } from '../pb/schema.ts'
import { type BridgeMessage, bridgeMessage, type DiscordMessage, discordMessage } from './imported.ts'

export const CONTENT_TYPE = {
  unknown: 0,
  text: 1,
  sticker: 2,
  status: 3,
  emoji: 4,
  image: 7,
  audio: 8,
  community: 9,
  contactRequest: 11,
  discord: 12,
  identityVerification: 13,
  bridge: 18,
} as const

export const CHAT_MESSAGE_TYPE = { oneToOne: 1, publicGroup: 2, privateGroup: 3, communityChat: 5 } as const
export const IMAGE_FORMAT = { png: 1, jpeg: 2, webp: 3, gif: 4 } as const
export const AUDIO_TYPE = { aac: 1, amr: 2 } as const
/** ❤️ 👍 👎 😂 😢 😠 */
export const REACTION_TYPE = { love: 1, thumbsUp: 2, thumbsDown: 3, laugh: 4, sad: 5, angry: 6 } as const

export interface StickerMessage {
  readonly hash: string
  readonly pack: number
}

export interface ImageMessage {
  readonly payload: Uint8Array
  /** One of `IMAGE_FORMAT`. */
  readonly format: number
  /** Images that belong together share it. */
  readonly albumId: string
  readonly width: number
  readonly height: number
  readonly albumImagesCount: number
}

export interface AudioMessage {
  readonly payload: Uint8Array
  /** One of `AUDIO_TYPE`. */
  readonly type: number
  readonly durationMs: number
}

export interface UnfurledLink {
  readonly url: string
  readonly title: string
  readonly description: string
  readonly thumbnailPayload: Uint8Array
  readonly thumbnailWidth: number
  readonly thumbnailHeight: number
  readonly type: number
  readonly faviconPayload: Uint8Array
}

export interface ChatMessage {
  readonly clockMs: number
  readonly timestampMs: number
  readonly text: string
  /** The id of the message that this one answers; empty where it answers none. */
  readonly responseTo: string
  readonly ensName: string
  /** Text of the wire: not checked to be a channel of the community. */
  readonly chatId: string
  /** One of `CHAT_MESSAGE_TYPE`. */
  readonly messageType: number
  /** One of `CONTENT_TYPE`; says which of the next six is meant. */
  readonly contentType: number
  readonly sticker?: StickerMessage | undefined
  readonly image?: ImageMessage | undefined
  readonly audio?: AudioMessage | undefined
  readonly community?: Uint8Array | undefined
  readonly displayName: string
  readonly unfurledLinks: readonly UnfurledLink[]
  readonly customizationColor: number
  readonly threadId?: string | undefined
  readonly discord?: DiscordMessage | undefined
  readonly bridge?: BridgeMessage | undefined
}

/** Valid from the author of the message alone; the greatest clock counts. */
export interface EditMessage {
  readonly clockMs: number
  readonly text: string
  readonly chatId: string
  readonly messageId: string
  readonly messageType: number
  readonly contentType: number
  readonly unfurledLinks: readonly UnfurledLink[]
}

/** Valid from the author or a privileged member. */
export interface DeleteMessage {
  readonly clockMs: number
  readonly chatId: string
  readonly messageId: string
  readonly messageType: number
  readonly deletedBy: string
}

export interface PinMessage {
  readonly clockMs: number
  readonly messageId: string
  readonly chatId: string
  readonly isPinned: boolean
  readonly messageType: number
}

export interface EmojiReaction {
  readonly clockMs: number
  readonly chatId: string
  readonly messageId: string
  readonly messageType: number
  /** One of `REACTION_TYPE`. */
  readonly type: number
  readonly isRetracted: boolean
  /** How many it stands for where it was imported; it is in no other implementation. */
  readonly peopleCount?: number | undefined
}

const MAX_UNFURLED_LINKS = 64

const sticker = proto3<StickerMessage>({ hash: string(1), pack: uint32(2) })

const image = proto3<ImageMessage>({
  payload: bytes(1),
  format: enumeration(2),
  albumId: string(3),
  width: uint32(4),
  height: uint32(5),
  albumImagesCount: uint32(6),
})

const audio = proto3<AudioMessage>({ payload: bytes(1), type: enumeration(2), durationMs: uint64(3) })

const unfurledLink = proto3<UnfurledLink>({
  url: string(1),
  title: string(2),
  description: string(3),
  thumbnailPayload: bytes(4),
  thumbnailWidth: uint32(5),
  thumbnailHeight: uint32(6),
  type: enumeration(7),
  faviconPayload: bytes(8),
})

const chat = proto3<ChatMessage>({
  clockMs: uint64(1),
  timestampMs: uint64(2),
  text: string(3),
  responseTo: string(4),
  ensName: string(5),
  chatId: string(6),
  messageType: enumeration(7),
  contentType: enumeration(8),
  sticker: submessage(9, sticker),
  image: submessage(10, image),
  audio: submessage(11, audio),
  community: optional(12, byteElements),
  displayName: string(14),
  unfurledLinks: list(16, unfurledLink, MAX_UNFURLED_LINKS),
  customizationColor: uint32(19),
  threadId: optional(21, utf8),
  discord: submessage(99, discordMessage),
  bridge: submessage(100, bridgeMessage),
})

const edit = proto3<EditMessage>({
  clockMs: uint64(1),
  text: string(2),
  chatId: string(3),
  messageId: string(4),
  messageType: enumeration(6),
  contentType: enumeration(7),
  unfurledLinks: list(8, unfurledLink, MAX_UNFURLED_LINKS),
})

const deletion = proto3<DeleteMessage>({
  clockMs: uint64(1),
  chatId: string(2),
  messageId: string(3),
  messageType: enumeration(5),
  deletedBy: string(6),
})

const pin = proto3<PinMessage>({
  clockMs: uint64(1),
  messageId: string(2),
  chatId: string(3),
  isPinned: bool(4),
  messageType: enumeration(5),
})

const reaction = proto3<EmojiReaction>({
  clockMs: uint64(1),
  chatId: string(2),
  messageId: string(3),
  messageType: enumeration(4),
  type: enumeration(5),
  isRetracted: bool(6),
  peopleCount: optional(100, smallUint),
})

export function encodeChatMessage(value: Init<ChatMessage>): Uint8Array {
  return chat.encode(value)
}

/** Byte fields are views of the input. Errors: `ERR_MESSAGE_INVALID`. */
export function decodeChatMessage(input: Uint8Array): ChatMessage {
  return chat.decode(input)
}

export function encodeEditMessage(value: Init<EditMessage>): Uint8Array {
  return edit.encode(value)
}

/** Errors: `ERR_MESSAGE_INVALID`. */
export function decodeEditMessage(input: Uint8Array): EditMessage {
  return edit.decode(input)
}

export function encodeDeleteMessage(value: Init<DeleteMessage>): Uint8Array {
  return deletion.encode(value)
}

/** Errors: `ERR_MESSAGE_INVALID`. */
export function decodeDeleteMessage(input: Uint8Array): DeleteMessage {
  return deletion.decode(input)
}

export function encodePinMessage(value: Init<PinMessage>): Uint8Array {
  return pin.encode(value)
}

/** Errors: `ERR_MESSAGE_INVALID`. */
export function decodePinMessage(input: Uint8Array): PinMessage {
  return pin.decode(input)
}

export function encodeEmojiReaction(value: Init<EmojiReaction>): Uint8Array {
  return reaction.encode(value)
}

/** Errors: `ERR_MESSAGE_INVALID`. */
export function decodeEmojiReaction(input: Uint8Array): EmojiReaction {
  return reaction.decode(input)
}
