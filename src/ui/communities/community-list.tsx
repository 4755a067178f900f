import type { CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { formatBytes } from '../format/bytes.ts'
import { hashOf } from '../state/route.ts'
import { CommunityMark } from './community-mark.tsx'
import { nameOf, wordsOfHeld } from './community-words.ts'
import { wordsOfStanding } from './standing-words.ts'

/** The communities that this device follows or owns, in the order in which they came. */
export function CommunityList({ communities }: { communities: readonly CommunityView[] }) {
  const leaving = useApp().history.actions.leaves.waiting.value
  return (
    <section aria-labelledby="communities-title">
      <div class="section-head">
        <h2 id="communities-title" class="section-title">
          On this device
        </h2>
        <p class="quiet numbers">{formatBytes(communities.reduce((sum, { heldBytes }) => sum + heldBytes, 0))}</p>
      </div>
      <ul class="rows">
        {communities.map((community) =>
          leaving.has(community.id) ? (
            <LeavingRow key={community.id} community={community} isUndoable={leaving.get(community.id) !== undefined} />
          ) : (
            <CommunityRow key={community.id} community={community} />
          ),
        )}
      </ul>
    </section>
  )
}

/** For the seconds in which it can be undone, and until it has been left. */
function LeavingRow({ community, isUndoable }: { community: CommunityView; isUndoable: boolean }) {
  const { actions } = useApp().history
  return (
    <li class="row leaving-row">
      <p class="quiet">
        You left <bdi class="community-name">{nameOf(community)}</bdi>.
      </p>
      {isUndoable ? (
        <button type="button" class="button" onClick={() => actions.undoLeave(community)}>
          Undo
        </button>
      ) : null}
    </li>
  )
}

function CommunityRow({ community }: { community: CommunityView }) {
  const { router } = useApp()
  const { id, isOwner } = community
  const { text, tone } = wordsOfStanding(community, Date.now())
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    router.showCommunity({ id })
  }
  return (
    <li class="row">
      <a class="community-row" href={hashOf({ place: 'communities', community: { id } })} onClick={open}>
        <CommunityMark community={community} />
        <span class="community-row-words">
          <span class="community-row-name">
            <span class="community-name" dir="auto">
              {nameOf(community)}
            </span>
            {isOwner ? <span class="tag">yours</span> : null}
          </span>
          <span class="quiet numbers">{wordsOfHeld(community)}</span>
        </span>
        <span class={`sentence sentence-${tone} community-row-state`}>{text}</span>
      </a>
    </li>
  )
}
