/** One community: its head, what has to be said of it, and the timeline of a channel. */
import type { CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { NoticeList } from '../files/notice-list.tsx'
import { CommunityHead } from './community-head.tsx'
import { CommunityNotes } from './community-notes.tsx'
import { ComingCommunity } from './coming-community.tsx'
import { TimelineView } from './timeline/timeline-view.tsx'

export function CommunityPage({ community }: { community: CommunityView }) {
  const { router } = useApp()
  const { channelId, focus } = router.route.value.community ?? {}
  const channel = community.channels.find(({ id }) => id === channelId) ?? firstToRead(community)
  return (
    <>
      <CommunityHead community={community} />
      <div class="community-above">
        <NoticeList />
        <CommunityNotes community={community} />
      </div>
      <div class="community-body">
        {channel === undefined ? (
          <ComingCommunity community={community} />
        ) : (
          <TimelineView community={community} channelId={channel.id} {...(focus === undefined ? {} : { focus })} />
        )}
      </div>
    </>
  )
}

/** “general” where there is one, as it is where most is said; else the first. */
function firstToRead({ channels }: CommunityView): CommunityView['channels'][number] | undefined {
  const inOrder = channels.toSorted((a, b) => a.position - b.position)
  return inOrder.find(({ name }) => name === 'general') ?? inOrder[0]
}
