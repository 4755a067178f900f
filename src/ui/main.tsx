/**
 * Starts the page: the node’s worker, the page’s half of WebRTC, the model, the view.
 *
 *   the origin’s node, in this tab’s worker or another’s ──▶ AppModel ──▶ App        worker ──port──▶ serveWebRtc
 */
import { render } from 'preact'
import { serveWebRtc, warmUpWebRtc } from '../webrtc/page.ts'
import { App } from './app.tsx'
import { followBadge } from './page/badge.ts'
import { browserDevice } from './page/browser-device.ts'
import { browserPage } from './page/browser-page.ts'
import { followTitle, guardLeaving } from './page/leaving.ts'
import { OriginHost } from './page/origin-host.ts'
import { PageWorker } from './page/service-worker.ts'
import { stayAwake } from './page/wake-lock.ts'
import { AppModel } from './state/app-model.ts'
import { Router } from './state/router.ts'
import { ThemeChoice } from './state/theme.ts'
import { OriginNode } from '../tabs/origin-node.ts'
import './styles/app.css'

const originNode = new OriginNode({
  createWorker: () => new Worker(new URL('../../workers/node.worker.ts', import.meta.url), { type: 'module' }),
  serveWebRtc,
  isSecure: isSecureContext && 'subtle' in crypto && 'storage' in navigator,
})
// The development server changes its files all the time: nothing of it is kept.
const worker = import.meta.env.PROD ? pageWorker() : undefined
const model = new AppModel({
  host: new OriginHost(originNode),
  page: browserPage(window),
  router: new Router(window),
  theme: new ThemeChoice(document.documentElement, () => localStorage),
  worker,
  device: browserDevice(window),
})

const root = document.querySelector('#app')
if (root !== null) render(<App model={model} />, root)
guardLeaving(model, window)
followTitle(model, document)
followBadge(model, { navigator, target: window })
stayAwake(model, { document, wakeLock: 'wakeLock' in navigator ? navigator.wakeLock : undefined })
// Once the page is drawn, and before anything is fetched.
setTimeout(() => warmUpWebRtc())
await model.start()
// When the node runs, so that nothing waits behind the files that are kept for the next time.
await worker?.register('./service-worker.js')

function pageWorker(): PageWorker | undefined {
  if (!('serviceWorker' in navigator)) return undefined
  return new PageWorker({
    container: navigator.serviceWorker,
    document,
    servePort: (port) => originNode.servePort(port),
    reload: () => location.reload(),
    nowMs: () => performance.now(),
  })
}
