/**
 * What the keeper answers over plain HTTP.
 *
 *   /quire.json          where the page finds its keeper, STUN and TURN servers
 *   /sample.json         a community that the page offers to who follows none
 *   /health, /metrics    for whoever watches the keeper
 *   /api/storage/v1/…    the control API (`control-api.ts`)
 *   /cid/…               to the page, where no service worker answers (`content-redirect.ts`)
 *   everything else      the app (`web-app.ts`)
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { answerApi, API_PREFIX, type ControlApiInit } from './control-api.ts'
import type { NodeConfig } from '../node/node-config.ts'
import { redirectContent } from './content-redirect.ts'
import { METHOD_NOT_ALLOWED, replyJson, replyText } from './http-reply.ts'
import {
  isBrowserAddress,
  parseRequestHost,
  type RequestHost,
  webSocketAddress,
  withPeerId,
} from './keeper-addresses.ts'
import { type KeeperFigures, metricsText } from './metrics-text.ts'
import { type Sample, sampleJson } from './sample-offer.ts'
import { swallowBody } from './upload-request.ts'
import { serveWebFile } from './web-app.ts'
import type { WebFiles } from './web-files.ts'

export interface WebServerInit {
  readonly version: string
  readonly files: WebFiles
  /** What a page that came by this host is told about NATs. */
  readonly iceServers: (host: RequestHost) => Pick<NodeConfig, 'stunServers' | 'turnServers'>
  readonly api: ControlApiInit
  readonly figures: () => KeeperFigures
  /** What is offered to newcomers. */
  readonly sample: () => Promise<Sample | undefined>
}

/** The keeper’s request handler; it answers every request. */
export function createWebServer(init: WebServerInit): RequestListener {
  return (request, response) => {
    response.on('error', (err) => init.api.log.debug({ err }, 'an answer was cut off'))
    const url = parseUrl(request)
    if (url === undefined) replyText(response, 'This address cannot be read.\n', { status: 400 })
    else route(request, response, { url, init })
  }
}

function route(request: IncomingMessage, response: ServerResponse, context: { url: URL; init: WebServerInit }): void {
  const { url, init } = context
  if (url.pathname.startsWith(`${API_PREFIX}/`)) {
    void answerApi(request, response, { ...init.api, url })
    return
  }
  swallowBody(request)
  const view = VIEWS.get(url.pathname)
  if (redirectContent(request, response, url)) return
  if (view === undefined) serveWebFile(request, response, { path: url.pathname, files: init.files })
  else if (request.method === 'GET' || request.method === 'HEAD') view(request, response, init)
  else
    replyText(response, 'Only GET is answered here.\n', { status: METHOD_NOT_ALLOWED, headers: { Allow: 'GET, HEAD' } })
}

type View = (request: IncomingMessage, response: ServerResponse, init: WebServerInit) => void

const VIEWS = new Map<string, View>([
  ['/quire.json', replyConfig],
  ['/sample.json', (_request, response, init) => void replySample(response, init)],
  [
    '/health',
    (_request, response, init) => replyJson(response, { status: 'ok', version: init.version, ...init.figures() }),
  ],
  ['/metrics', (_request, response, init) => replyText(response, metricsText(init.figures()))],
])

function replyConfig(request: IncomingMessage, response: ServerResponse, init: WebServerInit): void {
  const forwardedProto = request.headers['x-forwarded-proto']
  const host = parseRequestHost(request.headers.host, typeof forwardedProto === 'string' ? forwardedProto : undefined)
  if (host === undefined) {
    replyText(response, 'The Host header names no host.\n', { status: 400 })
    return
  }
  const { peerId } = init.api.node
  const announced = init.api.announced.filter(isBrowserAddress).map((address) => withPeerId(address, peerId))
  // Where the operator announces nothing that a browser can dial, the way that the page came is the way to the keeper.
  const keepers = announced.length > 0 ? announced : [webSocketAddress(host, peerId)]
  replyJson(response, { version: init.version, keepers, ...init.iceServers(host) })
}

async function replySample(response: ServerResponse, { sample, api }: WebServerInit): Promise<void> {
  // The page does without it.
  const offered = await sample().catch((error: unknown) => {
    api.log.warn({ err: error }, 'whether the sample is here could not be read')
    return undefined
  })
  replyJson(response, { sample: offered === undefined ? null : sampleJson(offered) })
}

function parseUrl(request: IncomingMessage): URL | undefined {
  const path = request.url ?? ''
  // A path that starts with two slashes would be read as another host’s address.
  if (!path.startsWith('/') || path.startsWith('//')) return undefined
  try {
    const url = new URL(path, 'http://keeper')
    decodeURIComponent(url.pathname)
    return url
  } catch {
    // Neither a URL nor decodable: the caller answers 400.
    return undefined
  }
}
