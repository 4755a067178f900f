import { useApp } from '../app-context.ts'
import { sentenceOfEviction } from '../format/space-words.ts'
import { hashOf } from '../state/route.ts'

/** Says that files went by themselves, as soon as they did. */
export function EvictionNote() {
  const { space } = useApp().device
  const eviction = space.eviction.value
  return (
    <div class="offers" aria-live="polite">
      {eviction === undefined ? null : (
        <section class="offer" aria-label="Removed to make room">
          <p>{sentenceOfEviction(eviction)}</p>
          <div class="button-row">
            <a class="button" href={hashOf({ place: 'settings' })}>
              See the list
            </a>
            <button type="button" class="button button-quiet" onClick={() => space.dismissEviction()}>
              Dismiss
            </button>
          </div>
        </section>
      )}
    </div>
  )
}
