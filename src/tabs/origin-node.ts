/**
 * One node for each origin, whatever the number of tabs.
 *
 *   Election (election.ts)       one tab’s worker runs the node, the next one’s is loaded and waits
 *   LeaderLink (leader-link.ts)  all others reach it by ports, which a PortBroker passes on; LeaderWatch finds it frozen
 *   ClientSlot (client-slot.ts)  the node of now, from one or the other ──▶ lastingNode: the NodeApi that a page holds
 */
import { QuireError } from '../errors.ts'
import type { NodeApi } from '../rpc/api.ts'
import type { CallOptions } from '../rpc/call-types.ts'
import { ClientSlot } from './client-slot.ts'
import { ExportHolds } from './export-holds.ts'
import { lastingNode } from './lasting-node.ts'
import type { NodeRole } from './node-role.ts'
import { TabNode, type TabNodeParts } from './tab-node.ts'

const NAME = 'quire-node'
/** So many starts in a row that fail, where the node had run before, and the page gives up. */
const MAX_FAILURES = 3

export interface OriginNodeParts extends TabNodeParts {
  /** Whether the browser gives this page what a node cannot do without. */
  readonly isSecure: boolean
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

export class OriginNode implements NodeOfOrigin {
  /** Resolves when there is no node for this page any more, and why: nothing but a reload helps. Pending for ever otherwise. */
  readonly failed: Promise<QuireError>
  readonly #parts: OriginNodeParts
  readonly #name: string
  readonly #slot = new ClientSlot()
  readonly #api: NodeApi
  readonly #listeners = new Set<(role: NodeRole) => void>()
  readonly #fail: (reason: QuireError) => void
  #running: TabNode | undefined
  #failures = 0
  #hasRun = false
  #endedBecause: QuireError | undefined
  #toldRole: NodeRole = 'starting'

  constructor(parts: OriginNodeParts, init: OriginNodeInit = {}) {
    this.#parts = parts
    this.#name = init.name ?? NAME
    this.#api = lastingNode(this.#slot, new ExportHolds(() => parts.locks ?? navigator.locks))
    const failed = Promise.withResolvers<QuireError>()
    this.failed = failed.promise
    this.#fail = failed.resolve
  }

  get role(): NodeRole {
    const role = this.#running?.role ?? 'starting'
    return role === 'follower' && this.#slot.current === undefined ? 'starting' : role
  }

  /**
   * Resolves once a node runs, here or in another tab.
   *
   * Calls that can be repeated are repeated when the node moves, watchers are told the present state again; others reject
   * with `ERR_NODE_MOVED`. Errors: `ERR_INSECURE_PAGE`, `ERR_STORE_UNAVAILABLE`, and others of the node’s start.
   */
  async open({ signal }: CallOptions = {}): Promise<NodeApi> {
    if (!this.#parts.isSecure) throw insecurePage()
    if (this.#endedBecause === undefined) this.#running ??= this.#run()
    await this.#slot.client(signal)
    return this.#api
  }

  servePort(port: MessagePort): void {
    if (this.#running === undefined) port.close()
    else this.#running.servePort(port)
  }

  onRole(listener: (role: NodeRole) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Lets go of the node; where this page’s worker runs it, another tab’s takes over. */
  async close(): Promise<void> {
    this.#end(new QuireError('ERR_NODE_STOPPED', 'This page let go of the node.'))
    this.#listeners.clear()
  }

  #run(): TabNode {
    return new TabNode(this.#parts, {
      name: this.#name,
      slot: this.#slot,
      onRole: () => this.#tellRole(),
      onRunning: () => {
        this.#hasRun = true
        this.#failures = 0
      },
      onFailed: (error) => this.#noteFailure(error),
    })
  }

  #noteFailure(error: QuireError): void {
    this.#failures++
    if (this.#hasRun && this.#failures < MAX_FAILURES) return
    this.#end(error)
    this.#fail(error)
  }

  #end(reason: QuireError): void {
    this.#endedBecause ??= reason
    this.#running?.close(reason)
    this.#running = undefined
    this.#slot.fail(reason)
    this.#tellRole()
  }

  #tellRole(): void {
    const { role } = this
    if (role === this.#toldRole) return
    this.#toldRole = role
    for (const listener of this.#listeners) listener(role)
  }
}

function insecurePage(): QuireError {
  return new QuireError(
    'ERR_INSECURE_PAGE',
    'This page was opened without encryption, so the browser gives it neither storage nor the means to verify files.',
  )
}
