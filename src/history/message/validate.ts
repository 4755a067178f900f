/** When a signed body is shown. Source: status-go, message_validator.go (facts of the community history service §5.3). */
import { type ChatMessage, CHAT_MESSAGE_TYPE, CONTENT_TYPE, REACTION_TYPE } from '../../codec/history/chat.ts'
import type { ChatId, CommunityId } from '../ids.ts'
import type { MessageBody, SignedBy } from './opened-message.ts'
import type { IgnoredReason } from './opening.ts'
import { bodyFacts } from './read-body.ts'

/** Source: status-go; how far a clock may be ahead of the time that the message was sent at. */
const MAX_CLOCK_AHEAD_MS = 120_000
/** Ours: whatever says that it is later is not a time that anybody lived in, and may be none that a `Date` holds. */
const LATEST_MS = Date.UTC(2200, 0, 1)
/** Ours: how far the time that an author gives may be from the clock that orders the message. */
const MAX_TIME_OFF_MS = 24 * 3_600_000
/** Source: status-go; Unicode code points. */
const MAX_TEXT_CODE_POINTS = 4096
/** Ours: text of imports, which Status does not bound. UTF-16 code units. */
const MAX_IMPORTED_TEXT_LENGTH = 65_536
/** Ours: a channel’s UUID has 36 characters. */
const MAX_CHANNEL_CHARACTERS = 64
const CHANNEL = /^[0-9a-zA-Z_-]+$/u

const SHOWN_CONTENT: ReadonlySet<number> = new Set([
  CONTENT_TYPE.text,
  CONTENT_TYPE.sticker,
  CONTENT_TYPE.status,
  CONTENT_TYPE.emoji,
  CONTENT_TYPE.image,
  CONTENT_TYPE.audio,
  CONTENT_TYPE.community,
  CONTENT_TYPE.discord,
  CONTENT_TYPE.bridge,
])
const REACTIONS: ReadonlySet<number> = new Set(Object.values(REACTION_TYPE))

interface ValidationContext {
  readonly community: CommunityId
  readonly signedBy: SignedBy
  /** When it was sent, by the envelope or archive. */
  readonly sentAtMs: number
}

/** Why a body is not shown, or undefined where it is. */
export function whyIgnored(body: MessageBody, context: ValidationContext): IgnoredReason | undefined {
  const { clockMs, chatId } = bodyFacts(body)
  const { sentAtMs } = context
  if (sentAtMs < 0 || sentAtMs > LATEST_MS) return 'clock'
  if (clockMs <= 0 || clockMs > sentAtMs + MAX_CLOCK_AHEAD_MS) return 'clock'
  if (channelOf(chatId, context.community) === undefined) return 'wrong-channel'
  switch (body.kind) {
    case 'chat':
      return whyChatIgnored(body.chat, context.signedBy)
    case 'edit':
      return body.edit.messageId === '' ? 'incomplete-content' : whyTextIgnored(body.edit.text)
    case 'delete':
      return body.deletion.messageId === '' ? 'incomplete-content' : undefined
    case 'pin':
      return body.pin.messageId === '' ? 'incomplete-content' : undefined
    case 'reaction':
      if (!REACTIONS.has(body.reaction.type)) return 'unknown-type'
      return body.reaction.messageId === '' ? 'incomplete-content' : undefined
  }
}

/** When a message is shown as written: as its author says, unless that is more than a day from its clock. */
export function shownAtMs(body: MessageBody, sentAtMs: number): number {
  if (body.kind !== 'chat') return sentAtMs
  const { timestampMs, clockMs } = body.chat
  return Math.abs(timestampMs - clockMs) <= MAX_TIME_OFF_MS ? timestampMs : clockMs
}

/** The chat id as a channel of the community, or undefined where it is none. */
export function channelOf(chatId: string, community: CommunityId): ChatId | undefined {
  if (!chatId.startsWith(community)) return undefined
  const channel = chatId.slice(community.length)
  return channel.length <= MAX_CHANNEL_CHARACTERS && CHANNEL.test(channel) ? (chatId as ChatId) : undefined
}

function whyChatIgnored(chat: ChatMessage, signedBy: SignedBy): IgnoredReason | undefined {
  if (chat.timestampMs === 0) return 'clock'
  if (chat.messageType !== CHAT_MESSAGE_TYPE.communityChat) return 'unknown-type'
  if (!SHOWN_CONTENT.has(chat.contentType)) return 'unknown-type'
  switch (chat.contentType) {
    case CONTENT_TYPE.discord:
      return whyImportIgnored(chat.discord, signedBy)
    case CONTENT_TYPE.bridge:
      return whyImportIgnored(chat.bridge, signedBy)
    case CONTENT_TYPE.image:
      return chat.image === undefined || chat.image.payload.byteLength === 0
        ? 'incomplete-content'
        : longText(chat.text)
    case CONTENT_TYPE.audio:
      return chat.audio === undefined || chat.audio.payload.byteLength === 0
        ? 'incomplete-content'
        : longText(chat.text)
    case CONTENT_TYPE.sticker:
      return chat.sticker === undefined || chat.sticker.hash === '' ? 'incomplete-content' : longText(chat.text)
    case CONTENT_TYPE.community:
      return longText(chat.text)
    default:
      return whyTextIgnored(chat.text)
  }
}

/** Somebody else’s words count where the community’s own key vouches for them. */
function whyImportIgnored(
  content: { readonly content: string } | undefined,
  signedBy: SignedBy,
): IgnoredReason | undefined {
  if (content === undefined) return 'incomplete-content'
  if (signedBy !== 'community') return 'wrong-signer'
  return content.content.length > MAX_IMPORTED_TEXT_LENGTH ? 'too-long' : undefined
}

function whyTextIgnored(text: string): IgnoredReason | undefined {
  return text.trim() === '' ? 'empty' : longText(text)
}

function longText(text: string): IgnoredReason | undefined {
  return isTooLong(text) ? 'too-long' : undefined
}

/** More than 4,096 code points. */
export function isTooLong(text: string): boolean {
  if (text.length <= MAX_TEXT_CODE_POINTS) return false
  if (text.length > 2 * MAX_TEXT_CODE_POINTS) return true
  return Array.from(text).length > MAX_TEXT_CODE_POINTS
}
