/** The history service as `serve-history.ts` needs it: `HistoryApi` with its failures still errors, see `served-node.ts`. */
import type { QuireError } from '../errors.ts'
import type { CommunityView, FollowState, HistoryApi, HistoryEvent, ImportView, PublishState } from './history-api.ts'

type Failing<T> = T extends { state: 'failed'; error: unknown } ? Omit<T, 'error'> & { readonly error: QuireError } : T

export type ServedCommunity = Omit<CommunityView, 'follow' | 'publish'> & {
  readonly follow: Failing<FollowState>
  readonly publish: Failing<PublishState>
}
export type ServedImport = Omit<ImportView, 'state'> & { readonly state: Failing<ImportView['state']> }

export type ServedHistoryEvent =
  | Exclude<HistoryEvent, { type: 'communities' | 'imports' }>
  | { readonly type: 'communities'; readonly communities: readonly ServedCommunity[] }
  | { readonly type: 'imports'; readonly imports: readonly ServedImport[] }

/** What gives a view with a failure in it. */
type Failable = 'create' | 'describe' | 'follow' | 'importFile'

export interface ServedHistory extends Omit<HistoryApi, 'watch' | Failable> {
  /** Rejects where it could not be started. Errors: whatever kept it from starting. */
  started(): Promise<void>
  /** Calls back with the present state, then with every change; returns the unsubscribe. */
  watch(listener: (event: ServedHistoryEvent) => void): () => void
  create(...args: Parameters<HistoryApi['create']>): Promise<ServedCommunity>
  describe(...args: Parameters<HistoryApi['describe']>): Promise<ServedCommunity>
  follow(...args: Parameters<HistoryApi['follow']>): Promise<ServedCommunity>
  importFile(...args: Parameters<HistoryApi['importFile']>): Promise<ServedImport>
}
