/**
 * Starts the widget in its iframe: who is around it, then what is shown.
 *
 *   address (view.ts) ── nonce? ──▶ meetHost ──▶ startWidget (start.tsx)      no nonce: an iframe that nobody speaks to
 */
import { viewOfError } from '../rpc/errors.ts'
import { serveWebRtc } from '../webrtc/page.ts'
import { meetHost, type MetHost } from './meet-host.ts'
import { readAddress } from './view.ts'
import type { WidgetNodeParts } from './widget-node.ts'

const parts: WidgetNodeParts = {
  createWorker: () => new Worker(new URL('../../workers/node.worker.ts', import.meta.url), { type: 'module' }),
  serveWebRtc,
  isSecure: isSecureContext && 'subtle' in crypto && 'storage' in navigator,
}

const { view, nonce, theme = 'auto', locale } = readAddress(location.hash)
const root = document.documentElement
root.dataset['theme'] = theme

try {
  const host = nonce === undefined ? undefined : await meetHost(window, { nonce })
  const chosen = host?.appearance.locale ?? locale
  if (chosen !== undefined) root.dataset['locale'] = chosen
  await start(host)
} catch (error) {
  say(error)
}

async function start(host: MetHost | undefined): Promise<void> {
  // Loaded only now: what formats dates is made for one locale.
  const { startWidget } = await import('./start.tsx')
  await startWidget(parts, { host, view, theme: host?.appearance.theme ?? theme })
}

function say(error: unknown): void {
  const { message, advice } = viewOfError(error)
  const box = document.createElement('p')
  box.className = 'widget-failure'
  box.setAttribute('role', 'alert')
  box.textContent = `${message} ${advice}`
  document.querySelector('#widget')?.replaceChildren(box)
}
