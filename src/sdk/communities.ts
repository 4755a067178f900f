import type { CommunitySettings, HistoryApi, HistoryEvent, KeyOwner, NewCommunity } from '../rpc/history-api.ts'
import type { ArchiveView, CommunityView, ImportKind, ImportView } from '../rpc/history-views.ts'
import { callBack } from './call-back.ts'
import { checkText } from './check.ts'
import { CommunityMessages, type WithHistory } from './community-messages.ts'
import type { SignalOptions } from './options.ts'

/** A span of time, milliseconds since 1970. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Communities, their history and what is said in them; `Quire.communities`.
 *
 * Ids are text: a community’s is “0x02…” or “0x03…”, a channel’s begins with it. Times are milliseconds since 1970.
 */
export class Communities extends CommunityMessages {
  readonly #onEvent: (event: HistoryEvent) => void

  /** Made by `Quire`. */
  constructor(withHistory: WithHistory, onEvent: (event: HistoryEvent) => void) {
    super(withHistory)
    this.#onEvent = onEvent
  }

  /**
   * Follows a community by its link (“…/#/c/0x02…”) or bare id; one that is followed is returned as it is.
   *
   * Resolves at once: what there is of its history comes by itself, newest first, and the event `history` tells of it.
   * Errors: `ERR_COMMUNITY_LINK_INVALID`.
   * @example communities.ts#follow
   */
  async follow(link: string): Promise<CommunityView> {
    checkText(link, 'A community’s link or id')
    return this.with((history) => history.follow(link))
  }

  /**
   * Stops following; with `isDataRemoved` its archives and messages are freed. An owner’s key stays.
   * @example communities.ts#leave
   */
  async leave(id: string, options: { readonly isDataRemoved?: boolean } = {}): Promise<void> {
    const { isDataRemoved = false } = options
    return this.with((history) => history.leave(id, { isDataRemoved }))
  }

  /**
   * Every community that is followed or owned.
   * @example communities.ts#follow
   */
  async list(): Promise<readonly CommunityView[]> {
    return this.with(communitiesOf)
  }

  /**
   * One of `list`; undefined where it is not followed.
   * @example communities.ts#follow
   */
  async get(id: string): Promise<CommunityView | undefined> {
    return (await this.list()).find((community) => community.id === id)
  }

  /**
   * Makes a community: a key of its own, and its first description. Errors: `ERR_OPTION_INVALID`.
   * @example communities.ts#create
   */
  async create(community: NewCommunity): Promise<CommunityView> {
    checkText(community.name, 'A community’s name')
    return this.with((history) => history.create(community))
  }

  /**
   * Changes name, description, colour or channels. Owners: `ERR_NOT_OWNER`, `ERR_KEY_LOCKED`.
   * @example communities.ts#create
   */
  async describe(id: string, change: Parameters<HistoryApi['describe']>[1]): Promise<CommunityView> {
    return this.with((history) => history.describe(id, change))
  }

  /**
   * How much of it is kept, its quota, whether it is paused; of owners, how many days an archive has.
   * @example communities.ts#settings
   */
  async setSettings(id: string, settings: CommunitySettings): Promise<void> {
    return this.with((history) => history.setSettings(id, settings))
  }

  /**
   * The link to hand out: the id, how to reach this device, the newest signed archive link; `base` is the address of a page.
   * @example communities.ts#create
   */
  async link(id: string, base: string): Promise<string> {
    return this.with((history) => history.shareLink(id, base))
  }

  /**
   * The archives of the newest index: which weeks there are, and what of them is here.
   * @example communities.ts#publish
   */
  async archives(id: string): Promise<readonly ArchiveView[]> {
    return this.with((history) => history.archives(id))
  }

  /**
   * Fetches the archives that touch a span now, before all others; resolves when they are here and read.
   * @example communities.ts#fetch-span
   */
  async fetchSpan(id: string, span: Span, options: SignalOptions = {}): Promise<void> {
    return this.with((history) => history.fetchSpan(id, span, options), options.signal)
  }

  /**
   * One HTML, JSON or ZIP file with what is here of a span.
   * @example communities.ts#export
   */
  async exportSpan(
    id: string,
    span: Span & { readonly channelId?: string; readonly format: 'html' | 'json' | 'archives' },
    options: SignalOptions = {},
  ): Promise<File> {
    return this.with((history) => history.exportSpan(id, span, options), options.signal)
  }

  /**
   * Owners: makes the archives that are due and announces the link; resolves when that is done.
   *
   * Errors: `ERR_NOT_OWNER`, `ERR_KEY_LOCKED`. An abort keeps the parts that are done.
   * @example communities.ts#publish
   */
  async publish(id: string, options: SignalOptions = {}): Promise<void> {
    return this.with((history) => history.publishNow(id, options), options.signal)
  }

  /**
   * Owners: reads an export of Discord, Slack, Telegram, mbox or JSON lines, and publishes it.
   *
   * Errors: `ERR_IMPORT_UNKNOWN`, `ERR_IMPORT_INVALID`.
   * @example communities.ts#import
   */
  async importFile(
    id: string,
    file: File,
    options: SignalOptions & { readonly kind?: ImportKind } = {},
  ): Promise<ImportView> {
    return this.with((history) => history.importFile(id, file, options), options.signal)
  }

  /**
   * The text file with a key: of a community, by its id, or of the person, by “person”; with a passphrase it is wrapped.
   * @example communities.ts#keys
   */
  async exportKey(what: KeyOwner, options: { readonly passphrase?: string } = {}): Promise<string> {
    return this.with((history) => history.exportKey(what, options))
  }

  /**
   * Takes a key that `exportKey` gave. Errors: `ERR_KEY_FILE_INVALID`, `ERR_PASSPHRASE_WRONG`.
   * @example communities.ts#keys
   */
  async importKey(text: string, options: { readonly passphrase?: string } = {}): Promise<{ readonly what: KeyOwner }> {
    checkText(text, 'A key')
    return this.with((history) => history.importKey(text, options))
  }

  /**
   * Calls back with the present state, then with every change; returns the unsubscribe. The event `history` tells the same.
   * @example communities.ts#watch
   */
  async watch(listener: (event: HistoryEvent) => void): Promise<() => void> {
    return this.with((history) => history.watch((event) => callBack(listener, event)))
  }

  /** Makes the event `history` come. */
  async tellEvents(): Promise<() => void> {
    return this.watch(this.#onEvent)
  }
}

async function communitiesOf(history: HistoryApi): Promise<readonly CommunityView[]> {
  const { promise, resolve } = Promise.withResolvers<readonly CommunityView[]>()
  const unwatch = await history.watch((event) => event.type === 'communities' && resolve(event.communities))
  return promise.finally(unwatch)
}
