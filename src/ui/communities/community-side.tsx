/** What lies at the side of a community: at the side where there is room, a sheet over it where there is not. */
import { useEffect, useRef } from 'preact/hooks'
import type { CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../components/icon.tsx'
import { Modal } from '../components/modal.tsx'
import { SHEET_QUERY, useMedia } from '../page/media.ts'
import { hashOf } from '../state/route.ts'
import type { CommunityRoute, Panel } from '../state/route.ts'
import { AboutPanel } from './about-panel.tsx'
import { ArchivesPanel } from './archives-panel.tsx'
import { SIDE_TITLE_ID } from './element-ids.ts'
import { ImportPanel } from './import-panel.tsx'
import { KeysPanel } from './keys-panel.tsx'
import { PublishPanel } from './publish-panel.tsx'
import { ShareCommunity } from './share-community.tsx'

const TITLES = {
  about: 'Details',
  archives: 'Archives',
  share: 'Share',
  publish: 'Publish',
  import: 'Import',
  keys: 'Keys',
} as const satisfies Record<Panel, string>
const VIEWS = {
  about: AboutPanel,
  archives: ArchivesPanel,
  share: ShareCommunity,
  publish: PublishPanel,
  import: ImportPanel,
  keys: KeysPanel,
} as const satisfies Record<Panel, (props: { community: CommunityView }) => unknown>

export function CommunitySide() {
  const { router, history, nodeState } = useApp()
  const isSheet = useMedia(SHEET_QUERY).value
  const route = router.route.value.community
  const community = history.chosen.value
  if (route?.panel === undefined || community === undefined || nodeState.value.state !== 'running') return null
  const panel = panelsOf(community).includes(route.panel) ? route.panel : 'about'
  const close = () => router.showCommunity({ ...route, panel: undefined })
  const body = <SideBody community={community} route={route} panel={panel} onClose={close} />
  if (!isSheet) return <Side panel={panel}>{body}</Side>
  return (
    <Modal class="sheet" labelledBy={SIDE_TITLE_ID} onClose={close}>
      {body}
    </Modal>
  )
}

function Side({ panel, children }: { panel: Panel; children: preact.ComponentChildren }) {
  const aside = useRef<HTMLElement>(null)
  // Another panel is read from its top.
  useEffect(() => aside.current?.scrollTo({ top: 0 }), [panel])
  return (
    <aside ref={aside} class="side" aria-labelledby={SIDE_TITLE_ID}>
      {children}
    </aside>
  )
}

interface SideBodyProps {
  readonly community: CommunityView
  readonly route: CommunityRoute
  readonly panel: Panel
  readonly onClose: () => void
}

function SideBody({ community, route, panel, onClose }: SideBodyProps) {
  const { router } = useApp()
  const View = VIEWS[panel]
  const choose = (event: MouseEvent, to: Panel) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    // One way back leads out of all of them.
    router.showCommunity({ ...route, panel: to }, { isReplaced: true })
  }
  return (
    <>
      <header class="details-head">
        <h2 id={SIDE_TITLE_ID} class="details-title">
          {TITLES[panel]}
        </h2>
        <button type="button" class="button button-quiet" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <nav class="side-tabs" aria-label="About this community">
        {panelsOf(community).map((each) => (
          <a
            key={each}
            class="side-tab"
            href={hashOf({ place: 'communities', community: { ...route, panel: each } })}
            aria-current={each === panel ? 'page' : undefined}
            onClick={(event) => choose(event, each)}
          >
            {TITLES[each]}
          </a>
        ))}
      </nav>
      <View key={panel} community={community} />
    </>
  )
}

function panelsOf({ isOwner, isEncrypted, missingKeyIds }: CommunityView): readonly Panel[] {
  if (isOwner) return ['about', 'archives', 'share', 'publish', 'import', 'keys']
  return isEncrypted || missingKeyIds.length > 0
    ? ['about', 'archives', 'share', 'keys']
    : ['about', 'archives', 'share']
}
