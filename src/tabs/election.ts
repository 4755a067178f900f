/**
 * Which tab’s worker runs the node. Two locks: the node’s own, held by the worker that runs it, and the heir’s.
 *
 *   every tab ── waits for the heir’s lock ──▶ heir: its worker loads and waits for the node’s lock
 *   the leader ends (closed, crashed, frozen) ──▶ the heir’s worker has the lock ──▶ the node starts ──▶ leader
 *   leader ── lets go of the heir’s lock ──▶ the next tab is heir        no longer leader ──▶ waits for the heir’s lock again
 */
import { QuireError } from '../errors.ts'
import { asQuireError } from '../rpc/errors.ts'
import type { NodeRole } from './node-role.ts'
import { NodeWorker, type NodeWorkerParts } from './node-worker.ts'
import { pause, unlessAborted } from './waits.ts'

/** A leader that has just begun shares the machine with its heir, which can wait. */
const HEIR_PAUSE_MS = 1_000
const RETRY_PAUSE_MS = 1_000
/** A node that is started, and the heir that is to start it, are given so many seconds; then another tab stands in its place. */
const HEIR_PATIENCE_QUESTIONS = 10
/** Tabs lose their patience one after another. */
const PATIENCE_SPREAD = 10

interface ElectionComponents extends NodeWorkerParts {
  readonly locks: LockManager
  readonly onRole: (role: NodeRole) => void
  /** No other tab runs a node, and this page’s worker starts one. */
  readonly onElected: () => void
  /** The node runs in this page’s worker, until `worker.gone` resolves. */
  readonly onLeading: (worker: NodeWorker) => void
  /** It was this page’s turn, and its node did not start. */
  readonly onFailed: (error: QuireError) => void
}

export class Election {
  readonly #components: ElectionComponents
  readonly #name: string
  #running: AbortController | undefined
  #worker: NodeWorker | undefined
  #isStealing = false
  #isWaiting = false
  /** Aborts when the heir’s lock is to be stolen. */
  #robbing = new AbortController()
  readonly #patience = HEIR_PATIENCE_QUESTIONS + Math.floor(PATIENCE_SPREAD * Math.random())

  constructor(components: ElectionComponents, init: { name: string }) {
    this.#components = components
    this.#name = init.name
  }

  start(): void {
    if (this.#running !== undefined) return
    const running = new AbortController()
    this.#running = running
    void this.#run(running.signal)
  }

  /** Ends this page’s worker, whatever it does; another tab’s takes over. */
  stop(reason: QuireError): void {
    this.#running?.abort(reason)
    this.#running = undefined
    this.#endWorker(reason)
  }

  /** Ends this page’s worker, and stands again behind the others. */
  retire(reason: QuireError): void {
    this.#endWorker(reason)
  }

  /** The one that leads answers nobody: the heir takes the node from it. */
  takeFromMute(): void {
    this.#isStealing = true
    this.#worker?.steal()
  }

  /** Nobody leads, though `questions` were asked: the heir is as mute as the one before, and this page takes its place. */
  replaceMuteHeir(questions: number): void {
    if (this.#isWaiting && questions >= this.#patience) this.#robbing.abort()
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { onRole } = this.#components
    while (!signal.aborted) {
      try {
        onRole('follower')
        const worker = await this.#inherit(signal)
        await unlessAborted(worker.gone, signal)
        this.#endWorker(new QuireError('ERR_NODE_MOVED', 'Another tab runs Quire.'))
      } catch {
        // Told by those who stood; the page waits a moment, so that another tab may try.
        this.#endWorker(new QuireError('ERR_NODE_STOPPED', 'The node did not start.'))
        await pause(RETRY_PAUSE_MS, signal).catch(() => undefined)
      }
    }
  }

  async #inherit(signal: AbortSignal): Promise<NodeWorker> {
    const { locks } = this.#components
    const name = `${this.#name}-heir`
    this.#robbing = new AbortController()
    const stand = (): Promise<NodeWorker> => {
      this.#isWaiting = false
      return this.#stand(signal)
    }
    this.#isWaiting = true
    try {
      return await locks.request(name, { signal: AbortSignal.any([signal, this.#robbing.signal]) }, stand)
    } catch (error) {
      if (signal.aborted || !this.#robbing.signal.aborted || !this.#isWaiting) throw error
      return await locks.request(name, { steal: true }, stand)
    } finally {
      this.#isWaiting = false
    }
  }

  /** Resolves when this page leads. */
  async #stand(signal: AbortSignal): Promise<NodeWorker> {
    const { onRole, onElected, onLeading, onFailed } = this.#components
    this.#isStealing = false
    if (await this.#isNodeRunning()) await this.#standBy(signal)
    signal.throwIfAborted()
    const worker = new NodeWorker(this.#components, { lockName: this.#name })
    this.#worker = worker
    onRole('heir')
    if (this.#isStealing) worker.steal()
    let isElected = false
    try {
      await unlessAborted(worker.elected, signal)
      isElected = true
      onElected()
      await unlessAborted(worker.client, signal)
    } catch (error) {
      if (!signal.aborted && (isElected || !(await this.#isNodeRunning()))) onFailed(asQuireError(error))
      throw error
    }
    onLeading(worker)
    onRole('leader')
    return worker
  }

  async #isNodeRunning(): Promise<boolean> {
    const { held = [] } = await this.#components.locks.query()
    return held.some(({ name }) => name === this.#name)
  }

  async #standBy(signal: AbortSignal): Promise<void> {
    for (let waitedMs = 0; waitedMs < HEIR_PAUSE_MS && !this.#isStealing; waitedMs += 100) await pause(100, signal)
  }

  #endWorker(reason: QuireError): void {
    this.#worker?.end(reason)
    this.#worker = undefined
  }
}
