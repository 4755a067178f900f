import type { Backup } from './backup/backup-views.ts'
import type { BlockStore, DatasetEntry, InterruptedUpload } from '../store/block-store.ts'
import { Coalescer } from './coalescer.ts'
import type { NodeStatus } from './connectivity.ts'
import type { NetworkLog, NodeNetwork } from './node-parts.ts'
import type { SelfTestResult } from './self-test.ts'
import type { Eviction, NodeSpace } from './node-space.ts'
import { isEnded } from './transfer.ts'
import type { TransferChange, Transfers } from './transfers.ts'
import type { Uploads } from './uploads.ts'

/** What a watcher of the node is told. */
export type NodeChange =
  | TransferChange
  | { readonly type: 'status'; readonly status: NodeStatus }
  | { readonly type: 'datasets'; readonly datasets: readonly DatasetEntry[] }
  | { readonly type: 'space'; readonly space: NodeSpace }
  | { readonly type: 'uploads'; readonly interrupted: readonly InterruptedUpload[] }
  | { readonly type: 'self-test'; readonly selfTest: SelfTestResult }
  | { readonly type: 'evicted'; readonly eviction: Eviction }
  | { readonly type: 'backup'; readonly backup: Backup }

export type NodeTopic = 'status' | 'datasets' | 'space' | 'uploads'

/**
 * How often things are told anew that change without a sign while somebody watches: byte counts and round trips of peers,
 * and, while something runs, what of it is stored.
 */
const REFRESH_MS = 2_000
const TOPICS = ['status', 'datasets', 'space', 'uploads'] as const satisfies readonly NodeTopic[]
const BUSY_TOPICS = ['status', 'datasets', 'space'] as const satisfies readonly NodeTopic[]

interface NodeFeedComponents {
  readonly store: Pick<BlockStore, 'listDatasets'> & { readonly space: () => Promise<NodeSpace> }
  readonly network: Pick<NodeNetwork, 'onStatusChange'>
  readonly status: () => NodeStatus
  readonly transfers: Pick<Transfers, 'list'>
  readonly uploads: Pick<Uploads, 'listInterrupted'>
  readonly log: NetworkLog
}

/** Tells watchers the present state, then every change; each topic at most four times a second. */
export class NodeFeed {
  readonly #components: NodeFeedComponents
  readonly #watchers = new Set<(change: NodeChange) => void>()
  readonly #changed: Coalescer<NodeTopic>
  #telling: Promise<void> = Promise.resolve()
  #unsubscribe: (() => void) | undefined
  #refresh: ReturnType<typeof setInterval> | undefined
  #selfTest: SelfTestResult | undefined
  /** Since the last refresh. */
  #hasOneEnded = false

  constructor(components: NodeFeedComponents) {
    this.#components = components
    this.#changed = new Coalescer((topics) => this.#tell(topics, this.#watchers))
  }

  start(): void {
    this.#unsubscribe = this.#components.network.onStatusChange(() => this.mark('status'))
  }

  stop(): void {
    this.#unsubscribe?.()
    clearInterval(this.#refresh)
    this.#changed.stop()
    this.#watchers.clear()
  }

  /** The first calls come soon after this one returned; returns the unsubscribe. */
  watch(watcher: (change: NodeChange) => void): () => void {
    this.#watchers.add(watcher)
    this.#tell(TOPICS, [watcher])
    for (const transfer of this.#components.transfers.list()) watcher({ type: 'transfer', transfer })
    if (this.#selfTest !== undefined) watcher({ type: 'self-test', selfTest: this.#selfTest })
    this.#refresh ??= setInterval(() => this.#refreshNow(), REFRESH_MS)
    return () => {
      this.#watchers.delete(watcher)
      if (this.#watchers.size > 0) return
      clearInterval(this.#refresh)
      this.#refresh = undefined
    }
  }

  mark(...topics: readonly NodeTopic[]): void {
    if (this.#watchers.size === 0) return
    for (const topic of topics) this.#changed.mark(topic)
  }

  /** A change that was made out elsewhere. A transfer leaves something in the store however it ended. */
  pass(change: TransferChange): void {
    for (const watcher of this.#watchers) watcher(change)
    if (change.type !== 'transfer' || !isEnded(change.transfer)) return
    this.mark('datasets', 'space')
    this.#hasOneEnded = true
  }

  /** To those who watch now. */
  tell(change: Extract<NodeChange, { type: 'evicted' | 'backup' }>): void {
    for (const watcher of this.#watchers) watcher(change)
  }

  /** The test that runs, or ran last; whoever watches later hears of it, too. */
  tellSelfTest(selfTest: SelfTestResult): void {
    this.#selfTest = selfTest
    for (const watcher of this.#watchers) watcher({ type: 'self-test', selfTest })
  }

  #refreshNow(): void {
    // What was on its way to a transfer that ended is still stored.
    const isBusy = this.#hasOneEnded || this.#components.transfers.list().some((transfer) => !isEnded(transfer))
    this.#hasOneEnded = false
    this.mark(...(isBusy ? BUSY_TOPICS : (['status'] as const)))
  }

  /** One after the other, so that no older state is told after a newer one. */
  #tell(topics: Iterable<NodeTopic>, watchers: Iterable<(change: NodeChange) => void>): void {
    this.#telling = this.#telling.then(async () => {
      for (const topic of topics) await this.#tellTopic(topic, watchers)
    })
  }

  async #tellTopic(topic: NodeTopic, watchers: Iterable<(change: NodeChange) => void>): Promise<void> {
    try {
      const change = await this.#read(topic)
      for (const watcher of watchers) watcher(change)
    } catch (error) {
      // A watcher hears of it with the next change; whoever asks the store itself hears the error.
      this.#components.log('warn', 'the node’s state could not be read', { topic, error })
    }
  }

  async #read(topic: NodeTopic): Promise<NodeChange> {
    const { store, status, uploads } = this.#components
    if (topic === 'uploads') return { type: 'uploads', interrupted: await uploads.listInterrupted() }
    if (topic === 'status') return { type: 'status', status: status() }
    if (topic === 'datasets') return { type: 'datasets', datasets: await store.listDatasets() }
    return { type: 'space', space: await store.space() }
  }
}
