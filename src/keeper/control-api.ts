/**
 * The control API: a subset of Logos Storage’s REST interface under `/api/storage/v1`, for programs on this machine.
 *
 *   request ─ access (host, origin, token) ─ route ─ handler ─▶ node
 *
 * Every answer that is not a success is JSON `{ code, message, advice, details }`. A client that hangs up aborts its call.
 * Source of paths and shapes: logos-storage-nim `openapi.yaml`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseManifestCid } from '../codec/cid.ts'
import { type ErrorCode, type QuireError } from '../errors.ts'
import { type AccessRules, checkAccess } from './api-access.ts'
import { getLocalData, getManifest, postData, streamData } from './api-content.ts'
import type { ApiExchange } from './api-exchange.ts'
import { deletePin, getProgress, postPin } from './api-pins.ts'
import { datasetJson, spaceJson } from './api-views.ts'
import type { DatasetNode } from './dataset-node.ts'
import { asQuireError, METHOD_NOT_ALLOWED, replyError, replyJson, replyText } from './http-reply.ts'
import type { KeeperLog } from './log.ts'
import type { Pins } from './pins.ts'
import { deleteSample, putSample, type SampleOffer } from './sample-offer.ts'
import { swallowBody } from './upload-request.ts'

export const API_PREFIX = '/api/storage/v1'

export interface ControlApiInit extends AccessRules {
  readonly node: DatasetNode
  readonly pins: Pins
  readonly sample: Pick<SampleOffer, 'set' | 'withdraw'>
  readonly log: KeeperLog
  /** The JSON of GET /debug/info. */
  readonly debugInfo: () => unknown
  /** Aborts every call when the keeper stops. */
  readonly signal: AbortSignal
}

interface Route {
  readonly method: string
  readonly path: RegExp
  readonly answer: (call: ApiExchange, init: ControlApiInit) => Promise<void>
}

const ROUTES: readonly Route[] = [
  { method: 'POST', path: /^\/data$/, answer: postData },
  { method: 'GET', path: /^\/data$/, answer: listData },
  { method: 'GET', path: /^\/data\/([^/]+)$/, answer: getLocalData },
  { method: 'DELETE', path: /^\/data\/([^/]+)$/, answer: deleteData },
  { method: 'GET', path: /^\/data\/([^/]+)\/exists$/, answer: dataExists },
  { method: 'GET', path: /^\/data\/([^/]+)\/network\/stream$/, answer: streamData },
  { method: 'GET', path: /^\/data\/([^/]+)\/network\/manifest$/, answer: getManifest },
  { method: 'POST', path: /^\/data\/([^/]+)\/network$/, answer: postPin },
  { method: 'GET', path: /^\/data\/([^/]+)\/network\/progress\/\1$/, answer: getProgress },
  { method: 'DELETE', path: /^\/data\/([^/]+)\/network\/\1$/, answer: deletePin },
  // Ours.
  { method: 'PUT', path: /^\/sample$/, answer: putSample },
  { method: 'DELETE', path: /^\/sample$/, answer: deleteSample },
  { method: 'GET', path: /^\/space$/, answer: getSpace },
  { method: 'GET', path: /^\/peerid$/, answer: getPeerId },
  { method: 'GET', path: /^\/debug\/info$/, answer: getDebugInfo },
]

const STATUS_OF_CODE: Partial<Record<ErrorCode, number>> = {
  ERR_CID_INVALID: 400,
  ERR_CID_WRONG_KIND: 400,
  ERR_DATASET_NOT_FOUND: 404,
  ERR_BLOCK_NOT_FOUND: 404,
  ERR_MANIFEST_NOT_FOUND: 404,
  ERR_NO_PEER_HAS_IT: 404,
  ERR_EMPTY_FILE: 422,
  ERR_STORE_FULL: 507,
  ERR_NODE_STOPPED: 503,
}

/** Answers one request whose path starts with `API_PREFIX`. Never rejects. */
export async function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  init: ControlApiInit & { url: URL },
): Promise<void> {
  const verdict = checkAccess(request, init)
  if (!verdict.isAllowed) {
    const headers = verdict.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}
    replyJson(response, { code: 'ERR_KEEPER_REFUSED', message: verdict.reason }, { status: verdict.status, headers })
    swallowBody(request)
    return
  }
  const path = init.url.pathname.slice(API_PREFIX.length)
  const routes = ROUTES.filter((route) => route.path.test(path))
  const route = routes.find(({ method }) => method === request.method)
  if (route === undefined) {
    refuseRoute(response, routes)
    swallowBody(request)
    return
  }
  await runRoute(route, { request, response, path }, init)
}

async function runRoute(
  route: Route,
  exchange: { request: IncomingMessage; response: ServerResponse; path: string },
  init: ControlApiInit & { url: URL },
): Promise<void> {
  const { request, response, path } = exchange
  const hangUp = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) hangUp.abort(new DOMException('The client went away.', 'AbortError'))
  })
  const signal = AbortSignal.any([hangUp.signal, init.signal])
  const cidText = decodeURIComponent(route.path.exec(path)?.[1] ?? '')
  try {
    await route.answer({ node: init.node, request, response, query: init.url.searchParams, cidText, signal }, init)
  } catch (error) {
    if (!hangUp.signal.aborted) init.log.debug({ err: error, method: request.method, path }, 'a call of the API failed')
    refuse(exchange, asQuireError(error))
  }
}

function refuse(exchange: { request: IncomingMessage; response: ServerResponse }, error: QuireError): void {
  const { request, response } = exchange
  if (response.destroyed) return
  if (response.headersSent) {
    // Too late for a status: a connection cut before Content-Length is reached says that it failed.
    response.destroy()
    return
  }
  replyError(response, error, { status: statusOf(error) })
  swallowBody(request)
}

function statusOf(error: QuireError): number {
  if (error.code !== 'ERR_OPTION_INVALID') return STATUS_OF_CODE[error.code] ?? 500
  // As upstream: a bad name or type is 422, a bad query is 400.
  return error.details['field'] === 'blockSize' ? 400 : 422
}

function refuseRoute(response: ServerResponse, routes: readonly Route[]): void {
  if (routes.length === 0) {
    replyText(response, 'The API has no such path.\n', { status: 404 })
    return
  }
  const Allow = routes.map(({ method }) => method).join(', ')
  replyText(response, `Only ${Allow} is answered here.\n`, { status: METHOD_NOT_ALLOWED, headers: { Allow } })
}

async function listData({ node, response }: ApiExchange): Promise<void> {
  replyJson(response, { content: (await node.list()).map(datasetJson) })
}

async function deleteData({ node, response, cidText }: ApiExchange): Promise<void> {
  await node.delete(parseManifestCid(cidText))
  response.writeHead(204).end()
}

async function dataExists({ node, response, cidText }: ApiExchange): Promise<void> {
  const cid = parseManifestCid(cidText)
  const entry = await node.getDataset(cid)
  replyJson(response, { [cid.toString()]: entry !== undefined })
}

async function getSpace({ node, response }: ApiExchange): Promise<void> {
  replyJson(response, spaceJson(await node.space()))
}

async function getPeerId({ node, request, response }: ApiExchange): Promise<void> {
  if (request.headers.accept === 'text/plain') replyText(response, node.peerId)
  else replyJson(response, { id: node.peerId })
}

async function getDebugInfo({ response }: ApiExchange, init: ControlApiInit): Promise<void> {
  replyJson(response, init.debugInfo())
}
