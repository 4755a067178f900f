/** The communities of this device, or the one that is chosen. */
import { useApp } from '../app-context.ts'
import { CommunityPage } from './community-page.tsx'

export { CommunitySide } from './community-side.tsx'

export function CommunitiesPlace() {
  const { history } = useApp()
  const chosen = history.chosen.value
  return chosen === undefined ? <p>…</p> : <CommunityPage key={chosen.id} community={chosen} />
}
