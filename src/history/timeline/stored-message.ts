/** A message as the database keeps it: what the timeline shows of it, without what is the same for all. */
import { AUDIO_TYPE, type ChatMessage, CONTENT_TYPE, IMAGE_FORMAT } from '../../codec/history/chat.ts'
import type { AuthorKey, MessageId } from '../ids.ts'
import { referencedId } from '../message/message-id.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import type { Delivery } from './types.ts'

export interface StoredAuthor {
  readonly key: AuthorKey
  /** Empty where the message gives none. */
  readonly name: string
  readonly isImported: boolean
  /** Name of the picture among the avatars, “0x” and 32 digits. */
  readonly avatar?: string | undefined
}

/** Where the bytes lie. */
export interface BlobPlace {
  readonly pack: number
  readonly offset: number
  readonly lengthBytes: number
}

export interface StoredAttachment {
  readonly kind: 'image' | 'audio' | 'file'
  readonly name: string
  readonly mediaType: string
  readonly sizeBytes?: number | undefined
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly blob?: BlobPlace | undefined
  readonly remoteUrl?: string | undefined
}

export interface ReplyPreview {
  readonly authorName: string
  readonly text: string
}

export interface StoredMessage {
  readonly id: MessageId
  readonly author: StoredAuthor
  readonly clockMs: number
  readonly atMs: number
  readonly text: string
  readonly signedBy: 'author' | 'community'
  readonly delivery: Delivery
  /** Edited before it was imported. */
  readonly isEdited: boolean
  /** A message id, or what `referenceOf` gives. */
  readonly replyTo?: string | undefined
  /** Only where nothing can change what it says but effects of other archives. */
  readonly preview?: ReplyPreview | undefined
  readonly albumId: string
  readonly attachments: readonly StoredAttachment[]
}

/** What a message brings beside its text, to be put where `BlobPlace` and avatar names point. */
export interface Payloads {
  avatar(bytes: Uint8Array): string | undefined
  blob(bytes: Uint8Array): BlobPlace
}

const IMAGE_TYPES: Record<number, string> = {
  [IMAGE_FORMAT.png]: 'image/png',
  [IMAGE_FORMAT.jpeg]: 'image/jpeg',
  [IMAGE_FORMAT.webp]: 'image/webp',
  [IMAGE_FORMAT.gif]: 'image/gif',
}
const DATA_URL = /^data:image\/(?:png|webp|jpeg);base64,/u
const MAX_AVATAR_BYTES = 64 << 10
const MAX_NAME_LENGTH = 256
const PREVIEW_LENGTH = 140

export function storedMessage(
  message: OpenedMessage & { body: { kind: 'chat' } },
  options: { delivery: Delivery; payloads: Payloads },
): StoredMessage {
  const { chat } = message.body
  const { discord, bridge } = importedOf(message, chat)
  return {
    id: message.id,
    author: authorOf(message, options.payloads),
    clockMs: message.clockMs,
    atMs: message.atMs,
    text: (discord?.content ?? bridge?.content ?? '') || chat.text || (chat.sticker === undefined ? '' : '[Sticker]'),
    signedBy: message.signedBy,
    delivery: options.delivery,
    isEdited: (discord?.timestampEdited ?? '') !== '',
    replyTo: replyOf(chat),
    albumId: chat.image?.albumId ?? '',
    attachments: attachmentsOf(chat, options.payloads),
  }
}

/** Another name of an imported message, by which replies from there name it. */
export function referenceOf(message: OpenedMessage): string | undefined {
  if (message.body.kind !== 'chat' || message.signedBy !== 'community') return undefined
  const { discord, bridge } = message.body.chat
  if (discord !== undefined && discord.id !== '') return `discord:${discord.id}`
  return bridge !== undefined && bridge.messageId !== '' ? `bridge:${bridge.messageId}` : undefined
}

export function previewOf(author: string, text: string): ReplyPreview {
  return { authorName: author, text: text.length <= PREVIEW_LENGTH ? text : `${text.slice(0, PREVIEW_LENGTH)}…` }
}

/** Only the community’s key can speak for somebody from elsewhere. */
function importedOf({ signedBy }: OpenedMessage, chat: ChatMessage): Pick<ChatMessage, 'discord' | 'bridge'> {
  return signedBy === 'community' ? chat : {}
}

function replyOf({ responseTo, discord, bridge }: ChatMessage): string | undefined {
  if (responseTo !== '') return referencedId(responseTo)
  if (discord?.reference !== undefined && discord.reference.messageId !== '')
    return `discord:${discord.reference.messageId}`
  return bridge !== undefined && bridge.parentMessageId !== '' ? `bridge:${bridge.parentMessageId}` : undefined
}

function authorOf(message: OpenedMessage & { body: { kind: 'chat' } }, payloads: Payloads): StoredAuthor {
  const { chat } = message.body
  const { discord, bridge } = importedOf(message, chat)
  const key = message.author
  if (discord?.author !== undefined) {
    const { nickname, name, avatarImagePayload } = discord.author
    const avatar = avatarNameOf(avatarImagePayload, payloads)
    return { key, name: nameOf(nickname, name), isImported: true, avatar }
  }
  if (bridge !== undefined) {
    const avatar = avatarNameOf(bytesOfDataUrl(bridge.userAvatar), payloads)
    return { key, name: nameOf(bridge.userName, bridge.userId), isImported: true, avatar }
  }
  return { key, name: nameOf(chat.displayName, chat.ensName), isImported: false }
}

function nameOf(first: string, second: string): string {
  return (first.trim() || second.trim()).slice(0, MAX_NAME_LENGTH)
}

function avatarNameOf(bytes: Uint8Array | undefined, payloads: Payloads): string | undefined {
  if (bytes === undefined || bytes.byteLength === 0 || bytes.byteLength > MAX_AVATAR_BYTES) return undefined
  return payloads.avatar(bytes)
}

function bytesOfDataUrl(text: string): Uint8Array | undefined {
  const head = DATA_URL.exec(text)?.[0]
  if (head === undefined || text.length > 2 * MAX_AVATAR_BYTES) return undefined
  try {
    return Uint8Array.from(atob(text.slice(head.length)), (character) => character.charCodeAt(0))
  } catch {
    // Whoever bridged it wrote no base64: the name alone is shown.
    return undefined
  }
}

function attachmentsOf({ contentType, image, audio, discord }: ChatMessage, payloads: Payloads): StoredAttachment[] {
  if (contentType === CONTENT_TYPE.image && image !== undefined && image.payload.byteLength > 0) {
    const mediaType = IMAGE_TYPES[image.format] ?? 'application/octet-stream'
    const name = `image.${mediaType.split('/')[1] ?? 'bin'}`
    const size = { width: image.width || undefined, height: image.height || undefined }
    return [{ kind: 'image', name, mediaType, ...size, ...held(image.payload, payloads) }]
  }
  if (contentType === CONTENT_TYPE.audio && audio !== undefined && audio.payload.byteLength > 0) {
    const isAac = audio.type === AUDIO_TYPE.aac
    const type = { name: isAac ? 'audio.aac' : 'audio.amr', mediaType: isAac ? 'audio/aac' : 'audio/amr' }
    return [{ kind: 'audio', ...type, ...held(audio.payload, payloads) }]
  }
  return (discord?.attachments ?? []).map(({ fileName, contentType: mediaType, fileSizeBytes, payload, url }) => {
    const isImage = mediaType.startsWith('image/')
    const kind = isImage ? 'image' : mediaType.startsWith('audio/') ? 'audio' : 'file'
    const base = { kind, name: fileName.slice(0, MAX_NAME_LENGTH), mediaType } as const
    if (payload.byteLength > 0) return { ...base, ...held(payload, payloads) }
    return { ...base, sizeBytes: fileSizeBytes || undefined, remoteUrl: url || undefined }
  })
}

function held(bytes: Uint8Array, payloads: Payloads): Pick<StoredAttachment, 'sizeBytes' | 'blob'> {
  return { sizeBytes: bytes.byteLength, blob: payloads.blob(bytes) }
}
