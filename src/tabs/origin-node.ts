import type { NodeApi } from '../rpc/api.ts'
import type { CallOptions } from '../rpc/call-types.ts'
import type { NodeRole } from './node-role.ts'
import type { PortBroker } from './port-broker.ts'

export interface OriginNodeParts {
  readonly createWorker: () => Worker
  /** Serves real peer connections at a port of the worker. */
  readonly serveWebRtc: (port: MessagePort) => { stop(): void }
  /** Whether the browser gives this page what a node cannot do without. */
  readonly isSecure: boolean
  /** By default the browser’s. */
  readonly locks?: LockManager | undefined
  /** By default a shared worker, or the service worker where there is none. */
  readonly broker?: PortBroker | undefined
}

export interface OriginNodeInit {
  /** Of locks and channels. */
  readonly name?: string | undefined
}

/** A page’s way to the one node of its origin, whoever runs it; `OriginNode` is the real one. */
export interface NodeOfOrigin {
  readonly role: NodeRole
  /** Resolves with an api that outlives the tab that runs the node. */
  open(options?: CallOptions): Promise<NodeApi>
  /** Hands a port to the node’s worker: `WireApi` is served on it (service worker, same-origin widget). */
  servePort(port: MessagePort): void
  onRole(listener: (role: NodeRole) => void): () => void
  close(): Promise<void>
}
