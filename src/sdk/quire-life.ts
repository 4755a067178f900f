import { isQuireError, QuireError } from '../errors.ts'
import type { NodeApi, NodeEvent } from '../rpc/api.ts'
import { asQuireError, isAbort } from '../rpc/errors.ts'
import { QuireEvents } from './events.ts'
import type { NodeHost } from './node-host.ts'
import { NodeWatch } from './node-watch.ts'
import type { SignalOptions } from './options.ts'
import type { QuireState } from './views.ts'

/** What a running node is to the calls. */
export interface RunningNode {
  readonly api: NodeApi
  readonly watch: NodeWatch
}

/** A node’s life: started, stopped, closed, and what it tells meanwhile. A part of `Quire`. */
export class QuireLife extends QuireEvents {
  readonly #host: NodeHost
  #state: QuireState = 'created'
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  #running: RunningNode | undefined
  #unwatchHistory: Promise<(() => void) | undefined> | undefined
  readonly #wanted = new Set<string>()

  /** Programs use `Quire.create`; this is for those who bring a `NodeHost` of their own. */
  constructor(host: NodeHost) {
    super()
    this.#host = host
  }

  /**
   * Where it is in its life; the event `statechange` tells of changes.
   * @example life.ts#life
   */
  get state(): QuireState {
    return this.#state
  }

  /**
   * Starts the node, or reaches the one of this origin; resolves when it answers, before any peer was reached.
   *
   * Nothing where it runs. An abort lets go of what was begun. Errors: `ERR_STORE_UNAVAILABLE`, `ERR_STORE_FOLDER_UNUSABLE`,
   * `ERR_STORE_IN_USE`, `ERR_INSECURE_PAGE`, `ERR_WORKER_DIED`, `ERR_NODE_STOPPED` (after `close`).
   * @example life.ts#life
   */
  async start(options: SignalOptions = {}): Promise<void> {
    options.signal?.throwIfAborted()
    await this.#stopping
    if (this.#state === 'closed') throw new QuireError('ERR_NODE_STOPPED', 'This Quire was closed: create another one.')
    if (this.#running !== undefined) return
    this.#starting ??= this.#start(options).finally(() => (this.#starting = undefined))
    await this.#starting
  }

  /**
   * Stops the node, or lets go of one that others use; resolves when what was stored is safe. `start` goes on with it.
   *
   * Calls on their way reject with `ERR_NODE_STOPPED`. Nothing where it does not run.
   * @example life.ts#life
   */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined)
    if (this.#running === undefined) return this.#stopping
    this.#stopping ??= this.#stop('stopped').finally(() => (this.#stopping = undefined))
    await this.#stopping
  }

  /**
   * Stops the node for good; what was in memory alone is gone. Closing twice does nothing.
   * @example life.ts#life
   */
  async close(): Promise<void> {
    await this.stop()
    if (this.#state !== 'closed') this.#become('closed')
  }

  protected override listened(type: string): void {
    this.#wanted.add(type)
    this.#tellWanted()
  }

  /** The node that runs. Errors: `ERR_NODE_STOPPED`. */
  protected get running(): RunningNode {
    if (this.#running !== undefined) return this.#running
    throw new QuireError('ERR_NODE_STOPPED', `This Quire does not run (it is ${this.#state}): call start() first.`)
  }

  /** What `use` gives; every failure is a `QuireError`, or the signal’s reason. */
  protected async with<T>(use: (node: RunningNode) => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    try {
      return await use(this.running)
    } catch (error) {
      signal?.throwIfAborted()
      throw isQuireError(error) || isAbort(error) ? error : asQuireError(error)
    }
  }

  /** The events of communities come from a watch of their own. */
  protected tellHistory(): Promise<(() => void) | undefined> {
    return Promise.resolve(undefined)
  }

  async #start({ signal }: SignalOptions): Promise<void> {
    this.#become('starting')
    try {
      const api = await this.#host.open({ signal, onLost: (reason) => void this.#lose(reason) })
      const watch = new NodeWatch(api, (event) => this.#tell(event))
      this.#running = { api, watch }
    } catch (error) {
      await this.#host.close().catch(() => undefined)
      const failure = signal?.aborted === true ? signal.reason : asQuireError(error)
      this.#become('stopped', signal?.aborted === true ? undefined : asQuireError(error))
      throw failure
    }
    this.#become('running')
    this.#tellWanted()
  }

  async #stop(state: QuireState, error?: QuireError): Promise<void> {
    const running = this.#running
    this.#running = undefined
    this.#become('stopping')
    const unwatch = await this.#unwatchHistory?.catch(() => undefined)
    this.#unwatchHistory = undefined
    unwatch?.()
    await running?.watch.stop()
    await this.#host.close()
    this.#become(state, error)
  }

  /** The node is gone, by no doing of this program. */
  async #lose(reason: QuireError): Promise<void> {
    if (this.#running === undefined || this.#stopping !== undefined) return
    this.#stopping = this.#stop('stopped', reason).finally(() => (this.#stopping = undefined))
    await this.#stopping.catch(() => undefined)
  }

  #become(state: QuireState, error?: Error): void {
    this.#state = state
    this.emit('statechange', { state, error })
  }

  /** The node is asked to tell as soon as somebody listens, and not before. */
  #tellWanted(): void {
    if (this.#running === undefined) return
    const wantsNode = [...this.#wanted].some((type) => type !== 'statechange' && type !== 'history')
    // What cannot be watched is heard of by whoever calls.
    if (wantsNode) void this.#running.watch.open().catch(() => undefined)
    if (this.#wanted.has('history')) {
      this.#unwatchHistory ??= this.tellHistory()
      this.#unwatchHistory.catch(() => undefined)
    }
  }

  #tell(event: NodeEvent): void {
    switch (event.type) {
      case 'status':
        return this.emit('status', event.status)
      case 'datasets':
        return this.emit('datasets', event.datasets)
      case 'transfer':
        return this.emit('transfer', event.transfer)
      case 'transfer-removed':
        return this.emit('transferremoved', { id: event.id })
      case 'space':
        return this.emit('space', event.space)
      case 'evicted':
        return this.emit('evicted', event.eviction)
      default:
        return undefined
    }
  }
}
