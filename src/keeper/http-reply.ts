/** Short answers of the web server. */
import type { ServerResponse } from 'node:http'
import { isQuireError, QuireError } from '../errors.ts'

export const METHOD_NOT_ALLOWED = 405

interface ReplyInit {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

export function replyText(response: ServerResponse, text: string, init: ReplyInit = {}): void {
  send(response, text, { ...init, mediaType: 'text/plain; charset=utf-8' })
}

export function replyJson(response: ServerResponse, value: unknown, init: ReplyInit = {}): void {
  send(response, JSON.stringify(value), { ...init, mediaType: 'application/json; charset=utf-8' })
}

/** An error as JSON: `{ code, message, advice, details }`. */
export function replyError(response: ServerResponse, error: QuireError, init: ReplyInit = {}): void {
  const { code, message, advice, details } = error
  replyJson(response, { code, message, advice, details }, init)
}

/** `error` as one of ours, with its own text kept for the log as the cause. */
export function asQuireError(error: unknown): QuireError {
  if (isQuireError(error)) return error
  return new QuireError('ERR_UNKNOWN', 'The keeper failed to answer; its log says more.', { cause: error })
}

function send(response: ServerResponse, text: string, init: ReplyInit & { mediaType: string }): void {
  const body = Buffer.from(text)
  response.writeHead(init.status ?? 200, {
    'Content-Type': init.mediaType,
    'Content-Length': body.byteLength,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    ...init.headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}
