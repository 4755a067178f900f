/** `DeviceServices` on a real `window`. */
import { computed, signal } from '@preact/signals'
import { NAME_HEADER, SHARED_CACHE, sharedPrefix } from '../../rpc/shared-files.ts'
import type { DeviceServices, Installing, Launch } from '../state/device-services.ts'
import { baseOf } from '../state/route.ts'
import type { QueuedFile } from '../state/upload-queue.ts'

/** What Chromium sends once the app can be installed; TypeScript’s DOM types leave it out. */
interface InstallEvent extends Event {
  prompt(): Promise<{ readonly outcome: 'accepted' | 'dismissed' }>
}

/** As of the Launch Handler API, which Chromium alone has. */
interface LaunchParams {
  readonly targetURL?: string | null
  readonly files?: readonly FileSystemHandle[]
}

interface WithLaunchQueue {
  readonly launchQueue: { setConsumer(consumer: (params: LaunchParams) => void): void }
}

const SYSTEM_SCHEME = 'web+codex'
/** WebKit’s tracking prevention, also of other names on iOS: all of them are WebKit there. */
const WEBKIT_VENDOR = 'Apple Computer, Inc.'
const WEBKIT_FORGETS_AFTER_DAYS = 7

/** Made before anything else of the page: the browser may say early that the app can be installed. */
export function browserDevice(page: Window): DeviceServices {
  const { navigator } = page
  const question = signal<InstallEvent | undefined>(undefined)
  const isInstalled = signal(isOwnWindow(page))
  const isWebKit = navigator.vendor === WEBKIT_VENDOR
  page.addEventListener('beforeinstallprompt', (event) => {
    // The page asks when something has worked, and not the browser as it opens.
    event.preventDefault()
    if (isInstallEvent(event)) question.value = event
  })
  page.addEventListener('appinstalled', () => (isInstalled.value = true))
  const base = folderOf(page.location.href)
  return {
    installing: computed((): Installing => {
      if (isInstalled.value) return 'installed'
      if (question.value !== undefined) return 'asks'
      return isWebKit ? 'by-hand' : 'unknown'
    }),
    install: async () => {
      const asked = question.peek()
      // A question can be shown once; the browser gives another one if it wants to.
      question.value = undefined
      return (await asked?.prompt())?.outcome === 'accepted'
    },
    forgetsAfterDays: isWebKit && !isInstalled.peek() ? WEBKIT_FORGETS_AFTER_DAYS : undefined,
    openSystemLinks:
      'registerProtocolHandler' in navigator
        ? () => navigator.registerProtocolHandler(SYSTEM_SCHEME, `${base}#/%s`)
        : undefined,
    onLaunch: (listener) => {
      if (!hasLaunchQueue(page)) return
      page.launchQueue.setConsumer((params) => void readLaunch(params).then(listener))
    },
    takeShared: (id) => takeShared(page.caches, sharedPrefix(base, id)),
  }
}

function isOwnWindow(page: Window): boolean {
  const { navigator } = page
  const isOnHomeScreen = 'standalone' in navigator && navigator.standalone === true
  return isOnHomeScreen || page.matchMedia('(display-mode: standalone), (display-mode: minimal-ui)').matches
}

/** Without the page’s own name, as the service worker’s scope is. */
function folderOf(href: string): string {
  return new URL('.', baseOf(href)).href
}

function isInstallEvent(event: Event): event is InstallEvent {
  return 'prompt' in event && typeof event.prompt === 'function'
}

function hasLaunchQueue(page: object): page is WithLaunchQueue {
  return 'launchQueue' in page
}

async function readLaunch({ targetURL, files = [] }: LaunchParams): Promise<Launch> {
  const read: QueuedFile[] = []
  const unreadableNames: string[] = []
  for (const handle of files) {
    if (!isFileHandle(handle)) continue
    try {
      const file = await handle.getFile()
      read.push({ file, name: file.name })
    } catch {
      // Gone, or not ours to read.
      unreadableNames.push(handle.name)
    }
  }
  return { url: targetURL ?? undefined, files: read, unreadableNames }
}

function isFileHandle(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === 'file'
}

async function takeShared(caches: CacheStorage, prefix: string): Promise<QueuedFile[]> {
  const cache = await caches.open(SHARED_CACHE)
  const requests = (await cache.keys()).filter(({ url }) => url.startsWith(prefix))
  const taken: QueuedFile[] = []
  for (const request of requests) {
    const response = await cache.match(request)
    const blob = await response?.blob()
    // Of two pages that look, one takes it.
    if (response === undefined || blob === undefined || !(await cache.delete(request))) continue
    const name = decodeName(response.headers.get(NAME_HEADER))
    taken.push({ file: new File([blob], name, { type: blob.type }), name })
  }
  return taken
}

function decodeName(encoded: string | null): string {
  try {
    return decodeURIComponent(encoded ?? '') || 'shared'
  } catch {
    return 'shared'
  }
}
