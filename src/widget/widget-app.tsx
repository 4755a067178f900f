/**
 * What stands in the iframe: the file, the community or the place for files, and below it where it comes from.
 *
 *   denied, or reading asked ─▶ a sentence      else NodeGate ─▶ FilePane | CommunityPane | DropPane
 *   over all: Consent (questions), AboutWidget (what the page may do), Announcer
 */
import { useEffect } from 'preact/hooks'
import { QuireError } from '../errors.ts'
import { viewOfError } from '../rpc/errors.ts'
import { AppContext } from '../ui/app-context.ts'
import { Announcer } from '../ui/components/announcer.tsx'
import { NodeGate } from '../ui/components/node-gate.tsx'
import { AboutWidget } from './about-widget.tsx'
import { Consent } from './consent.tsx'
import { DropPane, UploadDenied } from './drop-pane.tsx'
import { FilePane } from './file-pane.tsx'
import { LazyCommunity } from './lazy-community.tsx'
import { Notice } from './notice.tsx'
import type { WidgetView } from './protocol.ts'
import { WidgetContext, useWidget } from './widget-context.ts'
import { WidgetFoot } from './widget-foot.tsx'
import type { WidgetModel } from './widget-model.ts'
import { hostName } from './words.ts'

export function WidgetApp({ widget }: { widget: WidgetModel }) {
  return (
    <AppContext.Provider value={widget.app}>
      <WidgetContext.Provider value={widget}>
        <div class={widget.view.value?.kind === 'community' ? 'widget widget-filled' : 'widget'}>
          <main class="widget-main">
            <Pane />
          </main>
          <WidgetFoot />
        </div>
        <Consent />
        <AboutWidget />
        <Announcer />
      </WidgetContext.Provider>
    </AppContext.Provider>
  )
}

function Pane() {
  const widget = useWidget()
  const view = widget.view.value
  const { read, upload } = widget.rights.rights.value
  if (view === undefined) return <NothingNamed />
  if (view.kind !== 'drop' && read !== 'allowed') return read === 'denied' ? <ReadDenied /> : <ReadAsked />
  // Where a node runs already, what was added stays in sight.
  const hasBegun = widget.app.nodeState.value.state === 'running'
  if (view.kind === 'drop' && upload === 'denied' && !hasBegun) return <UploadDenied />
  return <NodePane view={view} />
}

function NodePane({ view }: { view: WidgetView }) {
  const widget = useWidget()
  const now = widget.app.nodeState.value
  useEffect(() => {
    if (now.state === 'starting') widget.tellState('starting')
    if (now.state === 'failed') widget.tellState('failed', now.error)
  }, [now])
  return (
    <>
      {/* The heading of the frame for screen readers; that of a community is its name. */}
      {view.kind === 'community' ? null : <h1 class="unseen">{HEADINGS[view.kind]}</h1>}
      <NodeGate>
        {view.kind === 'file' ? <FilePane key={view.cid} view={view} /> : null}
        {view.kind === 'community' ? <LazyCommunity key={view.id} view={view} /> : null}
        {view.kind === 'drop' ? <DropPane /> : null}
      </NodeGate>
    </>
  )
}

const HEADINGS = { file: 'A file in Quire', drop: 'Add files to Quire' } as const

function NothingNamed() {
  const widget = useWidget()
  useEffect(() => widget.tellState('failed', NOTHING_NAMED), [])
  return <Notice title="There is nothing to show" words={NOTHING_NAMED.message} isWarning />
}

const NOTHING_NAMED = viewOfError(
  new QuireError('ERR_ARGUMENT_INVALID', 'The page around this frame names no file and no community.'),
)

function ReadDenied() {
  const widget = useWidget()
  useEffect(() => widget.tellState('failed', DENIED), [])
  return (
    <Notice
      title={`${hostName(widget.rights.origin)} may not show this`}
      words="It can be opened in Quire itself."
      isWarning
    />
  )
}

const DENIED = viewOfError(
  new QuireError('ERR_WIDGET_HOST_DENIED', 'This page may not show files and communities of Quire.'),
)

function ReadAsked() {
  const widget = useWidget()
  useEffect(() => widget.tellState('asking'), [])
  return (
    <Notice
      title={`${hostName(widget.rights.origin)} wants to show something from Quire`}
      words="It is fetched from other people’s devices, who then see that you are online."
    >
      <button type="button" class="button button-primary" onClick={() => void widget.rights.ask('read')}>
        Show it
      </button>
    </Notice>
  )
}
