import type { HistoryApi, NewMessage } from '../rpc/history-api.ts'
import type {
  ActivityView,
  MessageView,
  PersonView,
  SearchView,
  TimelineAnchor,
  TimelinePage,
} from '../rpc/history-views.ts'
import { checkText, invalid } from './check.ts'
import type { SignalOptions } from './options.ts'

const MAX_ROWS = 200
const MAX_HITS = 100

/** Runs a call on the node’s history; a node that does not run refuses it. */
export type WithHistory = <T>(use: (history: HistoryApi) => T | Promise<T>, signal?: AbortSignal) => Promise<T>

/** What is said in communities: read, found, written. A part of `Communities`. */
export class CommunityMessages {
  /** Runs a call on the node’s history. */
  protected readonly with: WithHistory

  constructor(withHistory: WithHistory) {
    this.with = withHistory
  }

  /**
   * A page of a channel’s messages, oldest first, 50 unless told and at most 200; spans that are not here are rows of kind `gap`.
   * @example communities.ts#timeline
   */
  async timeline(
    id: string,
    query: { readonly channelId: string; readonly anchor?: TimelineAnchor; readonly limit?: number },
    options: SignalOptions = {},
  ): Promise<TimelinePage> {
    const { channelId, anchor = { kind: 'newest' }, limit = 50 } = query
    checkLimit(limit, MAX_ROWS)
    return this.with((history) => history.timeline(id, { channelId, anchor, limit }, options), options.signal)
  }

  /**
   * Every message of a channel that is here, newest first, read page by page as it is asked for.
   * @example communities.ts#messages
   */
  async *messages(id: string, channelId: string, options: SignalOptions = {}): AsyncGenerator<MessageView, void> {
    let anchor: TimelineAnchor = { kind: 'newest' }
    while (true) {
      const page = await this.timeline(id, { channelId, anchor, limit: MAX_ROWS }, options)
      yield* page.rows.filter((row) => row.kind === 'message').toReversed()
      if (page.olderCursor === undefined) return
      anchor = { kind: 'before', cursor: page.olderCursor }
    }
  }

  /**
   * Finds words, all of which must be there; the last one may be a beginning. At most 100 hits a call, newest first.
   * @example communities.ts#search
   */
  async search(
    id: string,
    text: string,
    options: SignalOptions & {
      readonly channelId?: string
      readonly beforeMs?: number
      readonly beforeId?: string
      readonly limit?: number
    } = {},
  ): Promise<SearchView> {
    checkText(text, 'What is searched for')
    const { signal, limit = MAX_HITS, ...query } = options
    checkLimit(limit, MAX_HITS)
    return this.with((history) => history.search(id, { ...query, text, limit }, { signal }), signal)
  }

  /**
   * How many messages each day has, and which spans are not here; of one channel where it is given.
   * @example communities.ts#timeline
   */
  async activity(id: string, channelId?: string): Promise<ActivityView> {
    return this.with((history) => history.activity(id, channelId))
  }

  /**
   * The pinned messages of a channel.
   * @example communities.ts#send
   */
  async pinned(id: string, channelId: string): Promise<readonly MessageView[]> {
    return this.with((history) => history.pinned(id, channelId))
  }

  /**
   * An attachment of a message, by its place in it. Errors: `ERR_MESSAGE_NOT_FOUND`.
   * @example communities.ts#attachment
   */
  async attachment(id: string, messageId: string, index: number): Promise<Blob> {
    return this.with((history) => history.attachment(id, messageId, index))
  }

  /**
   * Who writes on this device: makes a key where there is none, or changes the name.
   * @example communities.ts#send
   */
  async setPerson(person: { readonly displayName: string }): Promise<PersonView> {
    checkText(person.displayName, 'A name')
    return this.with((history) => history.setPerson({ displayName: person.displayName }))
  }

  /**
   * Says something; a text alone, or one with a reply and images. Resolves when it is signed and stored here.
   *
   * Errors: `ERR_NO_PERSON` (see `setPerson`), `ERR_MESSAGE_TOO_LONG`, `ERR_KEY_LOCKED`.
   * @example communities.ts#send
   */
  async send(id: string, channelId: string, message: string | NewMessage): Promise<MessageView> {
    const whole = typeof message === 'string' ? { text: message } : message
    checkText(whole.text, 'A message’s text')
    return this.with((history) => history.send(id, channelId, whole))
  }

  /**
   * Changes the text of an own message. Errors: `ERR_MESSAGE_NOT_FOUND`, `ERR_MESSAGE_TOO_LONG`.
   * @example communities.ts#send
   */
  async edit(id: string, messageId: string, text: string): Promise<void> {
    checkText(text, 'A message’s text')
    return this.with((history) => history.edit(id, messageId, text))
  }

  /**
   * Deletes an own message for everyone. Errors: `ERR_MESSAGE_NOT_FOUND`.
   * @example communities.ts#send
   */
  async remove(id: string, messageId: string): Promise<void> {
    return this.with((history) => history.remove(id, messageId))
  }

  /**
   * Pins a message to the top of its channel, or unpins it.
   * @example communities.ts#send
   */
  async pin(id: string, messageId: string, isPinned = true): Promise<void> {
    return this.with((history) => history.pin(id, messageId, isPinned))
  }

  /**
   * Reacts to a message, or takes that back; `type` is 1 to 6: ❤️ 👍 👎 😂 😢 😠.
   * @example communities.ts#send
   */
  async react(id: string, messageId: string, reaction: { type: number; isRetracted?: boolean }): Promise<void> {
    const { type, isRetracted = false } = reaction
    return this.with((history) => history.react(id, messageId, { type, isRetracted }))
  }
}

function checkLimit(limit: number, most: number): void {
  if (Number.isInteger(limit) && limit > 0 && limit <= most) return
  throw invalid(`“limit” is a whole number from 1 to ${most}, not ${limit}.`)
}
