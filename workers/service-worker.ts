/**
 * The service worker: the app without a network, and the content of the network as addresses.
 *
 *   fetch ─▶ /cid/…: Gateway ─▶ NodeLink ─▶ the node, by way of any page of the app   ·   the app’s files: AppShell
 *   POST share: files of other apps, for the page to add (shareTarget)
 *   message ─▶ ports between tabs (PortForwarder) · what players report (PlayerRooms) ·
 *   { type: 'quire-update' }: a person takes the new version
 */
import { AppShell, type ShellBuild } from '../src/gateway/app-shell.ts'
import { isContentUrl } from '../src/gateway/asked-content.ts'
import { Gateway } from '../src/gateway/gateway.ts'
import { NodeLink } from '../src/gateway/node-link.ts'
import { PlayerRooms } from '../src/gateway/player-rooms.ts'
import { answerRequest } from '../src/gateway/requests.ts'
import { dropStrandedShares, shareTarget } from '../src/gateway/share-target.ts'
import { PortForwarder } from '../src/tabs/port-forwarder.ts'

declare const self: ServiceWorkerGlobalScope
/** Put here by the build (vite.service-worker.config.ts). */
declare const QUIRE_SHELL: ShellBuild

const { scope } = self.registration
const link = new NodeLink({ pages: openPages })
const sharing = { scope, caches: self.caches, createId: () => crypto.randomUUID(), nowMs: () => Date.now() }
const rooms = new PlayerRooms()
const parts = {
  scope,
  reach: link.reach.bind(link),
  gateway: new Gateway({ scope, reach: link.reach.bind(link), rooms }),
  shell: new AppShell({ build: QUIRE_SHELL, scope, caches: self.caches, fetch: (request) => self.fetch(request) }),
  others: [shareTarget(sharing)],
}
const forwarder = new PortForwarder(self)

self.addEventListener('install', (event) => event.waitUntil(parts.shell.install()))
self.addEventListener('activate', (event) => {
  // The page that installed the first one reaches its node through it at once.
  event.waitUntil(Promise.all([parts.shell.dropOld(), self.clients.claim()]))
})
self.addEventListener('fetch', (event) => {
  const answer = answerRequest(event.request, parts)
  if (answer !== undefined) event.respondWith(answer)
  // A visit now and then is often enough, and none waits for it.
  if (event.request.mode === 'navigate') event.waitUntil(dropStrandedShares(sharing))
})
self.addEventListener('message', (event) => {
  const { data, source } = event
  if (forwarder.receive({ data, source: source instanceof Client ? source : null })) return
  if (rooms.receive(data)) return
  if (isUpdate(data)) event.waitUntil(self.skipWaiting())
})

function isUpdate(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'quire-update'
}

/** The one in front first; a page that shows content knows no node. */
async function openPages(): Promise<WindowClient[]> {
  const all = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const pages = all.filter(({ url }) => url.startsWith(scope) && !isContentUrl(new URL(url), scope))
  const rank = ({ focused, visibilityState }: WindowClient): number =>
    focused ? 0 : visibilityState === 'visible' ? 1 : 2
  return pages.sort((one, other) => rank(one) - rank(other))
}
