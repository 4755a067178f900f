import type { QuireError } from '../errors.ts'
import type { NodeApi } from '../rpc/api.ts'
import type { SignalOptions } from './options.ts'

/** Where a `Quire` gets its node from: a worker, another tab, this process, a page that has one. */
export interface NodeHost {
  /** Starts a node or reaches one. Called again after `close`. */
  open(options: SignalOptions & { readonly onLost: (reason: QuireError) => void }): Promise<NodeApi>
  /** Resolves when what was stored is safe; a node that others use goes on. */
  close(): Promise<void>
}

/** A node that this page reaches already. */
export function attachedHost(node: NodeApi): NodeHost {
  return { open: async () => node, close: async () => undefined }
}
