/** One message inside a page; its id, clock and author are in the page’s tables. */
import { isMessageId } from '../message/message-id.ts'
import type { RecordReader, RecordWriter } from './record-bytes.ts'
import { type BlobPlace, type StoredAttachment, type StoredMessage } from './stored-message.ts'
import type { Delivery } from './types.ts'

const DELIVERIES = ['archived', 'live', 'sending'] as const satisfies readonly Delivery[]
const ATTACHMENT_KINDS = ['image', 'audio', 'file'] as const satisfies readonly StoredAttachment['kind'][]
const ID_BYTES = 32
const FLAG = { community: 4, edited: 8, replyId: 16, replyReference: 32, preview: 64, extras: 128 } as const

export function writeMessage(writer: RecordWriter, message: StoredMessage): void {
  const { replyTo, preview, albumId, attachments } = message
  const isReplyId = replyTo !== undefined && isMessageId(replyTo)
  const hasExtras = albumId !== '' || attachments.length > 0
  writer.u8(
    DELIVERIES.indexOf(message.delivery) |
      (message.signedBy === 'community' ? FLAG.community : 0) |
      (message.isEdited ? FLAG.edited : 0) |
      (isReplyId ? FLAG.replyId : 0) |
      (replyTo !== undefined && !isReplyId ? FLAG.replyReference : 0) |
      (preview === undefined ? 0 : FLAG.preview) |
      (hasExtras ? FLAG.extras : 0),
  )
  writer.signed(message.atMs - message.clockMs).text(message.text)
  if (isReplyId) writer.hex(replyTo)
  else if (replyTo !== undefined) writer.text(replyTo)
  if (preview !== undefined) writer.text(preview.authorName).text(preview.text)
  if (!hasExtras) return
  writer.text(albumId).varint(attachments.length)
  for (const attachment of attachments) writeAttachment(writer, attachment)
}

export function readMessage(
  reader: RecordReader,
  known: Pick<StoredMessage, 'id' | 'clockMs' | 'author'>,
): StoredMessage {
  const flags = reader.u8()
  const atMs = known.clockMs + reader.signed()
  const text = reader.text()
  const replyTo = readReply(reader, flags)
  const preview = (flags & FLAG.preview) === 0 ? undefined : { authorName: reader.text(), text: reader.text() }
  const hasExtras = (flags & FLAG.extras) !== 0
  return {
    ...known,
    atMs,
    text,
    signedBy: (flags & FLAG.community) === 0 ? 'author' : 'community',
    delivery: DELIVERIES[flags & 3] ?? 'archived',
    isEdited: (flags & FLAG.edited) !== 0,
    replyTo,
    preview,
    albumId: hasExtras ? reader.text() : '',
    attachments: hasExtras ? Array.from({ length: reader.varint() }, () => readAttachment(reader)) : [],
  }
}

function readReply(reader: RecordReader, flags: number): string | undefined {
  if ((flags & FLAG.replyId) !== 0) return reader.hex(ID_BYTES)
  return (flags & FLAG.replyReference) === 0 ? undefined : reader.text()
}

function writeAttachment(writer: RecordWriter, attachment: StoredAttachment): void {
  const { blob, remoteUrl = '', sizeBytes = 0, width = 0, height = 0 } = attachment
  writer.u8(ATTACHMENT_KINDS.indexOf(attachment.kind) | (blob === undefined ? 0 : 4))
  writer.text(attachment.name).text(attachment.mediaType).varint(sizeBytes).varint(width).varint(height)
  if (blob === undefined) writer.text(remoteUrl)
  else writer.varint(blob.pack).varint(blob.offset).varint(blob.lengthBytes)
}

function readAttachment(reader: RecordReader): StoredAttachment {
  const head = reader.u8()
  const base = {
    kind: ATTACHMENT_KINDS[head & 3] ?? 'file',
    name: reader.text(),
    mediaType: reader.text(),
    sizeBytes: reader.varint() || undefined,
    width: reader.varint() || undefined,
    height: reader.varint() || undefined,
  } as const
  if ((head & 4) === 0) return { ...base, remoteUrl: reader.text() || undefined }
  const blob: BlobPlace = { pack: reader.varint(), offset: reader.varint(), lengthBytes: reader.varint() }
  return { ...base, blob }
}
