/**
 * What this device holds of communities’ messages, for reading and searching.
 *
 *   archive ─▶ beginArchive: add … show … commit ─┐                     ┌─▶ timeline, pinned, activity, attachment
 *   live    ─▶ addLive, setDelivery ──────────────┼─▶ history database ─┤
 *   evicted ─▶ removeArchive ─────────────────────┘   (few large records)└─▶ search (history/search)
 *
 * An archive is pages of messages by channel, what it does to messages elsewhere, where each message is, its words. What one
 * archive holds is never changed by another, so any order of arrival and departure gives the same timeline; edits,
 * deletions, reactions and pins are applied when a message is read. Memory keeps some KiB an archive and bounded caches.
 */
import type { HistoryKv } from '../../store/history-kv.ts'
import { QuireError } from '../../errors.ts'
import type { ArchiveId, ChatId, CommunityId, MessageId } from '../ids.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import type { AbortOptions } from '../ports.ts'
import { search } from '../search/search.ts'
import { readActivity, readChannels } from './activity.ts'
import { ArchiveIngest } from './archive-ingest.ts'
import { readAttachment } from './attachments.ts'
import { CommunityState } from './community-state.ts'
import { findMessage } from './find-message.ts'
import { HistoryRecords } from './history-records.ts'
import { addLive, setDelivery } from './live-messages.ts'
import { readPinned, readTimeline } from './read-timeline.ts'
import { cleanUp, removeArchive, removeCommunity } from './remove.ts'
import type {
  Activity,
  ArchiveToRead,
  Attachment,
  ChannelCount,
  Delivery,
  MessageLocation,
  SearchQuery,
  SearchResult,
  TimelineChange,
  TimelineContext,
  TimelineMessage,
  TimelinePage,
  TimelineQuery,
} from './types.ts'

const EVERYTHING: TimelineContext = { spans: [] }

/** Errors of every method besides its own: `ERR_STORE_UNAVAILABLE`, `ERR_STORE_FULL`, `ERR_STORE_FAILED`. */
export class TimelineDatabase {
  readonly #kv: HistoryKv
  readonly #records: HistoryRecords
  readonly #states = new Map<CommunityId, Promise<CommunityState>>()

  constructor({ kv }: { kv: HistoryKv }) {
    this.#kv = kv
    this.#records = new HistoryRecords(kv)
  }

  async start(options: AbortOptions = {}): Promise<void> {
    await this.#kv.open(options)
  }

  async stop(): Promise<void> {
    this.#states.clear()
    await this.#kv.close()
  }

  /** Undefined where it was read already. */
  async beginArchive(community: CommunityId, archive: ArchiveToRead): Promise<ArchiveIngest | undefined> {
    const state = await this.#stateOf(community)
    if (state.segmentOf(archive.archiveId) !== undefined) return undefined
    const number = await state.takeSegmentNumber(this.#records, archive.archiveId)
    return new ArchiveIngest({ records: this.#records, state }, archive, number)
  }

  /** Archives whose messages are in the database, with how many those are. */
  async archives(community: CommunityId): Promise<ReadonlyMap<ArchiveId, number>> {
    const state = await this.#stateOf(community)
    const known = [...state.segments.values()].map(({ archiveId, messageCount }) => [archiveId, messageCount] as const)
    return new Map(known.flatMap(([archiveId, count]) => (archiveId === undefined ? [] : [[archiveId, count]])))
  }

  /** Undefined where it was not there. */
  async removeArchive(community: CommunityId, archiveId: ArchiveId): Promise<TimelineChange | undefined> {
    return removeArchive(await this.#parts(community), archiveId)
  }

  /** Everything of it, live messages too; an abort leaves it half-removed, and it can be removed again. */
  async removeCommunity(community: CommunityId, options: AbortOptions = {}): Promise<void> {
    this.#states.delete(community)
    await removeCommunity(this.#kv, community, options)
    this.#states.delete(community)
  }

  /**
   * Keeps messages that no archive has yet; those that are here already are left as they are. Gives what changed, undefined
   * where nothing did. At most 50,000 messages a community are kept so; the oldest go first.
   */
  async addLive(
    community: CommunityId,
    messages: readonly OpenedMessage[],
    { delivery }: { delivery: Exclude<Delivery, 'archived'> },
  ): Promise<TimelineChange | undefined> {
    return addLive(await this.#parts(community), messages, delivery)
  }

  async setDelivery(
    community: CommunityId,
    ids: readonly MessageId[],
    delivery: Exclude<Delivery, 'archived'>,
  ): Promise<TimelineChange | undefined> {
    return setDelivery(await this.#parts(community), ids, delivery)
  }

  /** What is held, at once; what is not is a gap among the rows. */
  async timeline(community: CommunityId, query: TimelineQuery, context = EVERYTHING): Promise<TimelinePage> {
    return readTimeline(await this.#parts(community), query, context)
  }

  /** Newest first. */
  async pinned(community: CommunityId, channelId: ChatId, context = EVERYTHING): Promise<TimelineMessage[]> {
    return readPinned(await this.#parts(community), { channelId, context })
  }

  /** By day, of one channel or of all. */
  async activity(
    community: CommunityId,
    { channelId, context = EVERYTHING }: { channelId?: ChatId | undefined; context?: TimelineContext } = {},
  ): Promise<Activity> {
    return readActivity(await this.#stateOf(community), channelId, context.spans)
  }

  /** Channels with messages, and how many; a message that two archives have counts twice. */
  async channels(community: CommunityId): Promise<ChannelCount[]> {
    return readChannels(await this.#stateOf(community))
  }

  /** `index`: as the row has it. Errors: `ERR_MESSAGE_NOT_FOUND`. */
  async attachment(community: CommunityId, messageId: MessageId, index: number): Promise<Attachment> {
    const found = await readAttachment(await this.#parts(community), messageId, index)
    if (found !== undefined) return found
    throw new QuireError('ERR_MESSAGE_NOT_FOUND', 'This attachment is not on this device.')
  }

  /** Undefined where it is not held. */
  async location(community: CommunityId, messageId: MessageId): Promise<MessageLocation | undefined> {
    const { records, state } = await this.#parts(community)
    const found = await findMessage(records, state, messageId)
    const [copy] = found?.copies ?? []
    if (found === undefined || copy === undefined) return undefined
    const { atMs, clockMs } = copy.page.messageAt(copy.slot)
    return { id: found.id, channelId: state.channelAt(found.channel), atMs, clockMs }
  }

  /** All words must be there, in a message as it reads now; the last one may be a beginning. */
  async search(
    community: CommunityId,
    query: SearchQuery,
    { context = EVERYTHING, signal }: AbortOptions & { context?: TimelineContext } = {},
  ): Promise<SearchResult> {
    return search(await this.#parts(community), query, { context, signal })
  }

  async #parts(community: CommunityId): Promise<{ records: HistoryRecords; state: CommunityState }> {
    return { records: this.#records, state: await this.#stateOf(community) }
  }

  async #stateOf(community: CommunityId): Promise<CommunityState> {
    const loading = this.#states.get(community) ?? this.#load(community)
    this.#states.set(community, loading)
    try {
      return await loading
    } catch (error) {
      this.#states.delete(community)
      throw error
    }
  }

  async #load(community: CommunityId): Promise<CommunityState> {
    await cleanUp(this.#kv, community)
    return CommunityState.load(this.#records, community)
  }
}
