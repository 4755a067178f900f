/** The messages that were pinned in this channel, newest first. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ErrorBox } from '../../components/error-box.tsx'
import type { ErrorView } from '../../../rpc/api.ts'
import { viewOfError } from '../../../rpc/errors.ts'
import type { MessageView } from '../../../rpc/history-api.ts'
import { MessageCard } from './message-card.tsx'
import { SidePanel } from './side-panel.tsx'
import { useScope } from './timeline-scope.ts'

export function PinsPanel() {
  const scope = useScope()
  const pins = useSignal<readonly MessageView[] | undefined>(undefined)
  const failure = useSignal<ErrorView | undefined>(undefined)
  const touches = scope.touches.value
  useEffect(() => {
    let isCurrent = true
    scope.host.api.pinned(scope.community.peek().id, scope.channelId).then(
      (found) => {
        if (isCurrent) pins.value = found.toSorted((a, b) => b.atMs - a.atMs)
      },
      (error: unknown) => {
        if (isCurrent) failure.value = viewOfError(error)
      },
    )
    return () => {
      isCurrent = false
    }
  }, [scope, touches])
  return (
    <SidePanel title="Pinned messages">
      {failure.value === undefined ? null : <ErrorBox error={failure.value} title="The pins could not be read" />}
      {pins.value === undefined && failure.value === undefined ? (
        <progress class="progress" aria-label="Reading the pins" />
      ) : null}
      {pins.value?.length === 0 ? (
        <p class="quiet">
          Nothing is pinned here. Pin what others should find again: open a message’s menu, then “Pin”.
        </p>
      ) : null}
      <ul class="message-cards">
        {pins.value?.map((message) => (
          <MessageCard
            key={message.id}
            atMs={message.atMs}
            message={message}
            onOpen={() => {
              scope.leavePanel()
              scope.showMessage({ channelId: scope.channelId, messageId: message.id, atMs: message.atMs })
            }}
          />
        ))}
      </ul>
    </SidePanel>
  )
}
