import { useSignal } from '@preact/signals'
import type { CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { Modal } from '../components/modal.tsx'
import { formatBytes } from '../format/bytes.ts'
import { nameOf } from './community-words.ts'

/** Asks before a community is left, and says what is lost. */
export function LeaveCommunity() {
  const { leaving } = useApp().history
  const community = leaving.value
  return community === undefined ? null : <LeaveDialog key={community.id} community={community} />
}

function LeaveDialog({ community }: { community: CommunityView }) {
  const { leaving, actions } = useApp().history
  const isDataRemoved = useSignal(true)
  const close = () => (leaving.value = undefined)
  const confirm = () => {
    close()
    actions.leave(community, { isDataRemoved: isDataRemoved.peek() })
  }
  return (
    <Modal labelledBy="leave-title" onClose={close}>
      <h2 id="leave-title">Leave this community?</h2>
      <p class="dialog-name" dir="auto">
        {nameOf(community)}
      </p>
      <label class="announce-label">
        <input
          type="checkbox"
          checked={isDataRemoved.value}
          onChange={({ currentTarget }) => (isDataRemoved.value = currentTarget.checked)}
        />
        Remove the {formatBytes(community.heldBytes)} of history that are kept here
      </label>
      <p>{lossWords(community, isDataRemoved.value)}</p>
      <div class="button-row button-row-end">
        <button type="button" class="button" onClick={close}>
          Stay
        </button>
        <button type="button" class="button button-primary" onClick={confirm}>
          Leave
        </button>
      </div>
    </Modal>
  )
}

function lossWords({ isOwner }: CommunityView, isDataRemoved: boolean): string {
  const back = isDataRemoved
    ? 'You can follow it again while somebody is online who has its history.'
    : 'What is here stays, and is shown again when you follow it again.'
  return isOwner ? `${back} Its key stays on this device; nothing is published until you follow it again.` : back
}
