import type { CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../components/icon.tsx'
import type { IconName } from '../components/icon.tsx'
import { StatusLine } from '../components/status-line.tsx'
import { hashOf } from '../state/route.ts'
import type { Panel } from '../state/route.ts'
import { CommunityMark } from './community-mark.tsx'
import { nameOf, wordsOfPublish } from './community-words.ts'
import { wordsOfStanding } from './standing-words.ts'

/** The name of the community, how it stands, and the ways to what lies at its side. */
export function CommunityHead({ community }: { community: CommunityView }) {
  const { router, snapshot } = useApp()
  const back = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    router.showCommunity(undefined)
  }
  const isReachable = snapshot.value.status?.reachability.state === 'reachable'
  return (
    <header class="community-head">
      <a
        class="button button-quiet"
        href={hashOf({ place: 'communities' })}
        aria-label="All communities"
        onClick={back}
      >
        <Icon name="back" />
      </a>
      <CommunityMark community={community} />
      <div class="community-title">
        <h1 tabIndex={-1} class="community-name" dir="auto">
          {nameOf(community)}
        </h1>
        <HeadState community={community} />
      </div>
      {isReachable ? null : <StatusLine />}
      <div class="community-buttons">
        {community.isOwner ? <PanelButton panel="publish" icon="publish" words="Publish" /> : null}
        <PanelButton panel="share" icon="share" words="Share" />
        <PanelButton panel="about" icon="about" words="Details" />
      </div>
    </header>
  )
}

function HeadState({ community }: { community: CommunityView }) {
  const { publish } = community
  const { text, tone } =
    publish.state === 'idle' ? wordsOfStanding(community, Date.now()) : wordsOfPublish(publish, Date.now())
  return <p class={`sentence sentence-${tone} community-state numbers`}>{text}</p>
}

function PanelButton({ panel, icon, words }: { panel: Panel; icon: IconName; words: string }) {
  const { router } = useApp()
  const { community } = router.route.value
  if (community === undefined) return null
  const isOpen = community.panel === panel
  return (
    <button
      type="button"
      class="button button-quiet"
      aria-expanded={isOpen}
      onClick={() => router.showCommunity({ ...community, panel: isOpen ? undefined : panel })}
    >
      <Icon name={icon} />
      <span class="button-word">{words}</span>
    </button>
  )
}
