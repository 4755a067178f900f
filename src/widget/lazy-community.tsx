/** The community pane, loaded when it is first shown: most widgets show a file. */
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ErrorBox } from '../ui/components/error-box.tsx'
import { viewOfError } from '../rpc/errors.ts'
import { QuireError } from '../errors.ts'
import type * as Pane from './community-pane.tsx'
import type { WidgetView } from './protocol.ts'

const loaded = signal<typeof Pane | undefined>(undefined)
const failure = signal<ReturnType<typeof viewOfError> | undefined>(undefined)

export function LazyCommunity({ view }: { view: Extract<WidgetView, { kind: 'community' }> }) {
  useEffect(load, [])
  const CommunityPane = loaded.value?.CommunityPane
  if (CommunityPane !== undefined) return <CommunityPane view={view} />
  if (failure.value !== undefined) return <ErrorBox error={failure.value} />
  return <progress class="progress" aria-label="Opening the community" />
}

function load(): void {
  if (loaded.peek() !== undefined) return
  void import('./community-pane.tsx').then(
    (module) => (loaded.value = module),
    (cause: unknown) => {
      failure.value = viewOfError(new QuireError('ERR_UNKNOWN', 'This part of Quire could not be loaded.', { cause }))
    },
  )
}
