/** What live messages of a community are made of, and what they stand on. */
import type { CommunityId, MessageId } from '../ids.ts'
import type { OpenedMessage } from '../message/opened-message.ts'

/** An encoded WakuMessage (14/WAKU2-MESSAGE), as it travels. */
export type EnvelopeBytes = Uint8Array

/**
 * What an envelope turned out to be, once its signatures were checked against the community that it claims to be of.
 *
 * `link` and `description` are told of what the community’s own key has signed, and of nothing else.
 */
export type LiveOpened =
  | { readonly kind: 'message'; readonly message: OpenedMessage }
  | { readonly kind: 'link'; readonly clockMs: number; readonly archiveLink: string }
  | { readonly kind: 'description'; readonly clockMs: number; readonly description: Uint8Array }
  | { readonly kind: 'missing-key'; readonly keyId: string }
  | { readonly kind: 'segment-incomplete' }
  | { readonly kind: 'ignored'; readonly reason: string }

/** Opens one envelope of one community; whatever is wrong with it is a result, not an error. */
export type OpenLive = (community: CommunityId, envelope: EnvelopeBytes) => Promise<LiveOpened>

/** A message of the last 30 days, as it came. */
export interface LiveMessage {
  readonly opened: OpenedMessage
  readonly envelope: EnvelopeBytes
  /** Of the envelope. */
  readonly sentAtMs: number
  /** ‘sending’ until somebody took it. */
  readonly delivery: 'live' | 'sending'
}

export type LiveState =
  /** Nobody who may know was reached so far. */
  | { readonly state: 'looking' }
  | { readonly state: 'asking'; readonly askedPeers: number; readonly receivedEnvelopes: number }
  /** Everything that those asked have is here; what is said from now on comes by itself. */
  | { readonly state: 'live'; readonly answeredPeers: number; readonly checkedAtMs: number }
  /** Goes on by itself after a pause. */
  | { readonly state: 'nobody-answers'; readonly retryAtMs: number }

/** Who hears of a community’s live messages; each call is awaited before the next one is made. */
export interface LiveSink {
  /** Verified, each once for each time that this runs, in the order in which they came; at most 256 a call. */
  onMessages(community: CommunityId, messages: readonly LiveMessage[]): Promise<void> | void
  /** A newer link than any before, signed by the community’s key. */
  onLink(community: CommunityId, link: { clockMs: number; archiveLink: string; envelope: EnvelopeBytes }): void
  /** A newer description than any before, signed by the community’s key. */
  onDescription(
    community: CommunityId,
    description: { clockMs: number; description: Uint8Array; envelope: EnvelopeBytes },
  ): void
  /** Somebody took what was being sent. */
  onDelivered(community: CommunityId, messageId: MessageId): void
  /** Envelopes came that are encrypted with a key that is not here; they are kept, and opened by `reopen`. */
  onMissingKey(community: CommunityId, keyId: string): void
  onState(community: CommunityId, state: LiveState): void
}
