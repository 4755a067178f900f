/** Communities, archives, timelines and imports as a page sees them. Everything here is cloneable; times are milliseconds since 1970. */
import type { CidText, ErrorView } from './call-types.ts'

/** A community’s compressed public key, “0x02…”, 68 characters. */
export type CommunityId = string
/** The chat id of a channel: the community’s id and the channel’s UUID, one after the other. */
export type ChannelId = string
/** “0x” and 64 hex digits. */
export type MessageId = string
/** An author’s uncompressed public key, “0x04…”, 132 characters. */
export type AuthorKey = string

export interface ChannelView {
  readonly id: ChannelId
  readonly name: string
  readonly description: string
  readonly emoji?: string | undefined
  readonly categoryId?: string | undefined
  readonly position: number
  /** What is held; grows while archives arrive. */
  readonly messageCount: number
  readonly newestAtMs?: number | undefined
}

export interface CategoryView {
  readonly id: string
  readonly name: string
  readonly position: number
}

/** What a member keeps of a community’s archives. */
export type KeepChoice =
  | { readonly kind: 'all' }
  | { readonly kind: 'weeks'; readonly weeks: number }
  | { readonly kind: 'viewed' }

export type FollowState =
  | { readonly state: 'looking'; readonly askedPeers: number }
  | { readonly state: 'fetching-index' }
  | { readonly state: 'fetching'; readonly doneArchives: number; readonly wantedArchives: number }
  | { readonly state: 'up-to-date'; readonly checkedAtMs: number }
  /** Goes on by itself; `retryNow` tries at once. */
  | {
      readonly state: 'waiting'
      readonly reason: 'nobody-has-link' | 'nobody-has-index' | 'nobody-has-archives' | 'offline' | 'missing-key'
    }
  | { readonly state: 'paused' }
  /** The owner has published nothing yet. */
  | { readonly state: 'nothing-published' }
  | { readonly state: 'failed'; readonly error: ErrorView }

export type PublishState =
  | { readonly state: 'idle'; readonly lastPublishedAtMs?: number | undefined; readonly nextAtMs?: number | undefined }
  | { readonly state: 'publishing'; readonly doneArchives: number; readonly totalArchives: number }
  | { readonly state: 'failed'; readonly error: ErrorView }

export interface CommunityView {
  readonly id: CommunityId
  readonly name: string
  readonly description: string
  /** CSS hex, “#a63d2f”. */
  readonly color?: string | undefined
  /** True where this device holds the community’s key. */
  readonly isOwner: boolean
  /** True where the owner’s key is wrapped by a passphrase that was not given in this run. */
  readonly isKeyLocked: boolean
  /** False until the owner has saved the key to a file. */
  readonly isKeySaved: boolean
  /** True where the owner’s key is wrapped by a passphrase on this device, whether locked now or not. */
  readonly hasPassphrase: boolean
  readonly isEncrypted: boolean
  readonly channels: readonly ChannelView[]
  readonly categories: readonly CategoryView[]
  readonly keep: KeepChoice
  /** The most that archives of this community may take. */
  readonly quotaBytes: number
  readonly heldBytes: number
  readonly archiveCount: number
  readonly heldArchiveCount: number
  /** Clock of the newest valid link. */
  readonly linkClockMs?: number | undefined
  readonly indexCid?: CidText | undefined
  readonly follow: FollowState
  readonly publish: PublishState
  readonly partitionDays: number
  readonly isSearchPublished: boolean
  /** Key ids that something here is encrypted with and that are not held. */
  readonly missingKeyIds: readonly string[]
}

/** Why a span of time is not shown. */
export type GapReason = 'not-fetched' | 'fetching' | 'missing-key' | 'nobody-has-it' | 'not-published' | 'damaged'

/** One archive of the index. */
export interface ArchiveView {
  readonly archiveId: string
  readonly cid: CidText
  readonly fromMs: number
  readonly toMs: number
  readonly state: 'held' | 'fetching' | 'known' | 'missing-key' | 'nobody-has-it' | 'damaged'
  readonly doneBytes: number
  readonly sizeBytes?: number | undefined
  /** Messages that count, by the archive’s own content; undefined until it was read. */
  readonly messageCount?: number | undefined
}

export interface AuthorView {
  readonly key: AuthorKey
  readonly name: string
  /** True where the name is one that the community’s key vouches for (Discord and other imports). */
  readonly isImported: boolean
  /** PNG or WebP data of an imported avatar, small. */
  readonly avatar?: Uint8Array<ArrayBuffer> | undefined
}

export type SignatureState =
  /** By its author’s own key. */
  | 'author'
  /** By the community’s key, on behalf of somebody from elsewhere. */
  | 'community'

export interface AttachmentView {
  /** Place in the message, for `attachment`. */
  readonly index: number
  readonly kind: 'image' | 'audio' | 'file'
  readonly name: string
  readonly mediaType: string
  readonly sizeBytes?: number | undefined
  readonly width?: number | undefined
  readonly height?: number | undefined
  /** False where only an address elsewhere is known: nothing is loaded from there unasked. */
  readonly isHere: boolean
  readonly remoteUrl?: string | undefined
}

export interface ReactionView {
  /** An emoji. */
  readonly emoji: string
  /** 1 to 6 on the wire of Status; undefined for others. */
  readonly type?: number | undefined
  readonly count: number
  readonly isOwn: boolean
  /** The first few; an import says how many, and names nobody. */
  readonly names: readonly string[]
}

export interface ReplyView {
  readonly messageId: MessageId
  /** Undefined where the message replied to is not held. */
  readonly authorName?: string | undefined
  readonly text?: string | undefined
}

export interface MessageView {
  readonly kind: 'message'
  readonly id: MessageId
  readonly channelId: ChannelId
  readonly author: AuthorView
  readonly atMs: number
  /** As written, at most 4,096 code points (imports: 65,536 bytes). */
  readonly text: string
  readonly signature: SignatureState
  readonly isOwn: boolean
  readonly isDeleted: boolean
  readonly isEdited: boolean
  readonly isPinned: boolean
  readonly replyTo?: ReplyView | undefined
  readonly reactions: readonly ReactionView[]
  readonly attachments: readonly AttachmentView[]
  /** ‘sending’ until somebody took it, ‘live’ until an archive holds it. */
  readonly delivery: 'archived' | 'live' | 'sending'
}

export interface GapView {
  readonly kind: 'gap'
  /** Stable while the gap lasts. */
  readonly id: string
  readonly fromMs: number
  readonly toMs: number
  readonly reason: GapReason
  readonly archiveCount: number
}

export type TimelineRow = MessageView | GapView

export type TimelineAnchor =
  | { readonly kind: 'newest' }
  | { readonly kind: 'before'; readonly cursor: string }
  | { readonly kind: 'after'; readonly cursor: string }
  /** Around a moment: half of the rows before it. Fetches that week first where it is not held. */
  | { readonly kind: 'time'; readonly atMs: number }
  | { readonly kind: 'message'; readonly messageId: MessageId; readonly atMs?: number | undefined }

export interface TimelinePage {
  /** Oldest first. */
  readonly rows: readonly TimelineRow[]
  /** For `before`; undefined where nothing is older. */
  readonly olderCursor?: string | undefined
  /** For `after`; undefined where nothing is newer. */
  readonly newerCursor?: string | undefined
  /** For `kind: 'message'`: whether it was found. */
  readonly isFound: boolean
  /** Its whole id, where the question named only the beginning of one. */
  readonly foundId?: MessageId | undefined
}

export interface DayCount {
  /** Days since 1970, by the calendar of this device. */
  readonly day: number
  readonly count: number
}

/** Activity by day, of what is held; spans that are published and not held are told as gaps. */
export interface ActivityView {
  readonly days: readonly DayCount[]
  readonly gaps: readonly Omit<GapView, 'kind'>[]
  readonly firstAtMs?: number | undefined
  readonly lastAtMs?: number | undefined
}

export interface SearchHit {
  readonly messageId: MessageId
  readonly channelId: ChannelId
  readonly atMs: number
  /** Undefined where the message itself is not held yet (found in the published search index). */
  readonly message?: MessageView | undefined
}

export interface SearchView {
  /** Newest first. */
  readonly hits: readonly SearchHit[]
  readonly isMore: boolean
  readonly searchedArchives: number
  readonly knownArchives: number
}

export interface PersonView {
  readonly key: AuthorKey
  readonly displayName: string
  readonly hasPassphrase: boolean
  readonly isLocked: boolean
  readonly isSaved: boolean
}

export type ImportKind = 'discord' | 'slack' | 'telegram' | 'mbox' | 'json-lines'

export interface ImportProblem {
  /** A line, a message id or a file’s name in the export. */
  readonly where: string
  readonly what: string
}

export interface ImportView {
  readonly id: string
  readonly communityId: CommunityId
  readonly fileName: string
  readonly kind?: ImportKind | undefined
  readonly state:
    | { readonly state: 'reading' }
    | { readonly state: 'publishing' }
    | { readonly state: 'done' }
    /** The page was closed, or it was stopped: it goes on when the same file is given again. */
    | { readonly state: 'interrupted' }
    | { readonly state: 'cancelled' }
    | { readonly state: 'failed'; readonly error: ErrorView }
  readonly readBytes: number
  readonly totalBytes: number
  readonly messageCount: number
  readonly channelCount: number
  readonly problemCount: number
  /** The first hundred. */
  readonly problems: readonly ImportProblem[]
}
