import { useSignal } from '@preact/signals'
import { useApp } from '../app-context.ts'
import { InstallSteps } from '../components/install-steps.tsx'

/** Quire among the apps of this device, and what the system may hand to it. */
export function AppSection() {
  const { services, offers } = useApp().device
  const installing = services.installing.value
  const { openSystemLinks } = services
  const hasAsked = useSignal(false)
  if (installing === 'unknown' && openSystemLinks === undefined) return null
  const ask = () => {
    openSystemLinks?.()
    hasAsked.value = true
  }
  return (
    <section class="card" aria-labelledby="app-title">
      <h2 id="app-title">As an app</h2>
      {installing === 'installed' ? <p>Quire is installed, and runs in a window of its own.</p> : null}
      {installing === 'asks' ? (
        <>
          <p class="quiet">
            Installed, Quire has a window of its own, opens files and links, takes what other apps share, and works
            offline.
          </p>
          <button type="button" class="button" onClick={() => void offers.install()}>
            Install Quire
          </button>
        </>
      ) : null}
      {installing === 'by-hand' ? <InstallSteps /> : null}
      {openSystemLinks === undefined ? null : (
        <>
          <p class="quiet">Links that begin with “web+codex:” can open here, wherever they are pressed.</p>
          <button type="button" class="button" onClick={ask}>
            Open such links in Quire
          </button>
          {hasAsked.value ? <output>The browser asks whether it may, unless it has asked before.</output> : null}
        </>
      )}
    </section>
  )
}
