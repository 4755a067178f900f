/** What a person writes, as the bodies of Status: one for a text, one more for each picture beyond the first. */
import { CHAT_MESSAGE_TYPE, type ChatMessage, CONTENT_TYPE } from '../../codec/history/chat.ts'
import { QuireError } from '../../errors.ts'
import type { ChatId, MessageId } from '../../history/ids.ts'
import { isTooLong } from '../../history/message/validate.ts'
import { imageFacts } from './image-facts.ts'

const MAX_IMAGES = 4
const MAX_IMAGE_BYTES = 1_048_576

export interface Writing {
  readonly channelId: ChatId
  readonly clockMs: number
  readonly atMs: number
  readonly displayName: string
}

export interface WrittenMessage {
  readonly text: string
  readonly replyTo?: MessageId | undefined
  readonly images?: readonly Blob[] | undefined
}

/**
 * Pictures share an album; the first one carries the text.
 *
 * Errors: `ERR_MESSAGE_TOO_LONG`, `ERR_OPTION_INVALID` (nothing in it, more than four pictures, one of more than 1 MiB or
 * of another kind).
 */
export async function chatBodies(message: WrittenMessage, writing: Writing): Promise<ChatMessage[]> {
  const images = message.images ?? []
  checkText(message.text, images.length > 0)
  if (images.length > MAX_IMAGES) throw refused(`A message has at most ${MAX_IMAGES} pictures.`)
  const text: ChatMessage = {
    clockMs: writing.clockMs,
    timestampMs: writing.atMs,
    text: message.text,
    responseTo: message.replyTo ?? '',
    ensName: '',
    chatId: writing.channelId,
    messageType: CHAT_MESSAGE_TYPE.communityChat,
    contentType: CONTENT_TYPE.text,
    displayName: writing.displayName,
    unfurledLinks: [],
    customizationColor: 0,
  }
  if (images.length === 0) return [text]
  const albumId = images.length === 1 ? '' : crypto.randomUUID()
  const read = await Promise.all(images.map(readImage))
  return read.map((image, i) => ({
    ...text,
    clockMs: writing.clockMs + i,
    text: i === 0 ? message.text : '',
    contentType: CONTENT_TYPE.image,
    image: { ...image, albumId, albumImagesCount: albumId === '' ? 0 : images.length },
  }))
}

/** Errors: `ERR_MESSAGE_TOO_LONG`, `ERR_OPTION_INVALID` (blank). */
export function checkText(text: string, mayBeBlank: boolean): void {
  if (isTooLong(text))
    throw new QuireError('ERR_MESSAGE_TOO_LONG', `The message has ${Array.from(text).length} characters.`)
  if (!mayBeBlank && text.trim() === '') throw refused('There is nothing in this message.')
}

async function readImage(blob: Blob) {
  if (blob.size > MAX_IMAGE_BYTES) throw refused(`A picture has at most 1 MiB; this one has ${blob.size} bytes.`)
  const payload = new Uint8Array(await blob.arrayBuffer())
  const facts = imageFacts(payload)
  if (facts === undefined) throw refused('A picture is a PNG, JPEG, WebP or GIF; this file is none of them.')
  return { ...facts, payload }
}

function refused(message: string): QuireError {
  return new QuireError('ERR_OPTION_INVALID', message)
}
