/**
 * The frame of the page: a rail with the places, the place in the middle, the details of what is chosen at the side.
 *
 *   NodeGate (starting, failed) ─▶ Rail · StatusLine · FilesPlace | CommunitiesPlace | NetworkPlace | SettingsPlace
 *   at the side: DetailsPane | CommunitySide      over all: DropLayer, ConfirmDelete, ConfirmDiscard, Shortcuts, Announcer
 */
import { useEffect, useRef } from 'preact/hooks'
import { AppContext } from './app-context.ts'
import { CommunitiesPlace, CommunitySide } from './communities/lazy-communities.tsx'
import { Announcer } from './components/announcer.tsx'
import { ConfirmDelete } from './components/confirm-delete.tsx'
import { ConfirmDiscard } from './components/confirm-discard.tsx'
import { DropLayer } from './components/drop-layer.tsx'
import { NodeGate } from './components/node-gate.tsx'
import { Rail } from './components/rail.tsx'
import { Shortcuts } from './components/shortcuts.tsx'
import { StatusLine } from './components/status-line.tsx'
import { UpdateOffer } from './components/update-offer.tsx'
import { DetailsPane } from './files/details-pane.tsx'
import { FilesPlace } from './files/files-place.tsx'
import { NetworkPlace } from './network/network-place.tsx'
import { SettingsPlace } from './settings/settings-place.tsx'
import { keepRowsSteady } from './page/steady-rows.ts'
import type { AppModel } from './state/app-model.ts'

export function App({ model }: { model: AppModel }) {
  const { place } = model.router.route.value
  const PlaceView = PLACE_VIEWS[place]
  // A community fills the window and scrolls within itself; it has a head of its own.
  const isFilled = place === 'communities' && model.history.chosen.value !== undefined
  const main = useRef<HTMLElement>(null)
  useEffect(() => (isFilled || main.current === null ? undefined : keepRowsSteady(main.current)), [isFilled])
  return (
    <AppContext.Provider value={model}>
      <div class={isFilled ? 'frame frame-filled' : 'frame'}>
        <Rail />
        <main ref={main} class={isFilled ? 'middle middle-filled' : 'middle'} id="main">
          {isFilled ? null : (
            <header class="middle-head">
              <h1 tabIndex={-1}>{PLACE_TITLES[place]}</h1>
              <StatusLine />
            </header>
          )}
          <UpdateOffer />
          <NodeGate>
            <PlaceView />
          </NodeGate>
        </main>
        {SIDES[place]}
      </div>
      <DropLayer />
      <ConfirmDelete />
      <ConfirmDiscard />
      <Shortcuts />
      <Announcer />
    </AppContext.Provider>
  )
}

const PLACE_TITLES = { files: 'Files', communities: 'Communities', network: 'Network', settings: 'Settings' } as const
const PLACE_VIEWS = {
  files: FilesPlace,
  communities: CommunitiesPlace,
  network: NetworkPlace,
  settings: SettingsPlace,
} as const
const SIDES = { files: <DetailsPane />, communities: <CommunitySide />, network: null, settings: null } as const
