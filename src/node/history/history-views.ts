/** What a page is told of communities. The shapes of `rpc/history-views.ts`, which cannot be named here, with failures as errors. */
import type { FollowState } from '../../history/follow/follow-state.ts'
import type { KeepChoice } from '../../history/follow/keep-choice.ts'
import type { HistorySignal } from '../../history/follow/signals.ts'
import type { AuthorKey, ChatId, CommunityId } from '../../history/ids.ts'
import type { ImportKind, ImportProblem } from '../../history/imports/imported-message.ts'
import type { PublishState } from '../../history/publish/publish-state.ts'
import type { QuireError } from '../../errors.ts'

export interface ChannelView {
  readonly id: ChatId
  readonly name: string
  readonly description: string
  readonly emoji?: string | undefined
  readonly categoryId?: string | undefined
  readonly position: number
  readonly messageCount: number
  readonly newestAtMs?: number | undefined
}

export interface CategoryView {
  readonly id: string
  readonly name: string
  readonly position: number
}

export interface CommunityView {
  readonly id: CommunityId
  readonly name: string
  readonly description: string
  readonly color?: string | undefined
  readonly isOwner: boolean
  readonly isKeyLocked: boolean
  readonly isKeySaved: boolean
  readonly hasPassphrase: boolean
  readonly isEncrypted: boolean
  readonly channels: readonly ChannelView[]
  readonly categories: readonly CategoryView[]
  readonly keep: KeepChoice
  readonly quotaBytes: number
  readonly heldBytes: number
  readonly archiveCount: number
  readonly heldArchiveCount: number
  readonly linkClockMs?: number | undefined
  readonly indexCid?: string | undefined
  readonly follow: FollowState
  readonly publish: PublishState
  readonly partitionDays: number
  readonly isSearchPublished: boolean
  readonly missingKeyIds: readonly string[]
}

export interface ArchiveView {
  readonly archiveId: string
  readonly cid: string
  readonly fromMs: number
  readonly toMs: number
  readonly state: 'held' | 'fetching' | 'known' | 'missing-key' | 'nobody-has-it' | 'damaged'
  readonly doneBytes: number
  readonly sizeBytes?: number | undefined
  readonly messageCount?: number | undefined
}

export interface PersonView {
  readonly key: AuthorKey
  readonly displayName: string
  readonly hasPassphrase: boolean
  readonly isLocked: boolean
  readonly isSaved: boolean
}

export type ImportState =
  | { readonly state: 'reading' | 'publishing' | 'done' | 'interrupted' | 'cancelled' }
  | { readonly state: 'failed'; readonly error: QuireError }

export interface ImportView {
  readonly id: string
  readonly communityId: CommunityId
  readonly fileName: string
  readonly kind?: ImportKind | undefined
  readonly state: ImportState
  readonly readBytes: number
  readonly totalBytes: number
  readonly messageCount: number
  readonly channelCount: number
  readonly problemCount: number
  readonly problems: readonly ImportProblem[]
}

export type HistoryChange =
  | { readonly type: 'communities'; readonly communities: readonly CommunityView[] }
  | { readonly type: 'person'; readonly person: PersonView | undefined }
  | { readonly type: 'imports'; readonly imports: readonly ImportView[] }
  | {
      readonly type: 'touched'
      readonly communityId: CommunityId
      readonly channelIds?: readonly ChatId[] | undefined
      readonly fromMs: number
      readonly toMs: number
    }
  | { readonly type: 'signal'; readonly communityId: CommunityId; readonly signal: HistorySignal }
