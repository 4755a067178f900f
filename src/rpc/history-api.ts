/**
 * The contract between a page and the worker for communities: what is followed, published, read, searched and said.
 *
 *   page ── NodeApi.history (Comlink) ──▶ worker        page ◀── HistoryEvent (watch) ── worker
 *
 * Everything here is cloneable. Times are milliseconds since 1970 unless their name says otherwise; ids are text.
 */
import type { CallOptions, CidText } from './call-types.ts'
import type {
  ActivityView,
  ArchiveView,
  ChannelId,
  CommunityId,
  CommunityView,
  ImportKind,
  ImportView,
  KeepChoice,
  MessageId,
  MessageView,
  PersonView,
  SearchView,
  TimelineAnchor,
  TimelinePage,
} from './history-views.ts'

export type * from './history-views.ts'

/** A community’s id for its key, or “person”. */
export type KeyOwner = string

/** The signals of Status, one for one, and one for the index (facts §4.7). */
export type HistorySignal =
  | { readonly name: 'historyArchivesProtocolEnabled' | 'historyArchivesProtocolDisabled' }
  | { readonly name: 'creatingHistoryArchives' | 'historyArchivesSeeding' | 'historyArchivesUnseeded' }
  | {
      readonly name: 'historyArchivesCreated' | 'noHistoryArchivesCreated' | 'historyArchiveDownloaded'
      readonly fromMs: number
      readonly toMs: number
    }
  | { readonly name: 'indexDownloadCompleted'; readonly indexCid: CidText }
  | {
      readonly name:
        | 'downloadingHistoryArchivesStarted'
        | 'importingHistoryArchiveMessages'
        | 'downloadingHistoryArchivesFinished'
    }

export type HistoryEvent =
  | { readonly type: 'communities'; readonly communities: readonly CommunityView[] }
  | { readonly type: 'person'; readonly person: PersonView | undefined }
  | { readonly type: 'imports'; readonly imports: readonly ImportView[] }
  /** Something in a timeline changed: new messages, edits, reactions, gaps filled. At most four a second a community. */
  | {
      readonly type: 'touched'
      readonly communityId: CommunityId
      /** Undefined for all. */
      readonly channelIds?: readonly ChannelId[] | undefined
      readonly fromMs: number
      readonly toMs: number
    }
  | { readonly type: 'signal'; readonly communityId: CommunityId; readonly signal: HistorySignal }

export interface NewCommunity {
  readonly name: string
  readonly description?: string | undefined
  readonly color?: string | undefined
  /** At least one; “general” where none is given. */
  readonly channels?: readonly string[] | undefined
  readonly isEncrypted?: boolean | undefined
}

export interface CommunitySettings {
  readonly keep?: KeepChoice | undefined
  readonly quotaBytes?: number | undefined
  readonly isPaused?: boolean | undefined
  /** Owners: 1 to 365. */
  readonly partitionDays?: number | undefined
  /** Owners. */
  readonly isSearchPublished?: boolean | undefined
}

export interface NewMessage {
  readonly text: string
  readonly replyTo?: MessageId | undefined
  /** PNG, JPEG, WebP or GIF; at most four, at most 1 MiB each. */
  readonly images?: readonly Blob[] | undefined
}

/** Everything that a page may ask about communities. Every call rejects with a `QuireError`, or with the signal’s reason. */
export interface HistoryApi {
  /** Calls back with the present state (communities, person, imports), then with every change. */
  watch(listener: (event: HistoryEvent) => void): Promise<() => void>

  /** Makes a key and a first description. Errors: `ERR_OPTION_INVALID`. */
  create(community: NewCommunity): Promise<CommunityView>
  /** Owners. Errors: `ERR_KEY_LOCKED`, `ERR_NOT_OWNER`. */
  describe(
    id: CommunityId,
    change: {
      name?: string
      description?: string
      color?: string
      channels?: readonly { id?: ChannelId; name: string }[]
    },
  ): Promise<CommunityView>
  /**
   * Follows a community by its link (`…/#/c/<id>?…`) or bare id; one that is followed is returned as it is.
   *
   * Errors: `ERR_COMMUNITY_LINK_INVALID`.
   */
  follow(link: string): Promise<CommunityView>
  /** Stops following; with `isDataRemoved` its archives and messages are freed. An owner’s key stays (see `forgetKey`). */
  leave(id: CommunityId, options: { isDataRemoved: boolean }): Promise<void>
  setSettings(id: CommunityId, settings: CommunitySettings): Promise<void>
  /** The most that all communities’ archives may take together. */
  totalQuotaBytes(): Promise<number>
  setTotalQuotaBytes(bytes: number): Promise<void>
  /** Looks for a newer link and for what is missing now. */
  retryNow(id: CommunityId): Promise<void>
  /** The link to hand out: the community’s id, how to reach this device, and its newest signed archive link. */
  shareLink(
    id: CommunityId,
    base: string,
    at?: { channelId: ChannelId; messageId: MessageId; atMs: number },
  ): Promise<string>

  archives(id: CommunityId): Promise<readonly ArchiveView[]>
  /** Fetches the archives that touch a span now, before all others; resolves when they are held and read. */
  fetchSpan(id: CommunityId, span: { fromMs: number; toMs: number }, options?: CallOptions): Promise<void>

  /** At most 200 rows. Resolves with what is held at once; gaps are rows, and `touched` tells when to ask again. */
  timeline(
    id: CommunityId,
    query: { channelId: ChannelId; anchor: TimelineAnchor; limit: number },
    options?: CallOptions,
  ): Promise<TimelinePage>
  pinned(id: CommunityId, channelId: ChannelId): Promise<readonly MessageView[]>
  activity(id: CommunityId, channelId?: ChannelId): Promise<ActivityView>
  attachment(id: CommunityId, messageId: MessageId, index: number): Promise<Blob>
  /**
   * Words, all of which must be there; the last one may be a beginning. At most 100 hits a call; the time and the id of the
   * last one go on from there.
   */
  search(
    id: CommunityId,
    query: { text: string; channelId?: ChannelId; beforeMs?: number; beforeId?: MessageId; limit: number },
    options?: CallOptions,
  ): Promise<SearchView>
  /** One HTML, JSON or ZIP file (the archives themselves) with what is held of a span, in the origin’s private files. */
  exportSpan(
    id: CommunityId,
    span: { fromMs: number; toMs: number; channelId?: ChannelId; format: 'html' | 'json' | 'archives' },
    options?: CallOptions,
  ): Promise<File>

  /** Makes a key where this device has none. */
  setPerson(person: { displayName: string }): Promise<PersonView>
  /** Signs, shows at once, sends; resolves when it is stored here. Errors: `ERR_MESSAGE_TOO_LONG`, `ERR_KEY_LOCKED`, `ERR_NO_PERSON`. */
  send(id: CommunityId, channelId: ChannelId, message: NewMessage): Promise<MessageView>
  edit(id: CommunityId, messageId: MessageId, text: string): Promise<void>
  remove(id: CommunityId, messageId: MessageId): Promise<void>
  pin(id: CommunityId, messageId: MessageId, isPinned: boolean): Promise<void>
  /** `type` 1 to 6: ❤️ 👍 👎 😂 😢 😠. */
  react(id: CommunityId, messageId: MessageId, reaction: { type: number; isRetracted: boolean }): Promise<void>

  /** Owners: makes what is due, announces the link. Errors: `ERR_KEY_LOCKED`, `ERR_NOT_OWNER`. An abort keeps the parts that are done. */
  publishNow(id: CommunityId, options?: CallOptions): Promise<void>
  /** Owners: reads an export and publishes it; progress comes as `imports`. Errors: `ERR_IMPORT_UNKNOWN`, `ERR_IMPORT_INVALID`. */
  importFile(id: CommunityId, file: File, options?: CallOptions & { kind?: ImportKind }): Promise<ImportView>
  cancelImport(importId: string): Promise<void>
  dismissImport(importId: string): Promise<void>

  /**
   * The text file with a key; with a passphrase it is wrapped. `saved` notes that the person has it.
   *
   * `what` is a community’s id for its key, or “person”.
   */
  exportKey(what: KeyOwner, options: { passphrase?: string }): Promise<string>
  noteKeySaved(what: KeyOwner): Promise<void>
  /** Errors: `ERR_KEY_FILE_INVALID`, `ERR_PASSPHRASE_WRONG`. */
  importKey(text: string, options: { passphrase?: string }): Promise<{ what: KeyOwner }>
  /** Wraps, or with undefined unwraps, a key on this device. Errors: `ERR_KEY_LOCKED`. */
  setPassphrase(what: KeyOwner, passphrase: string | undefined): Promise<void>
  /** For this run. Errors: `ERR_PASSPHRASE_WRONG`. */
  unlock(what: KeyOwner, passphrase: string): Promise<void>
  forgetKey(what: KeyOwner): Promise<void>
  /**
   * A hash-ratchet key of an encrypted community, from another member: hex text.
   *
   * Errors: `ERR_GROUP_KEY_INVALID`, also where it is the key of another community.
   */
  addGroupKey(id: CommunityId, keyText: string): Promise<void>
  /** Owners and members who hold them: the text for `addGroupKey`. */
  groupKeys(id: CommunityId): Promise<string>
}
