/** Answers requests for the app’s files. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { METHOD_NOT_ALLOWED, replyText } from './http-reply.ts'
import { headersOf } from './security-headers.ts'
import type { WebFile, WebFiles } from './web-files.ts'

const NOT_BUILT = `The keeper runs, but the page is not built yet.

Run “npm run build” in Quire’s folder and start the keeper again, or name the folder of the built page with --app-dir.
`

/** Where other apps share files to (the manifest’s `share_target`). */
const SHARE_PATH = '/share'

/** Serves one file, with conditional requests and compression; 404 for a path that was not there at the start. */
export function serveWebFile(
  request: IncomingMessage,
  response: ServerResponse,
  page: { path: string; files: WebFiles },
): void {
  if (request.method === 'POST' && page.path === SHARE_PATH) {
    // The service worker answers it where it runs; the files that came with it are nobody’s here.
    replyText(response, 'The page says what became of it.\n', {
      status: 303,
      headers: { Location: '/#/shared/failed' },
    })
    return
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    replyText(response, 'Only GET and HEAD are answered here.\n', {
      status: METHOD_NOT_ALLOWED,
      headers: { Allow: 'GET, HEAD' },
    })
    return
  }
  const file = page.files.get(page.path)
  if (file !== undefined) sendFile(request, response, { file, path: page.path })
  else if (page.path === '/') replyText(response, NOT_BUILT, { status: 503 })
  else replyText(response, 'There is nothing at this address.\n', { status: 404 })
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { file, path }: { file: WebFile; path: string },
): void {
  const headers = {
    ...headersOf(path),
    ETag: file.etag,
    // “no-cache” is “ask before use”: a new version shows at the next load.
    'Cache-Control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
  }
  if (hasCurrent(request, file)) {
    response.writeHead(304, headers).end()
    return
  }
  const zipped = acceptsGzip(request) ? file.gzipped : undefined
  const body = zipped ?? file.body
  response.writeHead(200, {
    ...headers,
    'Content-Type': file.mediaType,
    'Content-Length': body.byteLength,
    ...(zipped === undefined ? {} : { 'Content-Encoding': 'gzip' }),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

function hasCurrent(request: IncomingMessage, file: WebFile): boolean {
  const known = request.headers['if-none-match']
  return known !== undefined && known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === file.etag)
}

function acceptsGzip(request: IncomingMessage): boolean {
  const offers = (request.headers['accept-encoding'] ?? '').toLowerCase().split(',')
  return offers.some((offer) => {
    const [coding, weight] = offer.split(';').map((part) => part.trim())
    return coding === 'gzip' && !/^q=0(\.0*)?$/.test(weight ?? '')
  })
}
