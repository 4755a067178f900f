/** Shows a place once the node runs; until then, or after its end, what happens and what to do. */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { ErrorView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { ErrorBox } from './error-box.tsx'

/** A start takes less than a second, and one that waits for the files of a tab that was stopped up to 15. */
const LONG_MS = 4_000
const LONG_START =
  'This takes longer than usual. Another tab of Quire in this browser may not answer and still hold the storage: close it there, and it goes on here by itself. What was stored is safe.'

export function NodeGate({ children }: { children: ComponentChildren }) {
  const { nodeState } = useApp()
  const now = nodeState.value
  if (now.state === 'running') return <>{children}</>
  return <div class="gate">{now.state === 'starting' ? <Starting /> : <Failed error={now.error} />}</div>
}

function Starting() {
  const isLong = useIsLater(LONG_MS)
  return (
    <div class="gate-starting">
      <p>Starting the node and opening its storage</p>
      <progress class="progress" aria-label="Starting" />
      <output class="quiet">{isLong ? LONG_START : null}</output>
    </div>
  )
}

function useIsLater(ms: number): boolean {
  const [isLater, setLater] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), ms)
    return () => clearTimeout(timer)
  }, [ms])
  return isLater
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
