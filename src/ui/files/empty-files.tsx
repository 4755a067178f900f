import { Mark } from '../components/icon.tsx'
import { AddButtons } from './add-buttons.tsx'

/** What to do first. */
export function EmptyFiles() {
  // A finger drops nothing.
  const canDrop = matchMedia('(any-pointer: fine)').matches
  return (
    <section class="empty" aria-labelledby="empty-title">
      <Mark />
      <h2 id="empty-title">{canDrop ? 'Drop a file here to share it' : 'Add a file to share it'}</h2>
      <p>
        You get a link. Whoever opens it gets the same bytes straight from this browser, each block checked. No account,
        and no server that sees what is inside.
      </p>
      <AddButtons isLarge />
      <p class="quiet">Has somebody sent you a link? Paste it above.</p>
    </section>
  )
}
