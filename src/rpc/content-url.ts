import type { CidText } from './call-types.ts'

/** Below the app’s own address: what follows is answered by the service worker. */
export const CONTENT_PATH = 'cid/'

/**
 * The address of a dataset’s content on a page of Quire, `<base>cid/<cid>/<name>`; the service worker answers it.
 *
 * `base` is the app’s address, with the slash at its end. The name is for people: what it says has no meaning.
 */
export function contentUrl(base: string, cid: CidText, name?: string): string {
  // A browser would take a name of dots for a step up.
  const isPlain = name === undefined || /^\.*$/u.test(name)
  return `${base}${CONTENT_PATH}${cid}${isPlain ? '' : `/${encodeURIComponent(name.toWellFormed())}`}`
}
