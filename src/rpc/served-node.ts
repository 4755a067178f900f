/**
 * The node as `serve-node.ts` needs it: `NodeApi` with its failures still errors. `QuireNode` with the browser’s own verbs
 * has this shape; neither folder imports the other, the worker’s entry brings them together.
 */
import type { QuireError } from '../errors.ts'
import type { NodeApi, NodeEvent, NodeStatus, Reachability, TransferPhase, TransferView } from './api.ts'
import type { ServedHistory } from './served-history.ts'

type Failing<T, State> = T extends { state: State; error: unknown } ? Omit<T, 'error'> & { error: QuireError } : T

export type ServedReachability = Failing<Reachability, 'no-keeper'>
export type ServedPhase = Failing<TransferPhase, 'failed'>
export type ServedStatus = Omit<NodeStatus, 'reachability'> & { readonly reachability: ServedReachability }
export type ServedTransfer = Omit<TransferView, 'phase'> & { readonly phase: ServedPhase }

export type ServedEvent =
  | Exclude<NodeEvent, { type: 'status' | 'transfer' }>
  | { readonly type: 'status'; readonly status: ServedStatus }
  | { readonly type: 'transfer'; readonly transfer: ServedTransfer }

export interface ServedNode extends Omit<NodeApi, 'watch' | 'status' | 'history'> {
  readonly history: ServedHistory
  status(): Promise<ServedStatus>
  /** Calls back with the present state, then with every change; returns the unsubscribe. */
  watch(listener: (event: ServedEvent) => void): () => void
}
