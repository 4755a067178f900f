import type { HistorySignal } from '../../history/follow/signals.ts'
import type { CommunityId } from '../../history/ids.ts'
import { Coalescer } from '../coalescer.ts'
import type { NetworkLog } from '../node-parts.ts'
import type { CommunityView, HistoryChange, ImportView, PersonView } from './history-views.ts'
import { type Touched, TouchedSpans } from './touched-spans.ts'

export type HistoryTopic = 'communities' | 'person' | 'imports'
const TOPICS = ['communities', 'person', 'imports'] as const satisfies readonly HistoryTopic[]

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
  readonly #rows = new TouchedSpans((touched) => this.#pass({ type: 'touched', ...touched }))
  // Apart: what can be read does not wait for what was told of progress a moment ago.
  readonly #gaps = new TouchedSpans((touched) => this.#pass({ type: 'touched', ...touched }))
  #telling: Promise<void> = Promise.resolve()

  constructor(components: HistoryFeedComponents) {
    this.#components = components
    this.#changed = new Coalescer((topics) => this.#tell(topics, this.#watchers))
  }

  stop(): void {
    this.#changed.stop()
    this.#rows.stop()
    this.#gaps.stop()
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

  /** Other messages than before can be read. */
  touch(touched: Touched): void {
    if (this.#watchers.size > 0) this.#rows.touch(touched)
  }

  /** What a gap says has changed, and no message. */
  touchGaps(touched: Touched): void {
    if (this.#watchers.size > 0) this.#gaps.touch(touched)
  }

  signal(communityId: CommunityId, signal: HistorySignal): void {
    this.#pass({ type: 'signal', communityId, signal })
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
