/**
 * How a page and the node’s worker meet, before Comlink has a port.
 *
 *   page ── start {takeOver} ─────────▶ worker   it loads, and waits for its turn: one node runs in an origin
 *   page ◀── webrtc {port} ──────────── worker   the page serves real peer connections on it (`webrtc/page`), once
 *   page ◀── elected ────────────────── worker   it is its turn; the node starts
 *   page ◀── ready {port} ───────────── worker   `WireApi` is exposed on it
 *   page ◀── failed {error} ─────────── worker   in place of `ready`; the page may send `start` again
 *   page ◀── lost {error} ───────────── worker   any time later: another tab took the node over
 *
 *   page ── steal ────────────────────▶ worker   while it waits: the node that runs answers nobody, and is taken over
 *   page ── serve {port} ─────────────▶ worker   `WireApi` is exposed on this port, too, now or once the node runs
 *   page ── serve-from {ports} ───────▶ worker   … and on each that comes out of this one as `serve {port}`
 */
import type { ErrorView } from './api.ts'

export interface StartMessage {
  readonly type: 'start'
  /** True to take the node from another tab that runs it, in place of waiting for its end. */
  readonly takeOver: boolean
  /** Name of the lock that the running node holds; the node’s own where it is not given. */
  readonly lockName?: string | undefined
  /** True for a node that keeps nothing and waits for no other. */
  readonly isInMemory?: boolean | undefined
}

export interface ServeMessage {
  readonly type: 'serve'
  readonly port: MessagePort
}

export type PageMessage =
  | StartMessage
  | ServeMessage
  | { readonly type: 'steal' }
  | { readonly type: 'serve-from'; readonly ports: MessagePort }

export type WorkerMessage =
  | { readonly type: 'webrtc'; readonly port: MessagePort }
  | { readonly type: 'elected' }
  | { readonly type: 'ready'; readonly port: MessagePort }
  | { readonly type: 'failed'; readonly error: ErrorView }
  | { readonly type: 'lost'; readonly error: ErrorView }

const PAGE_MESSAGES: ReadonlySet<unknown> = new Set(['start', 'steal', 'serve', 'serve-from'])
const WORKER_MESSAGES: ReadonlySet<unknown> = new Set(['webrtc', 'elected', 'ready', 'failed', 'lost'])

export function isPageMessage(data: unknown): data is PageMessage {
  return isTyped(data) && PAGE_MESSAGES.has(data.type)
}

export function isWorkerMessage(data: unknown): data is WorkerMessage {
  return isTyped(data) && WORKER_MESSAGES.has(data.type)
}

export function isServeMessage(data: unknown): data is ServeMessage {
  return isTyped(data) && data.type === 'serve'
}

function isTyped(data: unknown): data is { type: unknown } {
  return typeof data === 'object' && data !== null && 'type' in data
}
