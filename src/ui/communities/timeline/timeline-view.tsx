import type { ChannelId, CommunityView } from '../../../rpc/history-api.ts'
import type { TimelineFocus } from './timeline-host.ts'

export interface TimelineViewProps {
  readonly community: CommunityView
  readonly channelId: ChannelId
  readonly focus?: TimelineFocus
}

/** One channel of a community. What it asks of the page comes from `useTimelineHost` (`../use-timeline-host.ts`). */
export function TimelineView({ community, channelId }: TimelineViewProps) {
  return <p>{community.channels.find(({ id }) => id === channelId)?.name}</p>
}
