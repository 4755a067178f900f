/** What becomes of one envelope or archived message, and what it takes to open it. */
import type { CommunityDescription } from '../../codec/history/community-description.ts'
import type { ArchiveLink } from '../../codec/history/archive-link.ts'
import type { GroupKeys } from '../crypto/hash-ratchet.ts'
import type { CommunityId } from '../ids.ts'
import type { OpenedMessage } from './opened-message.ts'

/** Everything that opening a community’s messages takes. */
export interface OpenContext {
  readonly community: CommunityId
  readonly keys: GroupKeys
}

/** Why a message is not shown; none of these is an error of ours. */
export type IgnoredReason =
  | 'not-decodable'
  | 'not-signed'
  | 'wrong-signer'
  | 'clock'
  | 'empty'
  | 'too-long'
  | 'wrong-channel'
  | 'unknown-type'
  | 'incomplete-content'

/** Which part of a message in several envelopes one of them is. */
export interface MessagePart {
  /** Of the whole, and of who sent it. */
  readonly whole: string
  readonly number: number
  /** Its envelope is signed by the community’s key. */
  readonly isByCommunity: boolean
}

/** `part`: what came was a part, the last that the whole took. */
export type OpenOutcome =
  | { readonly kind: 'message'; readonly message: OpenedMessage; readonly part?: MessagePart | undefined }
  /** Signed by the community’s own key. */
  | { readonly kind: 'link'; readonly link: ArchiveLink; readonly atMs: number }
  | {
      readonly kind: 'description'
      readonly description: CommunityDescription
      /** Its protobuf as it was signed. */
      readonly bytes: Uint8Array
      readonly part?: MessagePart | undefined
    }
  /** `keyId`: “0x” and 64 hex digits. */
  | { readonly kind: 'missing-key'; readonly keyId: string }
  /** A part of a message; the rest was not seen yet. */
  | { readonly kind: 'segment'; readonly part: MessagePart }
  | { readonly kind: 'ignored'; readonly reason: IgnoredReason }

/** Some of an archive’s messages, in its order. */
export interface ArchiveBatch {
  readonly messages: readonly OpenedMessage[]
  /** Of the archive’s bytes, 0 … 1. */
  readonly progress: number
  /** Since the archive’s beginning. */
  readonly counts: OpenCounts
  /** The time of which everything was opened, where messages come by their nearness to a moment. */
  readonly opened?: OpenedSpan | undefined
}

/** By the archive’s own times, unix seconds; the end is not in it. */
export interface OpenedSpan {
  readonly fromSeconds: number
  readonly toSeconds: number
}

export interface OpenCounts {
  readonly opened: number
  readonly ignored: number
  /** By key id, “0x…”: how many messages wait for it. */
  readonly missingKeys: ReadonlyMap<string, number>
  readonly incompleteSegments: number
}
