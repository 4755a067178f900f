/**
 * One channel of a community: its messages, what is written to it, what is looked up beside it.
 *
 *   TimelineScope (model, actions, gaps) ─▶ ChannelList · TimelineHead · MessageList · Composer · panel
 *   over all: MessageMenu, MessageAbout, Lightbox, LeavingDialog, ExportDialog
 */
import { useEffect, useMemo } from 'preact/hooks'
import { ErrorBox } from '../../components/error-box.tsx'
import type { ChannelId, ChannelView, CommunityView } from '../../../rpc/history-api.ts'
import { displayName } from '../../format/names.ts'
import { useTimelineHost } from '../use-timeline-host.ts'
import { CalendarPanel } from './calendar.tsx'
import { ChannelList } from './channel-list.tsx'
import { Composer } from './composer.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { Lightbox } from './lightbox.tsx'
import { MessageAbout } from './message-about.tsx'
import { MessageList } from './message-list.tsx'
import { MessageMenu } from './message-menu.tsx'
import { PinsPanel } from './pins-panel.tsx'
import { SearchPanel } from './search-panel.tsx'
import { TimelineHead } from './timeline-head.tsx'
import type { TimelineFocus } from './timeline-host.ts'
import { ScopeContext, TimelineScope, useScope } from './timeline-scope.ts'
import { ToolIcon } from './tool-icon.tsx'
import { LeavingDialog } from './web-link.tsx'
import './timeline.css'

interface TimelineViewProps {
  readonly community: CommunityView
  readonly channelId: ChannelId
  /** Where to open it; at the newest where it is absent. */
  readonly focus?: TimelineFocus
}

export function TimelineView({ community, channelId, focus }: TimelineViewProps) {
  const host = useTimelineHost()
  const scope = useMemo(() => new TimelineScope(host, community, channelId), [host, community.id, channelId])
  useEffect(() => scope.setCommunity(community), [scope, community])
  useEffect(() => scope.start(), [scope])
  const { messageId, atMs } = focus ?? {}
  useEffect(() => scope.openAt({ messageId, atMs }), [scope, messageId, atMs])
  const channel = community.channels.find(({ id }) => id === channelId)
  if (channel === undefined) return <p class="quiet">This community has no such channel. It may have been removed.</p>
  return (
    <ScopeContext.Provider key={channelId} value={scope}>
      <div class="timeline-frame">
        <Timeline channel={channel} />
      </div>
    </ScopeContext.Provider>
  )
}

function Timeline({ channel }: { channel: ChannelView }) {
  const { areChannelsShown, panel } = useScope()
  const name = `#${displayName(channel.name)}`
  const className = `timeline${areChannelsShown.value ? ' timeline-channels-shown' : ''}`
  return (
    <div class={panel.value === undefined ? className : `${className} timeline-panel-shown`}>
      <ChannelList />
      <section class="timeline-middle" aria-label={name}>
        <TimelineHead channel={channel} />
        <div class="timeline-body">
          <MessageList channelName={name} />
          <NewestButton />
        </div>
        <FailureBar />
        <Composer channelName={name} />
      </section>
      <OpenPanel />
      <MessageMenu />
      <MessageAbout />
      <Lightbox />
      <LeavingDialog />
      <ExportDialog />
    </div>
  )
}

function OpenPanel() {
  const { panel } = useScope()
  switch (panel.value) {
    case 'search':
      return <SearchPanel />
    case 'pins':
      return <PinsPanel />
    case 'calendar':
      return <CalendarPanel />
    case undefined:
      return null
  }
}

/** Leads back to the end, and says what came there meanwhile. */
function NewestButton() {
  const { model, isAway } = useScope()
  if (!isAway.value) return null
  const count = model.newCount.value
  return (
    <button type="button" class="button newest-button" onClick={() => void model.open({ kind: 'newest' })}>
      <ToolIcon name="down" />
      {count === 0 ? 'Newest' : `${count} new`}
    </button>
  )
}

/** What went wrong with the last thing that was done to a message. */
function FailureBar() {
  const { actions } = useScope()
  const failure = actions.failure.value
  if (failure === undefined) return null
  return (
    <div class="failure-bar" role="alert">
      <ErrorBox error={failure.error} title={failure.title}>
        <button type="button" class="button" onClick={() => actions.dismissFailure()}>
          Dismiss
        </button>
      </ErrorBox>
    </div>
  )
}
