/** Messages from elsewhere inside a ChatMessage. Sources: status-go, discord_message.proto and bridge_message.proto. */
import { bytes, list, proto3, string, submessage, uint64 } from '../pb/proto3.ts'

interface DiscordAuthor {
  readonly id: string
  readonly name: string
  readonly discriminator: string
  readonly nickname: string
  readonly avatarUrl: string
  readonly avatarImagePayload: Uint8Array
}

interface DiscordAttachment {
  readonly id: string
  readonly messageId: string
  readonly url: string
  readonly fileName: string
  readonly fileSizeBytes: number
  readonly contentType: string
  readonly payload: Uint8Array
}

export interface DiscordMessage {
  readonly id: string
  readonly type: string
  /** Unix seconds as text, or a date as Discord writes it. */
  readonly timestamp: string
  readonly timestampEdited: string
  readonly content: string
  readonly author?: DiscordAuthor | undefined
  readonly reference?: { readonly messageId: string; readonly channelId: string; readonly guildId: string } | undefined
  readonly attachments: readonly DiscordAttachment[]
}

export interface BridgeMessage {
  /** “slack”, “telegram”, … */
  readonly bridgeName: string
  readonly userName: string
  /** An image as text (a data URL), or an address. */
  readonly userAvatar: string
  readonly userId: string
  readonly content: string
  readonly messageId: string
  readonly parentMessageId: string
}

const MAX_ATTACHMENTS = 256

const author = proto3<DiscordAuthor>({
  id: string(1),
  name: string(2),
  discriminator: string(3),
  nickname: string(4),
  avatarUrl: string(5),
  avatarImagePayload: bytes(6),
})

const reference = proto3({ messageId: string(1), channelId: string(2), guildId: string(3) })

const attachment = proto3<DiscordAttachment>({
  id: string(1),
  messageId: string(2),
  url: string(3),
  fileName: string(4),
  fileSizeBytes: uint64(5),
  contentType: string(6),
  payload: bytes(7),
})

export const discordMessage = proto3<DiscordMessage>({
  id: string(1),
  type: string(2),
  timestamp: string(3),
  timestampEdited: string(4),
  content: string(5),
  author: submessage(6, author),
  reference: submessage(7, reference),
  attachments: list(8, attachment, MAX_ATTACHMENTS),
})

export const bridgeMessage = proto3<BridgeMessage>({
  bridgeName: string(1),
  userName: string(2),
  userAvatar: string(3),
  userId: string(4),
  content: string(5),
  messageId: string(6),
  parentMessageId: string(7),
})
