import { QuireError } from '../../errors.ts'
import type { ChatId, MessageId } from '../../history/ids.ts'
import type { AbortOptions } from '../../history/ports.ts'
import { compareHits } from '../../history/search/hit-order.ts'
import type {
  Activity,
  SearchHit,
  TimelineAnchor,
  TimelineContext,
  TimelineMessage,
  TimelinePage,
} from '../../history/timeline/types.ts'
import type { Communities } from './communities.ts'
import type { CommunityRun } from './community-run.ts'
import type { HistoryParts } from './history-parts.ts'
import { privilegedOf } from './privileged.ts'

const MAX_ROWS = 200
const MAX_HITS = 100

export interface TimelineQuery {
  readonly channelId: string
  readonly anchor: TimelineAnchor
  readonly limit: number
}

export interface SearchQuery {
  readonly text: string
  readonly channelId?: string | undefined
  readonly beforeMs?: number | undefined
  readonly beforeId?: string | undefined
  readonly limit: number
}

export interface SearchResult {
  readonly hits: readonly SearchHit[]
  readonly isMore: boolean
  readonly searchedArchives: number
  readonly knownArchives: number
}

/** What is held of communities, read; what somebody jumps to is fetched before all else. */
export class Reading {
  readonly #parts: HistoryParts
  readonly #communities: Communities

  constructor(components: { parts: HistoryParts; communities: Communities }) {
    this.#parts = components.parts
    this.#communities = components.communities
  }

  /** At most 200 rows, at once. A moment or a message that is not held begins to be fetched. */
  async timeline(id: string, query: TimelineQuery, { signal }: AbortOptions = {}): Promise<TimelinePage> {
    const run = this.#communities.get(id)
    const { anchor } = query
    const limit = boundedInt(query.limit, MAX_ROWS)
    const channelId = query.channelId as ChatId
    const page = await this.#parts.timeline.timeline(run.id, { channelId, anchor, limit }, this.contextOf(run))
    signal?.throwIfAborted()
    this.#noteViewed(run, page)
    if (anchor.kind === 'time' || (anchor.kind === 'message' && !page.isFound)) this.#fetchAt(run, anchor.atMs)
    return page
  }

  /** One message as its row is. Errors: `ERR_MESSAGE_NOT_FOUND`. */
  async message(
    run: CommunityRun,
    { channelId, messageId, atMs }: { channelId: ChatId; messageId: MessageId; atMs: number },
  ): Promise<TimelineMessage> {
    const query = { channelId, anchor: { kind: 'message', messageId, atMs }, limit: 3 } as const
    const { rows, foundId } = await this.#parts.timeline.timeline(run.id, query, this.contextOf(run))
    const found = rows.find((row) => row.id === (foundId ?? messageId))
    if (found?.kind === 'message') return found
    throw new QuireError('ERR_MESSAGE_NOT_FOUND', 'This message is not on this device.')
  }

  async pinned(id: string, channelId: string): Promise<readonly TimelineMessage[]> {
    const run = this.#communities.get(id)
    return this.#parts.timeline.pinned(run.id, channelId as ChatId, this.contextOf(run))
  }

  async activity(id: string, channelId?: string): Promise<Activity> {
    const run = this.#communities.get(id)
    const query = { channelId: channelId as ChatId | undefined, context: this.contextOf(run) }
    return this.#parts.timeline.activity(run.id, query)
  }

  /** Errors: `ERR_MESSAGE_NOT_FOUND`. */
  async attachment(id: string, messageId: string, index: number): Promise<Blob> {
    const run = this.#communities.get(id)
    const { bytes, mediaType, name } = await this.#parts.timeline.attachment(run.id, messageId as MessageId, index)
    return new File([bytes], name, { type: mediaType })
  }

  async search(id: string, query: SearchQuery, { signal }: AbortOptions = {}): Promise<SearchResult> {
    const run = this.#communities.get(id)
    const { text, beforeMs } = query
    const limit = boundedInt(query.limit, MAX_HITS)
    const [channelId, beforeId] = [query.channelId as ChatId | undefined, query.beforeId as MessageId | undefined]
    const asked = { text, beforeMs, beforeId, limit, channelId }
    const held = await this.#parts.timeline.search(run.id, asked, { context: this.contextOf(run), signal })
    const known = await run.searches.search(asked, { signal })
    const hits = mergedHits(held.hits, known.hits)
    return {
      hits: hits.slice(0, limit),
      isMore: held.isMore || known.isMore || hits.length > limit,
      searchedArchives: held.searchedArchives + known.searchedArchives,
      knownArchives: run.follower.archives.length,
    }
  }

  contextOf(run: CommunityRun): TimelineContext {
    return {
      spans: run.spans(),
      self: this.#parts.keyRing.view('person')?.author,
      privileged: privilegedOf(run.description),
    }
  }

  /** What somebody looks at is not evicted. */
  #noteViewed({ follower }: CommunityRun, { rows }: TimelinePage): void {
    const times = rows.flatMap((row) => (row.kind === 'message' ? [row.atMs] : [])).toSorted((a, b) => a - b)
    // Authors choose their times: a few far away from the others must not keep everything in between.
    const few = Math.floor(times.length / 10)
    const [fromMs, toMs] = [times[few], times.at(-1 - few)]
    if (fromMs !== undefined && toMs !== undefined) follower.noteViewed({ fromMs, toMs: toMs + 1 })
  }

  #fetchAt(run: CommunityRun, atMs: number | undefined): void {
    if (atMs === undefined) return
    const isHeld = run.spans().every(({ fromMs, toMs, state }) => state === 'held' || atMs < fromMs || atMs >= toMs)
    if (isHeld) return
    run.follower.fetchSpan({ fromMs: atMs, toMs: atMs + 1 }).catch((error: unknown) => {
      // The gap in the timeline says why.
      this.#parts.log('info', 'a week that somebody jumped to could not be fetched', { community: run.id, error })
    })
  }
}

/** The newest first; a message that is held is not named a second time by an index. */
function mergedHits(held: readonly SearchHit[], known: readonly SearchHit[]): SearchHit[] {
  const isHeld = ({ messageId, atMs }: SearchHit): boolean =>
    held.some((hit) => hit.atMs === atMs && hit.messageId.startsWith(messageId))
  return [...held, ...known.filter((hit) => !isHeld(hit))].toSorted(compareHits)
}

function boundedInt(value: number, most: number): number {
  return Number.isFinite(value) ? Math.min(most, Math.max(1, Math.floor(value))) : most
}
