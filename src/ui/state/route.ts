/**
 * Where the page stands, kept in the address’s fragment:
 *
 *   #/  files · #/network · #/settings · #/<cid>[?maddrs=…]  a dataset; the same text is the share link
 */

export const PLACES = ['files', 'network', 'settings'] as const
export type Place = (typeof PLACES)[number]

export interface Route {
  readonly place: Place
  /** The chosen dataset; only in `files`. */
  readonly cid?: string | undefined
}

/** A manifest CID is 52 characters of base58btc; the node checks what is found here. */
const CID_PATTERN = /(?<![A-Za-z0-9])z[1-9A-HJ-NP-Za-km-z]{40,80}(?![A-Za-z0-9])/

/** The first thing in a text that looks like a CID. */
export function findCid(text: string): string | undefined {
  return CID_PATTERN.exec(text)?.[0]
}

/** The place that a fragment names; anything unknown leads to the files. */
export function routeOf(hash: string): Route {
  const path = pathOf(hash)
  if (path === 'network' || path === 'settings') return { place: path }
  const cid = findCid(path)
  return cid === undefined ? { place: 'files' } : { place: 'files', cid }
}

/** What a fragment holds that names no place: a share link, whole or damaged on its way; the node says which. */
export function linkIn(hash: string): string | undefined {
  const path = pathOf(hash)
  return path === '' || routeOf(hash).place !== 'files' ? undefined : path
}

function pathOf(hash: string): string {
  return hash.replace(/^#?\/?/, '')
}

/** The inverse of `routeOf`. */
export function hashOf(route: Route): string {
  if (route.place !== 'files') return `#/${route.place}`
  return route.cid === undefined ? '#/' : `#/${route.cid}`
}

/** The page’s address without its fragment: what a share link starts with. */
export function baseOf(href: string): string {
  const hash = href.indexOf('#')
  return hash === -1 ? href : href.slice(0, hash)
}
