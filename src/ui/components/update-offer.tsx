import { useSignal } from '@preact/signals'
import { useApp } from '../app-context.ts'
import { Icon } from './icon.tsx'

/** A newer version of the page, offered and not forced. */
export function UpdateOffer() {
  const { worker, wouldLoseWork } = useApp()
  const isPutOff = useSignal(false)
  const state = worker.update.value
  const isShown = state !== 'none' && !isPutOff.value
  return (
    <div aria-live="polite">
      {isShown ? (
        <div class="update-offer">
          <p>
            {state === 'ready' ? 'A new version of Quire is ready.' : 'Quire was brought up to date in another tab.'}{' '}
            {wouldLoseWork.value
              ? 'Something is still being added or saved here: wait until it is done, then load the page again.'
              : 'What is being fetched goes on after the page has loaded again.'}
          </p>
          <div class="button-row">
            <button type="button" class="button" onClick={() => worker.takeUpdate()}>
              <Icon name="retry" />
              {state === 'ready' ? 'Load the new version' : 'Load this page again'}
            </button>
            <button type="button" class="button button-quiet" onClick={() => (isPutOff.value = true)}>
              Later
            </button>
          </div>
        </div>
      ) : null}
    </div>
  )
}
