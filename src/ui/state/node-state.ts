/** Where the node stands as the page sees it, and the port through which the page gets one. */
import type { ErrorView, NodeApi } from '../../rpc/api.ts'

export type NodeState =
  | { readonly state: 'starting' }
  | { readonly state: 'running'; readonly api: NodeApi }
  | { readonly state: 'failed'; readonly error: ErrorView }

/** Starts the node, or joins the one that another tab runs; `main.tsx` gives the real one. */
export interface NodeHost {
  /** `onDeath` is called at most once, after the promise resolved. Errors: `ERR_STORE_UNAVAILABLE` and others. */
  open(onDeath: (error: unknown) => void): Promise<NodeApi>
  close(): void
}
