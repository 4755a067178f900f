/**
 * How a page and the node’s worker meet, before Comlink has a port.
 *
 *   page ── start {takeOver} ─────────▶ worker
 *   page ◀── webrtc {port} ──────────── worker   the page serves real peer connections on it (`webrtc/page`), once
 *   page ◀── ready {port} ───────────── worker   `WireApi` is exposed on it
 *   page ◀── failed {error} ─────────── worker   in place of `ready`; the page may send `start` again
 *   page ◀── lost {error} ───────────── worker   any time later: another tab took the node over
 */
import type { ErrorView } from './api.ts'

export interface StartMessage {
  readonly type: 'start'
  /** True to take the node over from another tab that runs it. */
  readonly takeOver: boolean
}

export type WorkerMessage =
  | { readonly type: 'webrtc'; readonly port: MessagePort }
  | { readonly type: 'ready'; readonly port: MessagePort }
  | { readonly type: 'failed'; readonly error: ErrorView }
  | { readonly type: 'lost'; readonly error: ErrorView }

export function isStartMessage(data: unknown): data is StartMessage {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'start' && 'takeOver' in data
}

const WORKER_MESSAGES: ReadonlySet<unknown> = new Set(['webrtc', 'ready', 'failed', 'lost'])

export function isWorkerMessage(data: unknown): data is WorkerMessage {
  return typeof data === 'object' && data !== null && 'type' in data && WORKER_MESSAGES.has(data.type)
}
