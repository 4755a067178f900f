import type { IncomingMessage, ServerResponse } from 'node:http'
import { cidText, parseManifestCid } from '../codec/cid.ts'
import { readAddresses, writeAddresses } from '../codec/link-addresses.ts'
import { isQuireError } from '../errors.ts'
import { replyText } from './http-reply.ts'

const CONTENT_PREFIX = '/cid/'

/**
 * Leads `/cid/<cid>…` to the page that fetches it; false for other addresses.
 *
 * In browsers that have opened this keeper’s page before, its service worker answers in place of the keeper.
 */
export function redirectContent(request: IncomingMessage, response: ServerResponse, url: URL): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (!isRead || !url.pathname.startsWith(CONTENT_PREFIX)) return false
  if (request.headers.range !== undefined) {
    // A browser that goes on with a download asks past the service worker, and would take the page for the file’s rest.
    replyText(response, 'The rest of it is read in a tab of Quire. Open Quire, and begin the download again.\n', {
      status: 404,
    })
    return true
  }
  const cid = url.pathname.slice(CONTENT_PREFIX.length).split('/', 1)[0] ?? ''
  try {
    const query = writeAddresses(readAddresses(url.search.slice(1)))
    const link = `/#/${cidText(parseManifestCid(cid))}${query === '' ? '' : `?${query}`}`
    replyText(response, 'The page at this keeper fetches it.\n', { status: 302, headers: { Location: link } })
  } catch (error) {
    if (!isQuireError(error)) throw error
    replyText(response, `${error.message} ${error.advice}\n`, { status: 404 })
  }
  return true
}
