/** What the page gives to a timeline (`timeline/timeline-host.ts`): reading, going somewhere, copying, saving, saying. */
import { createContext } from 'preact'
import { useContext, useMemo } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import type { AppModel } from '../state/app-model.ts'
import { hashOf } from '../state/route.ts'
import type { CommunityRoute } from '../state/route.ts'
import type { TimelineFocus, TimelineHost, WritingGate } from './timeline/timeline-host.ts'

/** The host of the app that a component stands in; the same one as long as the app is. */
export function useTimelineHost(): TimelineHost {
  const app = useApp()
  const gate = useContext(WritingGateContext)
  return useMemo(() => timelineHostOf(app, gate), [app, gate])
}

/** Holds back what writes, in any timeline below. */
export const WritingGateContext = createContext<WritingGate | undefined>(undefined)

function timelineHostOf(app: AppModel, gate: WritingGate | undefined): TimelineHost {
  const { history, router, page } = app
  return {
    get api() {
      return history.api()
    },
    gate,
    person: history.person,
    onTouched: (listener) => history.onTouched(listener),
    hrefOf: (id, channelId, focus) => hashOf({ place: 'communities', community: routeTo(id, channelId, focus) }),
    go: (id, channelId, focus) => {
      const { community } = router.route.peek()
      // What lies at the side is of the community, not of one of its channels.
      const panel = community?.id === id ? community.panel : undefined
      router.showCommunity({ ...routeTo(id, channelId, focus), panel })
    },
    baseUrl: page.baseUrl,
    copyText: (text) => page.copyText(text),
    download: (file, fileName) => page.download(file, fileName, () => undefined),
    later: (act, afterMs) => page.later(act, afterMs),
    announce: (text) => app.announce(text),
  }
}

function routeTo(id: string, channelId: string, { messageId, atMs }: TimelineFocus = {}): CommunityRoute {
  const focus = { ...(messageId === undefined ? {} : { messageId }), ...(atMs === undefined ? {} : { atMs }) }
  return { id, channelId, ...(messageId === undefined && atMs === undefined ? {} : { focus }) }
}
