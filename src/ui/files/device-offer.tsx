import { useApp } from '../app-context.ts'
import { InstallSteps } from '../components/install-steps.tsx'
import { PROMISE_WORDS } from '../state/space-actions.ts'

/** What Quire offers once something has worked: to have the files kept, to be installed. */
export function DeviceOffer() {
  const { offers } = useApp().device
  const offer = offers.shown.value
  return (
    <div class="offers" aria-live="polite">
      {offer === 'keep' ? <KeepOffer /> : null}
      {offer === 'install' ? <InstallOffer /> : null}
    </div>
  )
}

function KeepOffer() {
  const { offers, space } = useApp().device
  const promised = space.promised.value
  const isAnswered = promised === 'yes' || promised === 'refused'
  return (
    <section class="offer" aria-labelledby="keep-offer-title">
      <h2 id="keep-offer-title">{isAnswered ? 'The browser’s answer' : 'Shall the browser keep your files?'}</h2>
      <p>
        {isAnswered
          ? PROMISE_WORDS[promised]
          : 'Your files are in this browser’s storage, and their links work as long as they are there. When the disk runs full, browsers remove what sites store, unless they have promised to keep it.'}
      </p>
      <div class="button-row">
        {isAnswered ? null : (
          <button type="button" class="button button-primary" onClick={() => void space.askForPromise()}>
            Ask the browser
          </button>
        )}
        <button type="button" class="button" onClick={() => offers.dismiss()}>
          {isAnswered ? 'Close' : 'Not now'}
        </button>
      </div>
    </section>
  )
}

function InstallOffer() {
  const { offers, services } = useApp().device
  const isByHand = services.installing.value === 'by-hand'
  return (
    <section class="offer" aria-labelledby="install-offer-title">
      <h2 id="install-offer-title">Install Quire as an app?</h2>
      <p>
        It then has a window of its own, opens the files and links that you give it, and works offline, and the browser
        is less likely to remove its files. Nothing comes from an app store.
      </p>
      {isByHand ? <InstallSteps /> : null}
      <div class="button-row">
        {isByHand ? null : (
          <button type="button" class="button button-primary" onClick={() => void offers.install()}>
            Install
          </button>
        )}
        <button type="button" class="button" onClick={() => offers.dismiss()}>
          {isByHand ? 'Close' : 'No, thank you'}
        </button>
      </div>
    </section>
  )
}
