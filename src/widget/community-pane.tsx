/**
 * A community’s history: Quire’s own timeline, with as much writing as the host page may have.
 *
 *   followed here? ─▶ the timeline      not yet, and this is Quire’s own storage ─▶ the person says so first      else at once
 */
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { ErrorView } from '../rpc/api.ts'
import { viewOfError } from '../rpc/errors.ts'
import type { CommunityView } from '../rpc/history-api.ts'
import { ComingCommunity } from '../ui/communities/coming-community.tsx'
import { CommunityMark } from '../ui/communities/community-mark.tsx'
import { nameOf } from '../ui/communities/community-words.ts'
import { wordsOfStanding } from '../ui/communities/standing-words.ts'
import { TimelineView } from '../ui/communities/timeline/timeline-view.tsx'
import type { WritingGate } from '../ui/communities/timeline/timeline-host.ts'
import { WritingGateContext } from '../ui/communities/use-timeline-host.ts'
import { ErrorBox } from '../ui/components/error-box.tsx'
import { NoticeList } from '../ui/files/notice-list.tsx'
import type { WidgetView } from './protocol.ts'
import { appHashOf } from './view.ts'
import { useWidget } from './widget-context.ts'
import { hostName } from './words.ts'
import '../ui/communities/communities.css'

type View = Extract<WidgetView, { kind: 'community' }>

export function CommunityPane({ view }: { view: View }) {
  const { history } = useWidget().app
  const communities = history.communities.value
  const failure = history.failure.value
  if (failure !== undefined) return <ErrorBox error={failure} title="Communities could not be opened" />
  if (communities === undefined) return <progress class="progress" aria-label="Opening the communities" />
  const community = communities.find(({ id }) => id === view.id)
  return community === undefined ? <NotFollowed view={view} /> : <Followed view={view} community={community} />
}

function NotFollowed({ view }: { view: View }) {
  const widget = useWidget()
  const failure = useSignal<ErrorView | undefined>(undefined)
  const isAsked = widget.storage.value === 'shared' && widget.rights.origin !== undefined
  const follow = async () => {
    failure.value = undefined
    try {
      // With the addresses at which it may be found.
      await widget.app.history.api().follow(appHashOf(view).slice('#/'.length))
    } catch (error) {
      failure.value = viewOfError(error)
      widget.tellState('failed', failure.value)
    }
  }
  useEffect(() => {
    widget.tellState(isAsked ? 'asking' : 'loading')
    if (!isAsked) void follow()
  }, [])
  if (failure.value !== undefined) {
    return (
      <ErrorBox error={failure.value} title="This community cannot be shown">
        <button type="button" class="button" onClick={() => void follow()}>
          Try again
        </button>
      </ErrorBox>
    )
  }
  if (!isAsked) return <progress class="progress" aria-label="Opening the community" />
  return (
    <section class="widget-notice">
      <h1 class="widget-title">{hostName(widget.rights.origin)} shows the history of a community</h1>
      <p class="quiet">To read it, Quire in this browser follows the community. You can leave it there at any time.</p>
      <button type="button" class="button button-primary" onClick={() => void follow()}>
        Follow and read
      </button>
    </section>
  )
}

function Followed({ view, community }: { view: View; community: CommunityView }) {
  const widget = useWidget()
  const { router } = widget.app
  const gate = useMemo<WritingGate>(
    () => ({ state: widget.publishing, ask: () => void widget.rights.ask('publish') }),
    [widget],
  )
  useEffect(() => {
    const { id, channelId: shownId, messageId, atMs } = view
    const hasFocus = messageId !== undefined || atMs !== undefined
    const focus = { ...(messageId === undefined ? {} : { messageId }), ...(atMs === undefined ? {} : { atMs }) }
    router.showCommunity({ id, channelId: shownId, ...(hasFocus ? { focus } : {}) }, { isReplaced: true })
  }, [view])
  const place = router.route.value.community
  const channelId = place?.channelId ?? view.channelId
  const channel = community.channels.find(({ id }) => id === channelId) ?? firstToRead(community)
  useEffect(() => widget.tellState(channel === undefined ? 'loading' : 'ready'), [channel === undefined])
  useEffect(() => {
    if (place?.id !== view.id || place.channelId === undefined) return
    const { kind, id, addresses } = view
    widget.move({ kind, id, addresses, channelId: place.channelId, ...place.focus })
  }, [place])
  const { text, tone } = wordsOfStanding(community, Date.now())
  const { messageId, atMs } = place?.focus ?? {}
  return (
    <WritingGateContext.Provider value={gate}>
      <header class="widget-community-head">
        <CommunityMark community={community} />
        <h1 class="widget-title" dir="auto">
          {nameOf(community)}
        </h1>
        <p class={`sentence sentence-${tone} numbers`}>{text}</p>
      </header>
      <NoticeList />
      <div class="community-body">
        {channel === undefined ? (
          <ComingCommunity community={community} />
        ) : (
          <TimelineView community={community} channelId={channel.id} focus={{ messageId, atMs }} />
        )}
      </div>
    </WritingGateContext.Provider>
  )
}

/** “general” where there is one, as it is where most is said; else the first. */
function firstToRead({ channels }: CommunityView): CommunityView['channels'][number] | undefined {
  const inOrder = channels.toSorted((a, b) => a.position - b.position)
  return inOrder.find(({ name }) => name === 'general') ?? inOrder[0]
}
