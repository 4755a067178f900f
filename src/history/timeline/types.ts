/** What the timeline gives and takes. The rows have the shape of the views of `rpc/history-views.ts`, which it cannot name. */
import type { ArchiveId, AuthorKey, ChatId, CommunityId, MessageId } from '../ids.ts'

/** What the caller knows of one archive of the index: only what is not held makes a gap. Times are unix milliseconds. */
export interface ArchiveSpan {
  readonly fromMs: number
  /** One past the end. */
  readonly toMs: number
  readonly state: 'held' | 'known' | GapReason
}

export type GapReason = 'not-fetched' | 'fetching' | 'missing-key' | 'nobody-has-it' | 'not-published' | 'damaged'

/** Who looks, and what the community’s description says of who may do what. */
export interface TimelineContext {
  readonly spans: readonly ArchiveSpan[]
  /** The person of this device. */
  readonly self?: AuthorKey | undefined
  /** Members who may delete what others wrote; the community’s key always may. */
  readonly privileged?: ReadonlySet<AuthorKey> | undefined
  /** True where only they may pin. */
  readonly isPinningPrivileged?: boolean | undefined
}

export interface TimelineAuthor {
  readonly key: AuthorKey
  readonly name: string
  readonly isImported: boolean
  readonly avatar?: Uint8Array<ArrayBuffer> | undefined
}

export interface TimelineAttachment {
  readonly index: number
  readonly kind: 'image' | 'audio' | 'file'
  readonly name: string
  readonly mediaType: string
  readonly sizeBytes?: number | undefined
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly isHere: boolean
  readonly remoteUrl?: string | undefined
}

export interface TimelineReaction {
  readonly emoji: string
  readonly type?: number | undefined
  readonly count: number
  readonly isOwn: boolean
  readonly names: readonly string[]
}

export interface TimelineReply {
  readonly messageId: MessageId
  readonly authorName?: string | undefined
  readonly text?: string | undefined
}

/** ‘sending’ until somebody took it, ‘live’ until an archive holds it. */
export type Delivery = 'archived' | 'live' | 'sending'

export interface TimelineMessage {
  readonly kind: 'message'
  readonly id: MessageId
  readonly channelId: ChatId
  readonly author: TimelineAuthor
  readonly atMs: number
  readonly text: string
  readonly signature: 'author' | 'community'
  readonly isOwn: boolean
  readonly isDeleted: boolean
  readonly isEdited: boolean
  readonly isPinned: boolean
  readonly replyTo?: TimelineReply | undefined
  readonly reactions: readonly TimelineReaction[]
  readonly attachments: readonly TimelineAttachment[]
  readonly delivery: Delivery
}

export interface TimelineGap {
  readonly kind: 'gap'
  readonly id: string
  readonly fromMs: number
  readonly toMs: number
  readonly reason: GapReason
  readonly archiveCount: number
}

export type TimelineRow = TimelineMessage | TimelineGap

/**
 * before, after: a cursor that an earlier page gave · time: half of the rows before that moment · message: around it;
 * an id of fewer digits, as published search indexes give them, is enough together with `atMs`.
 */
export type TimelineAnchor =
  | { readonly kind: 'newest' }
  | { readonly kind: 'before' | 'after'; readonly cursor: string }
  | { readonly kind: 'time'; readonly atMs: number }
  | { readonly kind: 'message'; readonly messageId: string; readonly atMs?: number | undefined }

export interface TimelineQuery {
  readonly channelId: ChatId
  readonly anchor: TimelineAnchor
  /** At most 200. */
  readonly limit: number
}

export interface TimelinePage {
  /** Oldest first. */
  readonly rows: readonly TimelineRow[]
  readonly olderCursor?: string | undefined
  readonly newerCursor?: string | undefined
  /** For an anchor of kind ‘message’: whether it is among the rows. */
  readonly isFound: boolean
  /** Its whole id. */
  readonly foundId?: MessageId | undefined
}

/** Where a message is in time, for jumping to it. */
export interface MessageLocation {
  readonly id: MessageId
  readonly channelId: ChatId
  readonly atMs: number
  readonly clockMs: number
}

export interface DayCount {
  /** Days since 1970, by the calendar of this device. */
  readonly day: number
  readonly count: number
}

export interface Activity {
  readonly days: readonly DayCount[]
  readonly gaps: readonly Omit<TimelineGap, 'kind'>[]
  readonly firstAtMs?: number | undefined
  readonly lastAtMs?: number | undefined
}

export interface ChannelCount {
  readonly channelId: ChatId
  readonly messageCount: number
  readonly newestAtMs?: number | undefined
}

export interface SearchQuery {
  readonly text: string
  readonly channelId?: ChatId | undefined
  /** Only what is older, or as old and behind `beforeId`: the time and the id of the last hit go on from there. */
  readonly beforeMs?: number | undefined
  readonly beforeId?: MessageId | undefined
  /** At most 100. */
  readonly limit: number
}

export interface SearchHit {
  /** Of a message that is not held: its first digits. */
  readonly messageId: MessageId
  readonly channelId: ChatId
  readonly atMs: number
  readonly message?: TimelineMessage | undefined
}

export interface SearchResult {
  /** Newest first. */
  readonly hits: readonly SearchHit[]
  readonly isMore: boolean
  readonly searchedArchives: number
}

/** What changed, for `touched`. */
export interface TimelineChange {
  readonly communityId: CommunityId
  readonly channelIds: readonly ChatId[]
  readonly fromMs: number
  readonly toMs: number
}

/** One archive, as the index names it; times are unix milliseconds. */
export interface ArchiveToRead {
  readonly archiveId: ArchiveId
  readonly fromMs: number
  readonly toMs: number
}

export interface Attachment {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly mediaType: string
  readonly name: string
}
