import { useApp } from '../app-context.ts'

/** Says the turns of transfers to a screen reader. */
export function Announcer() {
  const { announcement } = useApp()
  return (
    <output class="unseen" aria-live="polite">
      {announcement}
    </output>
  )
}
