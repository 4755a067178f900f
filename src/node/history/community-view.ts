import type { CommunityDescription } from '../../codec/history/community-description.ts'
import { cidText } from '../../codec/cid.ts'
import type { AcceptedLink } from '../../history/follow/accept-link.ts'
import type { ArchiveState, FollowedArchive, FollowState } from '../../history/follow/follow-state.ts'
import type { KeepChoice } from '../../history/follow/keep-choice.ts'
import type { ChatId } from '../../history/ids.ts'
import type { KeyView } from '../../history/keys/key-view.ts'
import type { PublishState } from '../../history/publish/publish-state.ts'
import type { ChannelCount } from '../../history/timeline/types.ts'
import type { CommunityRecord } from './community-list.ts'
import type { ArchiveView, CategoryView, ChannelView, CommunityView } from './history-views.ts'

const MS = 1000

export interface ViewedCommunity {
  readonly record: CommunityRecord
  readonly description: CommunityDescription | undefined
  readonly key: Pick<KeyView, 'hasPassphrase' | 'isLocked' | 'isSaved'> | undefined
  readonly follower: {
    readonly state: FollowState
    readonly link: AcceptedLink | undefined
    readonly archives: readonly FollowedArchive[]
    readonly keep: KeepChoice
    readonly quotaBytes: number
    readonly heldBytes: number
    readonly missingKeyIds: readonly string[]
  }
  readonly publish: PublishState | undefined
  readonly counts: readonly ChannelCount[]
  readonly liveMissingKeyIds: Iterable<string>
}

export function communityView(community: ViewedCommunity): CommunityView {
  const { record, description, key, follower, publish, counts } = community
  const { link, archives } = follower
  const identity = description?.identity
  return {
    id: record.id,
    name: identity?.displayName ?? '',
    description: identity?.description ?? '',
    color: identity?.color === '' ? undefined : identity?.color,
    isOwner: key !== undefined,
    isKeyLocked: key?.isLocked ?? false,
    isKeySaved: key?.isSaved ?? false,
    hasPassphrase: key?.hasPassphrase ?? false,
    isEncrypted: record.isEncrypted || (description?.isEncrypted ?? false),
    channels: channelViews(record, description, counts),
    categories: categoryViews(description),
    keep: follower.keep,
    quotaBytes: follower.quotaBytes,
    heldBytes: follower.heldBytes,
    archiveCount: archives.length,
    heldArchiveCount: archives.filter(({ state }) => state === 'held').length,
    linkClockMs: link?.clockMs,
    indexCid: link === undefined ? undefined : cidText(link.indexCid),
    follow: follower.state,
    publish: publish ?? { state: 'idle' },
    partitionDays: record.partitionDays,
    isSearchPublished: record.isSearchPublished,
    missingKeyIds: [...new Set([...follower.missingKeyIds, ...community.liveMissingKeyIds])],
  }
}

/** Those that are described, by their places; then those that messages name and no description does. */
function channelViews(
  { id }: CommunityRecord,
  description: CommunityDescription | undefined,
  counts: readonly ChannelCount[],
): ChannelView[] {
  const countOf = new Map(counts.map((count) => [count.channelId, count]))
  const described = [...(description?.chats ?? [])].map(([uuid, { identity, categoryId, position }]): ChannelView => {
    const channelId = `${id}${uuid}` as ChatId
    return {
      id: channelId,
      name: identity?.displayName ?? uuid,
      description: identity?.description ?? '',
      emoji: identity?.emoji === '' ? undefined : identity?.emoji,
      categoryId: categoryId === '' ? undefined : categoryId,
      position,
      messageCount: countOf.get(channelId)?.messageCount ?? 0,
      newestAtMs: countOf.get(channelId)?.newestAtMs,
    }
  })
  const known = new Set(described.map((channel) => channel.id))
  const others = counts
    .filter(({ channelId }) => !known.has(channelId))
    .map(({ channelId, messageCount, newestAtMs }, i): ChannelView => {
      const name = channelId.slice(id.length)
      return { id: channelId, name, description: '', position: described.length + i, messageCount, newestAtMs }
    })
  return [...described.toSorted((a, b) => a.position - b.position || (a.name < b.name ? -1 : 1)), ...others]
}

function categoryViews(description: CommunityDescription | undefined): CategoryView[] {
  const all = [...(description?.categories ?? [])].map(([id, { name, position }]) => ({ id, name, position }))
  return all.toSorted((a, b) => a.position - b.position)
}

const SHOWN_STATE: Readonly<Record<ArchiveState, ArchiveView['state']>> = {
  known: 'known',
  queued: 'fetching',
  fetching: 'fetching',
  held: 'held',
  'missing-key': 'missing-key',
  'nobody-has-it': 'nobody-has-it',
  damaged: 'damaged',
}

export function archiveView(archive: FollowedArchive): ArchiveView {
  const { entry, state, doneBytes, sizeBytes, messageCount } = archive
  return {
    archiveId: entry.id,
    cid: cidText(entry.cid),
    fromMs: entry.fromSeconds * MS,
    toMs: entry.toSeconds * MS,
    state: SHOWN_STATE[state],
    doneBytes,
    sizeBytes,
    messageCount,
  }
}
