/** One HTTP request to a keeper’s control API. */
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { ERROR_TABLE, type ErrorCode, isQuireError, QuireError } from '../errors.ts'
import { API_PREFIX } from './control-api.ts'

/** Where a keeper is and what lets us in. */
export interface KeeperTarget {
  /** Base URL without a slash at its end. */
  readonly url: string
  readonly token: string
}

export interface RequestInit {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

// A JSON answer is a list of datasets at most.
const MAX_JSON_BYTES = 64 * 1024 * 1024

/** A request whose headers are ready; the body is the caller’s to write and end. */
export function openRequest(target: KeeperTarget, path: string, init: RequestInit = {}): ClientRequest {
  const url = new URL(`${target.url}${API_PREFIX}${path}`)
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest
  return open(url, {
    method: init.method ?? 'GET',
    headers: { Authorization: `Bearer ${target.token}`, ...init.headers },
    ...(init.signal === undefined ? {} : { signal: init.signal }),
  })
}

/**
 * The answer to `request`, once its headers are here and say success.
 *
 * Errors: `ERR_KEEPER_NOT_RUNNING` (nobody listens), `ERR_KEEPER_REFUSED` (token), the keeper’s own codes, and
 * `ERR_KEEPER_ANSWER_INVALID` for what is no keeper’s answer. An abort closes the connection.
 */
export async function answerTo(request: ClientRequest, init: RequestInit = {}): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    // Stays for the life of the request: an error after the answer must not end the process.
    request.on('error', (cause) => reject(init.signal?.aborted === true ? init.signal.reason : unreachable(cause)))
  })
  const status = response.statusCode ?? 0
  if (status >= 200 && status < 300) return response
  throw refusal(status, await textOf(response))
}

/** Asks for JSON, without a body; the caller checks its shape. */
export async function requestJson(target: KeeperTarget, path: string, init: RequestInit = {}): Promise<unknown> {
  const request = openRequest(target, path, init)
  request.end()
  const text = await textOf(await answerTo(request, init))
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalidAnswer('The keeper’s answer is no JSON.', cause)
  }
}

export async function textOf(response: IncomingMessage): Promise<string> {
  return Buffer.from(await bytesOf(response, MAX_JSON_BYTES)).toString('utf8')
}

/** The whole body. Errors: `ERR_KEEPER_ANSWER_INVALID` (longer than `maxBytes`, or cut off). */
export async function bytesOf(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of bodyOf(response)) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > maxBytes) throw invalidAnswer(`The keeper’s answer is longer than ${maxBytes} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The body as it arrives. Errors: `ERR_KEEPER_ANSWER_INVALID` (the connection was cut before its end). */
export async function* bodyOf(response: IncomingMessage, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) yield chunk
  } catch (cause) {
    signal?.throwIfAborted()
    throw isQuireError(cause) ? cause : invalidAnswer('The keeper cut the connection before the end.', cause)
  }
}

export function invalidAnswer(message: string, cause?: unknown): QuireError {
  return new QuireError('ERR_KEEPER_ANSWER_INVALID', message, { cause })
}

function unreachable(cause: Error): QuireError {
  return new QuireError('ERR_KEEPER_NOT_RUNNING', 'The keeper does not answer.', { cause })
}

function refusal(status: number, body: string): QuireError {
  const { code, message, details } = parseRefusal(body)
  if (status === 401 || status === 403) {
    return new QuireError('ERR_KEEPER_REFUSED', message ?? 'The keeper refused the request.')
  }
  if (code === undefined || message === undefined) return invalidAnswer(`The keeper answered with status ${status}.`)
  return new QuireError(code, message, { details })
}

function parseRefusal(body: string): {
  code?: ErrorCode
  message?: string
  details: Record<string, string | number | boolean>
} {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    // Not from a keeper, or from a proxy before it: the status alone is reported.
    return { details: {} }
  }
  if (typeof value !== 'object' || value === null) return { details: {} }
  const { code, message, details } = value as Record<string, unknown>
  return {
    ...(isErrorCode(code) ? { code } : {}),
    ...(typeof message === 'string' ? { message } : {}),
    details: plainDetails(details),
  }
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_TABLE, code)
}

function plainDetails(details: unknown): Record<string, string | number | boolean> {
  if (typeof details !== 'object' || details === null) return {}
  const entries = Object.entries(details).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  return Object.fromEntries(entries) as Record<string, string | number | boolean>
}
