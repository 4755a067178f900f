/** Builds the widget’s model and shows it; loaded once the host page is known, so that dates are written as it asks. */
import { computed } from '@preact/signals'
import { render } from 'preact'
import type { ManifestView } from '../rpc/api.ts'
import { contentUrl } from '../rpc/content-url.ts'
import { browserPage } from '../ui/page/browser-page.ts'
import type { PageServices } from '../ui/page/page-services.ts'
import { PageWorker } from '../ui/page/service-worker.ts'
import { AppModel } from '../ui/state/app-model.ts'
import { Router } from '../ui/state/router.ts'
import { ThemeChoice } from '../ui/state/theme.ts'
import { warmUpWebRtc } from '../webrtc/page.ts'
import { readHostPolicy } from './host-policy.ts'
import { HostRights } from './host-rights.ts'
import { KeptAnswers } from './kept-answers.ts'
import type { MetHost } from './meet-host.ts'
import { memoryHistory } from './memory-history.ts'
import type { WidgetTheme, WidgetView } from './protocol.ts'
import { WidgetApp } from './widget-app.tsx'
import { WidgetModel } from './widget-model.ts'
import { WidgetNode, type WidgetNodeParts } from './widget-node.ts'
import './widget.css'

/** How long the first file that plays waits for the service worker to be there. */
const SERVICE_WORKER_MS = 5_000

export interface StartInit {
  readonly host: MetHost | undefined
  readonly view: WidgetView | undefined
  readonly theme: WidgetTheme
}

export async function startWidget(parts: WidgetNodeParts, { host, view, theme }: StartInit): Promise<void> {
  const appUrl = new URL('./', location.href).href
  const origin = host?.link.origin
  const [policy, node] = await Promise.all([
    readHostPolicy(() => fetch('./widget-hosts.json')),
    WidgetNode.create(parts, { origin }),
  ])
  const answers = new KeptAnswers(() => localStorage)
  addEventListener('storage', () => answers.refresh())
  const rights = new HostRights(answers, { origin, policy })
  const themes = new ThemeChoice(document.documentElement, forbiddenStorage)
  themes.choose(theme)
  const app = new AppModel({
    host: node,
    page: framedPage(appUrl),
    router: new Router(memoryHistory('')),
    theme: themes,
  })
  const streamUrl = streaming(node, appUrl)
  const widget = new WidgetModel({ app, rights, storage: node.storage, link: host?.link, view, appUrl, streamUrl })
  if (host !== undefined) {
    const { link, version } = host
    let told = rights.rights.peek()
    link.send({ type: 'welcome', version, rights: told, storage: node.storage.peek() })
    rights.rights.subscribe((now) => {
      if (now !== told) link.send({ type: 'rights', rights: now })
      told = now
    })
  }
  const root = document.querySelector<HTMLElement>('#widget')
  if (root === null) return
  // What stood there for pages that let no script run.
  root.replaceChildren()
  render(<WidgetApp widget={widget} />, root)
  followHeight(widget, root)
  setTimeout(() => warmUpWebRtc())
  await startOnceWanted(widget)
}

/** Nothing is fetched, and no peer hears of this device, before reading is allowed or files may be added. */
async function startOnceWanted({ app, rights, view }: WidgetModel): Promise<void> {
  const isWanted = computed(() => {
    const kind = view.value?.kind
    const { read, upload } = rights.rights.value
    return kind === 'drop' ? upload !== 'denied' : kind !== undefined && read === 'allowed'
  })
  await new Promise<void>((resolve) => {
    const stop = isWanted.subscribe((now) => {
      if (now) queueMicrotask(() => stop())
      if (now) resolve()
    })
  })
  await app.start()
}

/** What a page in a frame of another site cannot have: dialogs for saving, storage, an offer of its server. */
function framedPage(appUrl: string): PageServices {
  return {
    ...browserPage(window),
    baseUrl: appUrl,
    chooseSaveTarget: undefined,
    isPersistent: () => navigator.storage.persisted().catch(() => false),
    readSample: async () => undefined,
    storage: forbiddenStorage,
  }
}

/** Settings of Quire’s own page are not read here, nor written. */
function forbiddenStorage(): never {
  throw new DOMException('A widget keeps no settings of the page.', 'SecurityError')
}

/** The address of a file that plays while it comes; the service worker is registered when the first one is asked for. */
function streaming(node: WidgetNode, appUrl: string): WidgetModel['streamUrl'] {
  let isServed: Promise<boolean> | undefined
  return async ({ cid, name }: ManifestView) => {
    if (node.storage.peek() === 'memory' || !import.meta.env.PROD) return undefined
    isServed ??= serveContent(node)
    return (await isServed) ? contentUrl(appUrl, cid, name) : undefined
  }
}

async function serveContent(node: WidgetNode): Promise<boolean> {
  try {
    const container = navigator.serviceWorker
    const worker = new PageWorker({
      container,
      document,
      servePort: (port) => node.servePort(port),
      reload: () => location.reload(),
      nowMs: () => performance.now(),
    })
    const controlled = new Promise<boolean>((resolve) => {
      worker.servesContent.subscribe((now) => now && resolve(true))
      setTimeout(() => resolve(false), SERVICE_WORKER_MS)
    })
    return (await worker.register('./service-worker.js')) && (await controlled)
  } catch {
    // Frames without storage have no service worker either; the file is fetched whole.
    return false
  }
}

/** Tells the host page how tall what is shown is; a community scrolls within itself and is as tall as its host wants. */
function followHeight(widget: WidgetModel, root: HTMLElement): void {
  let toldPx = 0
  const tell = (): void => {
    const heightPx = Math.ceil(root.getBoundingClientRect().height)
    if (widget.view.peek()?.kind === 'community' || heightPx === toldPx) return
    toldPx = heightPx
    widget.tell({ type: 'height', heightPx })
  }
  new ResizeObserver(tell).observe(root)
}
