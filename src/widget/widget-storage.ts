/** Where what the widget stores is: browsers give frames of other sites storage of their own, or none. */
import type { WidgetStorage } from './protocol.ts'

const PROBE = 'quire-widget-probe'

/** Whether the browser lets this frame store anything: all that a node needs is tried. */
export async function isStorageAllowed(): Promise<boolean> {
  try {
    await navigator.locks.query()
    await navigator.storage.persisted()
    await openDatabase()
    return true
  } catch {
    return false
  }
}

/**
 * Where two pages are of one site, their frames share storage with those pages.
 *
 * Which suffixes anyone can register under (“co.uk”) is not known here; two names that end alike in two labels are taken for
 * one site, so that at worst a person is asked once more.
 */
export function storageBeside(hostOrigin: string | undefined, ownOrigin: string): WidgetStorage {
  if (hostOrigin === undefined || !URL.canParse(hostOrigin)) return 'shared'
  const [host, own] = [new URL(hostOrigin), new URL(ownOrigin)]
  return host.protocol === own.protocol && siteOf(host.hostname) === siteOf(own.hostname) ? 'shared' : 'partitioned'
}

function siteOf(hostname: string): string {
  const isAddress = /^[\d.]+$/.test(hostname) || hostname.startsWith('[')
  return isAddress ? hostname : hostname.split('.').slice(-2).join('.')
}

function openDatabase(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(PROBE)
    request.addEventListener('error', () => reject(request.error ?? new DOMException('No database.')))
    request.addEventListener('blocked', () => reject(new DOMException('The database is blocked.')))
    request.addEventListener('success', () => {
      request.result.close()
      indexedDB.deleteDatabase(PROBE)
      resolve()
    })
  })
}
