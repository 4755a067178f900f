/** One community: its head, what has to be said of it, and the timeline of a channel. */
import type { CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { TimelineView } from './timeline/timeline-view.tsx'

export function CommunityPage({ community }: { community: CommunityView }) {
  const { router } = useApp()
  const { channelId, focus } = router.route.value.community ?? {}
  const channel = community.channels.find(({ id }) => id === channelId) ?? community.channels[0]
  return (
    <>
      {channel === undefined ? null : (
        <TimelineView community={community} channelId={channel.id} {...(focus === undefined ? {} : { focus })} />
      )}
    </>
  )
}
