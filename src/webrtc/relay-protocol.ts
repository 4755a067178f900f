/**
 * One data channel carried over one `MessagePort`, for browsers that cannot transfer the channel itself.
 *
 * The channel stays in the page. Bytes cross as transferred buffers, each way in order. Both ways are accounted for by
 * running totals, which survive any batching of the acknowledgements:
 *
 *   worker -> page: `send`, answered by `drained` (total bytes that have left the real channel's buffer), which makes
 *   `bufferedAmount` in the worker true and its back-pressure work;
 *   page -> worker: `message`, answered by `taken` (total cost of the messages the worker has handled). WebRTC gives
 *   no way to slow the remote peer, so a worker that falls RECEIVE_LIMIT_BYTES behind loses the channel.
 */
import type { PlainError } from './protocol.ts'

export type RelayData = string | ArrayBuffer | Blob

export type RelayToPage =
  | { readonly type: 'send'; readonly data: RelayData; readonly sizeBytes: number }
  | { readonly type: 'taken'; readonly totalBytes: number }
  | { readonly type: 'close' }

export type RelayToWorker =
  | { readonly type: 'message'; readonly data: string | ArrayBuffer }
  | { readonly type: 'drained'; readonly totalBytes: number }
  | { readonly type: 'state'; readonly state: 'open' | 'closing' | 'closed'; readonly id: number | null }
  | { readonly type: 'error'; readonly error: PlainError }

/** Acknowledge this often: 16 of libp2p's messages; its sender waits at 2 MiB. */
export const ACK_STEP_BYTES = 256 * 1024

/** More than this waiting to be sent makes `send` throw, as browsers do (Chromium at 16 MiB); libp2p stops at 2 MiB. */
export const SEND_LIMIT_BYTES = 8 * 1024 * 1024

/** A worker this far behind gets no more: a second of a fast connection, or a peer that floods. */
export const RECEIVE_LIMIT_BYTES = 32 * 1024 * 1024

/** Counted for each received message beside its bytes, so that a flood of empty messages is bounded as well. */
const MESSAGE_COST_BYTES = 128

/** What a received message adds to the running totals; both ends must agree on it. */
export function receivedCostBytes(data: string | ArrayBuffer): number {
  return MESSAGE_COST_BYTES + (typeof data === 'string' ? data.length * 2 : data.byteLength)
}
