/** A message whose signature was checked: what archives, live envelopes and imports become before they are stored. */
import type { ChatMessage, DeleteMessage, EditMessage, EmojiReaction, PinMessage } from '../../codec/history/chat.ts'
import type { AuthorKey, ChatId, MessageId } from '../ids.ts'

/**
 * author: by the author’s own key · community: by the community’s key, on behalf of somebody from elsewhere (Discord,
 * bridges, other imports).
 */
export type SignedBy = 'author' | 'community'

export type MessageBody =
  | { readonly kind: 'chat'; readonly chat: ChatMessage }
  | { readonly kind: 'edit'; readonly edit: EditMessage }
  | { readonly kind: 'delete'; readonly deletion: DeleteMessage }
  | { readonly kind: 'pin'; readonly pin: PinMessage }
  | { readonly kind: 'reaction'; readonly reaction: EmojiReaction }

export interface OpenedMessage {
  readonly id: MessageId
  readonly author: AuthorKey
  readonly signedBy: SignedBy
  readonly channelId: ChatId
  /** Lamport time; orders messages of a channel together with the id. */
  readonly clockMs: number
  /** When its author says it was written. */
  readonly atMs: number
  readonly body: MessageBody
  /** The body’s protobuf as it was signed, for storing. A view of what it came in: copy what is kept. */
  readonly bodyBytes: Uint8Array
}
