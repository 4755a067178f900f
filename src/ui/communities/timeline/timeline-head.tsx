/** The channel’s name, the day that is being read, and what can be opened beside the messages. */
import { Icon } from '../../components/icon.tsx'
import type { ChannelView } from '../../../rpc/history-api.ts'
import { displayName } from '../../format/names.ts'
import { ChannelSign } from './channel-list.tsx'
import { useScope } from './timeline-scope.ts'
import type { Panel } from './timeline-scope.ts'
import { formatDay, formatShortDay } from './timeline-time.ts'
import { ToolIcon } from './tool-icon.tsx'
import type { ToolName } from './tool-icon.tsx'

export function TimelineHead({ channel }: { channel: ChannelView }) {
  const { areChannelsShown, isExporting } = useScope()
  return (
    <header class="timeline-head">
      <button
        type="button"
        class="button button-quiet channels-button"
        aria-expanded={areChannelsShown}
        aria-label="Channels"
        title="Channels"
        onClick={() => (areChannelsShown.value = !areChannelsShown.peek())}
      >
        <ToolIcon name="channels" />
      </button>
      <h2 class="timeline-title">
        <ChannelSign channel={channel} />
        <bdi>{displayName(channel.name)}</bdi>
      </h2>
      {channel.description === '' ? null : (
        <p class="timeline-topic quiet" dir="auto" title={channel.description}>
          {channel.description}
        </p>
      )}
      <div class="timeline-tools">
        <DayButton />
        <PanelButton panel="search" icon="search" words="Search" />
        <PanelButton panel="pins" icon="pin" words="Pinned messages" />
        <button
          type="button"
          class="button button-quiet"
          title="Save a part of the history"
          aria-label="Save a part of the history"
          onClick={() => (isExporting.value = true)}
        >
          <Icon name="save" />
        </button>
      </div>
    </header>
  )
}

/** Says where in time one is, and opens the calendar. */
function DayButton() {
  const scope = useScope()
  const { readingAtMs, panel } = scope
  const atMs = readingAtMs.value
  const nowMs = Date.now()
  return (
    <button
      type="button"
      class="button button-quiet day-button"
      aria-expanded={panel.value === 'calendar'}
      title={atMs === undefined ? 'Calendar' : `${formatDay(atMs, nowMs)}: open the calendar`}
      onClick={() => scope.togglePanel('calendar')}
    >
      <ToolIcon name="calendar" />
      <span class="numbers">{atMs === undefined ? 'Calendar' : formatShortDay(atMs, nowMs)}</span>
      <span class="unseen">, open the calendar</span>
    </button>
  )
}

interface PanelButtonProps {
  readonly panel: Exclude<Panel, undefined>
  readonly icon: ToolName
  readonly words: string
}

function PanelButton({ panel, icon, words }: PanelButtonProps) {
  const scope = useScope()
  return (
    <button
      type="button"
      class="button button-quiet"
      aria-expanded={scope.panel.value === panel}
      aria-label={words}
      title={words}
      onClick={() => scope.togglePanel(panel)}
    >
      <ToolIcon name={icon} />
    </button>
  )
}
