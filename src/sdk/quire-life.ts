import { QuireError } from '../errors.ts'
import type { NodeApi, NodeEvent } from '../rpc/api.ts'
import { asQuireError } from '../rpc/errors.ts'
import { PendingCalls } from '../rpc/pending-calls.ts'
import { unlessAborted } from '../tabs/waits.ts'
import { QuireEvents } from './events.ts'
import type { NodeHost } from './node-host.ts'
import { NodeWatch } from './node-watch.ts'
import type { SignalOptions } from './options.ts'
import { UploadSession } from './upload-session.ts'
import type { QuireState } from './views.ts'

/** What a running node is to the calls. */
export interface RunningNode {
  readonly api: NodeApi
  readonly watch: NodeWatch
  /** Reject when this Quire stops or its node is gone: nobody waits for an answer beyond that. */
  readonly calls: PendingCalls
}

/** A start that all who asked for it wait for; it is given up once none of them does. */
interface Starting {
  readonly done: Promise<void>
  readonly controller: AbortController
  waiting: number
}

function within<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return signal === undefined ? promise : unlessAborted(promise, signal)
}

/** What an answer has that comes when nobody waits for it any more. */
function letGo(late: unknown): void {
  if (typeof late === 'function') late()
  if (late instanceof ReadableStream) late.cancel().catch(() => undefined)
  if (late instanceof UploadSession) late.abort().catch(() => undefined)
}

/** A node’s life: started, stopped, closed, and what it tells meanwhile. A part of `Quire`. */
export class QuireLife extends QuireEvents {
  readonly #host: NodeHost
  #state: QuireState = 'created'
  #starting: Starting | undefined
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
   * Nothing where it runs. An abort lets go of what was begun, unless somebody else waits for it. Errors: `ERR_STORE_UNAVAILABLE`,
   * `ERR_STORE_FOLDER_UNUSABLE`, `ERR_STORE_IN_USE`, `ERR_INSECURE_PAGE`, `ERR_WORKER_DIED`, `ERR_NODE_STOPPED` (`close` or
   * `stop` was called).
   * @example life.ts#life
   */
  async start({ signal }: SignalOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    await within(this.#settled(), signal)
    if (this.#state === 'closed') throw new QuireError('ERR_NODE_STOPPED', 'This Quire was closed: create another one.')
    if (this.#running !== undefined) return
    this.#starting ??= this.#begin()
    const starting = this.#starting
    starting.waiting++
    try {
      await within(starting.done, signal)
    } catch (error) {
      starting.waiting--
      if (starting.waiting === 0) starting.controller.abort(error)
      throw error
    }
  }

  /**
   * Stops the node, or lets go of one that others use; resolves when what was stored is safe. `start` goes on with it.
   *
   * A start and calls on their way reject with `ERR_NODE_STOPPED`. Nothing where it does not run.
   * @example life.ts#life
   */
  async stop(): Promise<void> {
    this.#starting?.controller.abort(new QuireError('ERR_NODE_STOPPED', 'This Quire was stopped while it started.'))
    await this.#starting?.done.catch(() => undefined)
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
    const node = this.running
    const used = async (): Promise<T> => use(node)
    return node.calls.settled(used(), signal, letGo).catch((error: unknown) => {
      signal?.throwIfAborted()
      throw error
    })
  }

  /** The events of communities come from a watch of their own. */
  protected tellHistory(): Promise<(() => void) | undefined> {
    return Promise.resolve(undefined)
  }

  /** Nothing is being stopped any more, nor a start given up. */
  async #settled(): Promise<void> {
    await this.#stopping
    if (this.#starting?.controller.signal.aborted === true) await this.#starting.done.catch(() => undefined)
  }

  #begin(): Starting {
    const controller = new AbortController()
    const done = this.#start(controller.signal).finally(() => (this.#starting = undefined))
    done.catch(() => undefined)
    return { done, controller, waiting: 0 }
  }

  async #start(signal: AbortSignal): Promise<void> {
    this.#become('starting')
    try {
      const api = await this.#host.open({ signal, onLost: (reason) => void this.#lose(reason) })
      signal.throwIfAborted()
      this.#running = { api, watch: new NodeWatch(api, (event) => this.#tell(event)), calls: new PendingCalls() }
    } catch (error) {
      await this.#host.close().catch(() => undefined)
      this.#become('stopped', signal.aborted ? undefined : asQuireError(error))
      throw signal.aborted ? signal.reason : asQuireError(error)
    }
    this.#become('running')
    this.#tellWanted()
  }

  async #stop(state: QuireState, error?: QuireError): Promise<void> {
    const running = this.#running
    this.#running = undefined
    running?.calls.fail(error ?? new QuireError('ERR_NODE_STOPPED', 'This Quire was stopped.'))
    this.#become('stopping')
    this.#unwatchHistory?.then(letGo, () => undefined)
    this.#unwatchHistory = undefined
    running?.watch.stop()
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
