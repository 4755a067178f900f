/**
 * The node as `serve-node.ts` needs it: `NodeApi` with its failures still errors. `QuireNode` with the browser’s own verbs
 * has this shape; neither folder imports the other, the worker’s entry brings them together.
 */
import type { QuireError } from '../errors.ts'
import type { NodeApi, NodeEvent, NodeStatus, Reachability, TransferPhase, TransferView } from './api.ts'
import type { BackupView, ErrorView, ImportReportView } from './api.ts'
import type { ServedHistory } from './served-history.ts'

type Failing<T, State> = T extends { state: State; error: unknown } ? Omit<T, 'error'> & { error: QuireError } : T

export type ServedReachability = Failing<Reachability, 'no-keeper'>
export type ServedPhase = Failing<TransferPhase, 'failed'>
export type ServedStatus = Omit<NodeStatus, 'reachability'> & { readonly reachability: ServedReachability }
export type ServedTransfer = Omit<TransferView, 'phase'> & { readonly phase: ServedPhase }

/** `T` and what it holds, with errors in place of their views. */
type WithErrors<T> = T extends ErrorView
  ? QuireError
  : T extends readonly (infer Item)[]
    ? readonly WithErrors<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: WithErrors<T[Key]> }
      : T

export type ServedReport = WithErrors<ImportReportView>
export type ServedBackup = WithErrors<BackupView>

export type ServedEvent =
  | Exclude<NodeEvent, { type: 'status' | 'transfer' | 'backup' }>
  | { readonly type: 'status'; readonly status: ServedStatus }
  | { readonly type: 'transfer'; readonly transfer: ServedTransfer }
  | { readonly type: 'backup'; readonly backup: ServedBackup }

export interface ServedNode extends Omit<NodeApi, 'watch' | 'status' | 'history' | 'importAll'> {
  readonly history: ServedHistory
  status(): Promise<ServedStatus>
  importAll(...args: Parameters<NodeApi['importAll']>): Promise<ServedReport>
  /** Calls back with the present state, then with every change; returns the unsubscribe. */
  watch(listener: (event: ServedEvent) => void): () => void
}
