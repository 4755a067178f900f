import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DatasetNode } from './dataset-node.ts'

/** One call of the control API, with what its handler may use. */
export interface ApiExchange {
  readonly node: DatasetNode
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly query: URLSearchParams
  /** The `{cid}` of the path, decoded and unchecked; empty where the path has none. */
  readonly cidText: string
  /** Aborts when the client goes away or the keeper stops. */
  readonly signal: AbortSignal
}
