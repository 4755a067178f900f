/** Shows a place once the node runs; until then, or after its end, what happens and what to do. */
import type { ComponentChildren } from 'preact'
import type { ErrorView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { ErrorBox } from './error-box.tsx'

export function NodeGate({ children }: { children: ComponentChildren }) {
  const { nodeState } = useApp()
  const now = nodeState.value
  if (now.state === 'running') return <>{children}</>
  return <div class="gate">{now.state === 'starting' ? <Starting /> : <Failed error={now.error} />}</div>
}

function Starting() {
  return (
    <div class="gate-starting">
      <p>Starting the node and opening its storage</p>
      <progress class="progress" aria-label="Starting" />
    </div>
  )
}

function Failed({ error }: { error: ErrorView }) {
  const app = useApp()
  const isHopeless = error.code === 'ERR_INSECURE_PAGE'
  return (
    <ErrorBox error={error}>
      {isHopeless ? null : (
        <button type="button" class="button button-primary" onClick={() => app.page.reload()}>
          Reload the page
        </button>
      )}
    </ErrorBox>
  )
}
