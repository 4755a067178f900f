/**
 * The frame of the page: a rail with the places, the place in the middle, the details of what is chosen at the side.
 *
 *   NodeGate (starting, failed) ─▶ Rail · StatusLine · FilesPlace | NetworkPlace | SettingsPlace · DetailsPane
 *   over all: DropLayer, ConfirmDelete, ConfirmDiscard, Shortcuts, Announcer
 */
import { useEffect, useRef } from 'preact/hooks'
import { AppContext } from './app-context.ts'
import { Announcer } from './components/announcer.tsx'
import { ConfirmDelete } from './components/confirm-delete.tsx'
import { ConfirmDiscard } from './components/confirm-discard.tsx'
import { DropLayer } from './components/drop-layer.tsx'
import { NodeGate } from './components/node-gate.tsx'
import { Rail } from './components/rail.tsx'
import { Shortcuts } from './components/shortcuts.tsx'
import { StatusLine } from './components/status-line.tsx'
import { DetailsPane } from './files/details-pane.tsx'
import { FilesPlace } from './files/files-place.tsx'
import { NetworkPlace } from './network/network-place.tsx'
import { SettingsPlace } from './settings/settings-place.tsx'
import { keepRowsSteady } from './page/steady-rows.ts'
import type { AppModel } from './state/app-model.ts'

export function App({ model }: { model: AppModel }) {
  const { place } = model.router.route.value
  const PlaceView = PLACE_VIEWS[place]
  const main = useRef<HTMLElement>(null)
  useEffect(() => (main.current === null ? undefined : keepRowsSteady(main.current)), [])
  return (
    <AppContext.Provider value={model}>
      <div class="frame">
        <Rail />
        <main ref={main} class="middle" id="main">
          <header class="middle-head">
            <h1 tabIndex={-1}>{PLACE_TITLES[place]}</h1>
            <StatusLine />
          </header>
          <NodeGate>
            <PlaceView />
          </NodeGate>
        </main>
        {place === 'files' ? <DetailsPane /> : null}
      </div>
      <DropLayer />
      <ConfirmDelete />
      <ConfirmDiscard />
      <Shortcuts />
      <Announcer />
    </AppContext.Provider>
  )
}

const PLACE_TITLES = { files: 'Files', network: 'Network', settings: 'Settings' } as const
const PLACE_VIEWS = { files: FilesPlace, network: NetworkPlace, settings: SettingsPlace } as const
