/** Whether others can reach this browser, in words; the reason one click away. */
import { useApp } from '../app-context.ts'
import { countOf } from '../format/bytes.ts'
import { sentenceOfReachability } from '../format/words.ts'
import { hashOf } from '../state/route.ts'

const REASON_ID = 'status-reason'

export function StatusLine() {
  const { nodeState, snapshot, files } = useApp()
  const status = snapshot.value.status
  if (nodeState.value.state !== 'running' || status === undefined) return null
  const { reachability, peers } = status
  const { text, tone, reason } = sentenceOfReachability(reachability)
  const hide = () => document.getElementById(REASON_ID)?.hidePopover()
  return (
    <div class="status">
      <button type="button" class="status-button" popovertarget={REASON_ID}>
        <span
          class={`status-dot status-${reachability.state === 'reachable' ? 'reachable' : tone}`}
          aria-hidden="true"
        />
        <span>{text}</span>
      </button>
      <div id={REASON_ID} class="popover" popover="auto">
        <p>{reason}</p>
        <p class="quiet numbers">{connectedWords(peers.length)}</p>
        <div class="button-row">
          {reachability.state === 'no-keeper' ? (
            <button type="button" class="button" onClick={() => void files.reconnect()}>
              Try again now
            </button>
          ) : null}
          <a class="button" href={hashOf({ place: 'network' })} onClick={hide}>
            Show the network
          </a>
        </div>
      </div>
    </div>
  )
}

function connectedWords(peerCount: number): string {
  return peerCount === 0 ? 'Connected to nobody now.' : `Connected to ${countOf(peerCount, 'peer')} now.`
}
