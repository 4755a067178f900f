import type { HistorySignal } from '../../history/follow/signals.ts'
import type { ChatId, CommunityId } from '../../history/ids.ts'
import { Coalescer } from '../coalescer.ts'
import type { NetworkLog } from '../node-parts.ts'
import type { CommunityView, HistoryChange, ImportView, PersonView } from './history-views.ts'

export type HistoryTopic = 'communities' | 'person' | 'imports'
const TOPICS = ['communities', 'person', 'imports'] as const satisfies readonly HistoryTopic[]

export interface Touched {
  readonly communityId: CommunityId
  /** Undefined for all. */
  readonly channelIds?: readonly ChatId[] | undefined
  readonly fromMs: number
  readonly toMs: number
}

interface HistoryFeedComponents {
  readonly communities: () => Promise<readonly CommunityView[]>
  readonly person: () => Promise<PersonView | undefined>
  readonly imports: () => readonly ImportView[]
  readonly log: NetworkLog
}

/** Tells watchers the present state, then every change; each topic, and each community’s timeline, at most four times a second. */
export class HistoryFeed {
  readonly #components: HistoryFeedComponents
  readonly #watchers = new Set<(change: HistoryChange) => void>()
  readonly #changed: Coalescer<HistoryTopic>
  readonly #touched: Coalescer<CommunityId>
  /** What was touched since it was told last. */
  readonly #spans = new Map<CommunityId, Touched>()
  #telling: Promise<void> = Promise.resolve()

  constructor(components: HistoryFeedComponents) {
    this.#components = components
    this.#changed = new Coalescer((topics) => this.#tell(topics, this.#watchers))
    this.#touched = new Coalescer((ids) => this.#tellTouched(ids))
  }

  stop(): void {
    this.#changed.stop()
    this.#touched.stop()
    this.#watchers.clear()
  }

  /** The first calls come soon after this one returned; returns the unsubscribe. */
  watch(watcher: (change: HistoryChange) => void): () => void {
    this.#watchers.add(watcher)
    this.#tell(TOPICS, [watcher])
    return () => this.#watchers.delete(watcher)
  }

  mark(...topics: readonly HistoryTopic[]): void {
    if (this.#watchers.size === 0) return
    for (const topic of topics) this.#changed.mark(topic)
  }

  touch(touched: Touched): void {
    if (this.#watchers.size === 0) return
    const before = this.#spans.get(touched.communityId)
    this.#spans.set(touched.communityId, before === undefined ? touched : joined(before, touched))
    this.#touched.mark(touched.communityId)
  }

  signal(communityId: CommunityId, signal: HistorySignal): void {
    this.#pass({ type: 'signal', communityId, signal })
  }

  #tellTouched(ids: ReadonlySet<CommunityId>): void {
    for (const id of ids) {
      const span = this.#spans.get(id)
      this.#spans.delete(id)
      if (span !== undefined) this.#pass({ type: 'touched', ...span })
    }
  }

  #pass(change: HistoryChange): void {
    for (const watcher of this.#watchers) watcher(change)
  }

  /** One after the other, so that no older state is told after a newer one. */
  #tell(topics: Iterable<HistoryTopic>, watchers: Iterable<(change: HistoryChange) => void>): void {
    this.#telling = this.#telling.then(async () => {
      for (const topic of topics) await this.#tellTopic(topic, watchers)
    })
  }

  async #tellTopic(topic: HistoryTopic, watchers: Iterable<(change: HistoryChange) => void>): Promise<void> {
    try {
      const change = await this.#read(topic)
      for (const watcher of watchers) watcher(change)
    } catch (error) {
      // A watcher hears of it with the next change; whoever asks the service itself hears the error.
      this.#components.log('warn', 'the state of communities could not be read', { topic, error })
    }
  }

  async #read(topic: HistoryTopic): Promise<HistoryChange> {
    const { communities, person, imports } = this.#components
    if (topic === 'communities') return { type: 'communities', communities: await communities() }
    if (topic === 'person') return { type: 'person', person: await person() }
    return { type: 'imports', imports: imports() }
  }
}

function joined(a: Touched, b: Touched): Touched {
  const isAll = a.channelIds === undefined || b.channelIds === undefined
  const channelIds = isAll ? undefined : [...new Set([...(a.channelIds ?? []), ...(b.channelIds ?? [])])]
  return {
    communityId: a.communityId,
    channelIds,
    fromMs: Math.min(a.fromMs, b.fromMs),
    toMs: Math.max(a.toMs, b.toMs),
  }
}
