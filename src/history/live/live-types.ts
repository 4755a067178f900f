/** What live messages of a community are made of, and who hears of them. */
import type { CommunityId, MessageId } from '../ids.ts'
import type { OpenOutcome } from '../message/opening.ts'
import type { OpenedMessage } from '../message/opened-message.ts'

/** An encoded WakuMessage (14/WAKU2-MESSAGE), as it travels. */
export type EnvelopeBytes = Uint8Array

/**
 * `contentHash`: of what the envelope carries, which is the same in whatever envelope; there where a message waits for its key
 * or its other parts, and of its last part.
 */
export type LiveOutcome = OpenOutcome & { readonly contentHash?: Uint8Array | undefined }

/**
 * Opens one envelope of one community; what is wrong with it is a result, not an error. `link` and `description` are told of
 * what the community’s own key has signed, and of nothing else.
 */
export type OpenLive = (community: CommunityId, envelope: EnvelopeBytes) => Promise<LiveOutcome>

/** Which community a device listens to. */
export interface CommunitySyncInit {
  readonly community: CommunityId
  /** Multiaddrs of those who may answer, as a link carries them. */
  readonly addresses?: readonly string[] | undefined
}

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
  /** Those who may answer are looked for and asked. */
  | { readonly state: 'looking'; readonly askedPeers: number }
  /** What those asked have is here; what is said from now on comes by itself. */
  | { readonly state: 'live'; readonly answeredPeers: number; readonly checkedAtMs: number }
  /** Goes on by itself. */
  | { readonly state: 'nobody-answers'; readonly retryAtMs: number }

/** Who hears of communities’ live messages; a call is awaited before what it told of counts as kept. */
export interface LiveSink {
  /** Verified, in the order in which they came, at most 256 a call. One may come again after a crash, or by `replay`. */
  onMessages(community: CommunityId, messages: readonly LiveMessage[]): Promise<void> | void
  /** Kept, and shown by nobody yet: parts of messages, and what is encrypted with a key that is not here. */
  onWaiting(community: CommunityId, envelopes: readonly EnvelopeBytes[]): Promise<void> | void
  /** Signed by the community’s key, with a newer clock than any before. */
  onLink(
    community: CommunityId,
    link: { readonly clockMs: number; readonly archiveLink: string; readonly envelope: EnvelopeBytes },
  ): Promise<void> | void
  /** Signed by the community’s key, with a newer clock than any before; `description` is its protobuf. */
  onDescription(
    community: CommunityId,
    description: { readonly clockMs: number; readonly description: Uint8Array; readonly envelope: EnvelopeBytes },
  ): Promise<void> | void
  /** Somebody took what was being sent. */
  onDelivered(community: CommunityId, messageId: MessageId): void
  /** Something came that is encrypted with a key that is not here; it is kept, and opened by `replay`. */
  onMissingKey(community: CommunityId, keyId: string): void
  onState(community: CommunityId, state: LiveState): void
}
