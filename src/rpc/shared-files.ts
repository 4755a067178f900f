/**
 * Files that another app shared to this one, on their way from the service worker to the page:
 *
 *   POST <base>share ─▶ service worker ─▶ cache `quire-shared`: <base>share/<id>/<number> ─▶ <base>#/shared/<id> ─▶ upload queue
 *
 * A page cannot be handed a file in an address; a cache holds them until one is there to take them.
 */

/** Below the app’s own address; the manifest’s `share_target` has it, too. */
export const SHARE_PATH = 'share'
export const SHARED_CACHE = 'quire-shared'
/** In place of an id, where what was shared could not be kept. */
export const SHARE_FAILED = 'failed'
/** The file’s name, percent-encoded: headers have no other characters. */
export const NAME_HEADER = 'x-quire-name'

/** When it was shared, milliseconds since 1970. */
export const SHARED_AT_HEADER = 'x-quire-shared-at'

/** Where the files of one share lie; a number follows. */
export function sharedPrefix(base: string, id: string): string {
  return `${base}${SHARE_PATH}/${id}/`
}

/** The fragment that makes a page take them. */
export function sharedFragment(id: string): string {
  return `#/shared/${id}`
}
