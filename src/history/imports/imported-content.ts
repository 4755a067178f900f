/** The two forms that messages from elsewhere have on the wire. */
import type { BridgeMessage, DiscordMessage } from '../../codec/history/imported.ts'
import type { ImportKind, ImportedAttachment, ImportedMessage } from './imported-message.ts'

/** What a message here may have of text, in UTF-8. */
const MAX_TEXT_BYTES = 65_536
/** Files of one message; what is more is told by name alone. */
const MAX_MESSAGE_FILE_BYTES = 8 * 1024 * 1024

/** `id` names the message among all of the import. */
export function discordContent(imported: ImportedMessage, id: string): DiscordMessage {
  const { author, replyTo } = imported
  let leftBytes = MAX_MESSAGE_FILE_BYTES
  const payloadOf = ({ bytes }: ImportedAttachment): Uint8Array => {
    if (bytes === undefined || bytes.byteLength > leftBytes) return new Uint8Array()
    leftBytes -= bytes.byteLength
    return bytes
  }
  return {
    id,
    type: 'Default',
    timestamp: seconds(imported.atMs),
    timestampEdited: imported.editedAtMs === undefined ? '' : seconds(imported.editedAtMs),
    content: imported.text,
    author: {
      id: author.sourceId,
      name: author.name.toWellFormed(),
      discriminator: '',
      nickname: '',
      avatarUrl: author.avatarUrl ?? '',
      avatarImagePayload: new Uint8Array(),
    },
    reference: replyTo === undefined ? undefined : { messageId: replyTo, channelId: imported.channelId, guildId: '' },
    attachments: imported.attachments.map((attachment, i) => ({
      id: `${id}-${i}`,
      messageId: id,
      url: attachment.url ?? '',
      fileName: attachment.name.toWellFormed(),
      fileSizeBytes: Math.max(0, Math.trunc(attachment.sizeBytes ?? 0)),
      contentType: attachment.mediaType,
      payload: payloadOf(attachment),
    })),
  }
}

export function bridgeContent(imported: ImportedMessage, kind: ImportKind): BridgeMessage {
  return {
    bridgeName: kind === 'mbox' ? 'mail' : kind === 'json-lines' ? 'import' : kind,
    userName: imported.author.name.toWellFormed(),
    userAvatar: imported.author.avatarUrl ?? '',
    userId: imported.author.sourceId,
    content: imported.text,
    messageId: `${imported.channelId}:${imported.sourceId}`,
    parentMessageId: imported.replyTo === undefined ? '' : `${imported.channelId}:${imported.replyTo}`,
  }
}

/** At most 65,536 bytes of UTF-8, never half a character. */
export function cutText(text: string): { readonly text: string; readonly isCut: boolean } {
  const whole = text.toWellFormed()
  // Most texts are far from it: three bytes are the most that one unit of UTF-16 takes.
  if (whole.length * 3 <= MAX_TEXT_BYTES) return { text: whole, isCut: false }
  const bytes = new Uint8Array(MAX_TEXT_BYTES)
  const { read } = new TextEncoder().encodeInto(whole, bytes)
  return { text: whole.slice(0, read), isCut: read < whole.length }
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000))
}
