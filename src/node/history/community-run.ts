/**
 * One community on this device.
 *
 *   CommunitySync (topic, answerers) ─┬─ messages ─────▶ timeline, and the owner’s log ─▶ Publisher ─▶ archives, index, link
 *                                     ├─ link ─────────▶ CommunityFollower ─▶ archives ─▶ timeline
 *                                     └─ description ──▶ name, channels
 *
 * What changes is told to the feed.
 */
import { type CommunityDescription, decodeCommunityDescription } from '../../codec/history/community-description.ts'
import { isQuireError, QuireError } from '../../errors.ts'
import { unsealArchive } from '../../history/crypto/archive-seal.ts'
import type { GroupKey } from '../../history/crypto/hash-ratchet.ts'
import { fromHex } from '../../history/crypto/hex.ts'
import { isFarAhead } from '../../history/clock.ts'
import type { SpanMs } from '../../history/follow/archive-table.ts'
import { CommunityFollower, type FollowerEvent } from '../../history/follow/community-follower.ts'
import { PublishedSearches } from '../../history/follow/published-searches.ts'
import type { CommunityId, MessageId } from '../../history/ids.ts'
import { CommunitySync } from '../../history/live/community-sync.ts'
import { KEPT_MS } from '../../history/live/kept-envelopes.ts'
import type { LiveMessage, LiveSink, LiveState } from '../../history/live/live-types.ts'
import { removePublished } from '../../history/publish/remove-published.ts'
import { stopEach } from '../stop-each.ts'
import { archiveSpans } from './archive-spans.ts'
import { ArchiveTimelineReader } from './archive-timeline-reader.ts'
import type { CommunityRecord } from './community-list.ts'
import { archiveView, communityView } from './community-view.ts'
import type { HistoryFeed } from './history-feed.ts'
import type { HistoryParts } from './history-parts.ts'
import type { ArchiveView, CommunityView } from './history-views.ts'
import { archivedFormOf } from './open-live.ts'
import { OwnerSide } from './owner-side.ts'

interface CommunityRunInit {
  readonly record: CommunityRecord
  /** Made this moment, on this device. */
  readonly isNew?: boolean | undefined
}

export class CommunityRun implements LiveSink {
  readonly id: CommunityId
  readonly sync: CommunitySync
  readonly follower: CommunityFollower
  /** What can be found in archives that are not here. */
  readonly searches: PublishedSearches
  readonly owner: OwnerSide
  readonly #parts: HistoryParts
  readonly #reader: ArchiveTimelineReader
  readonly #feed: HistoryFeed
  #record: CommunityRecord
  #description: CommunityDescription | undefined
  #newestClockMs = 0
  readonly #missingKeyIds = new Set<string>()

  constructor(components: { parts: HistoryParts; feed: HistoryFeed }, init: CommunityRunInit) {
    const { parts, feed } = components
    const { record } = init
    this.id = record.id
    this.#record = record
    this.#parts = parts
    this.#feed = feed
    const { addresses } = record
    this.sync = new CommunitySync({ ...parts, open: parts.openLive, sink: this }, { community: this.id, addresses })
    this.#reader = new ArchiveTimelineReader({ ...parts, onChange: (change) => feed.touch(change) })
    const unseal = (bytes: Uint8Array): Promise<Uint8Array> => unsealArchive(bytes, parts.groupKeys)
    this.follower = new CommunityFollower(
      { ...parts, reader: this.#reader, unseal, searchBytes: () => this.searches.heldBytes },
      { community: this.id, isOwner: this.isOwner },
    )
    this.searches = new PublishedSearches(
      { ...parts, unseal },
      {
        community: this.id,
        archives: () => this.follower.archives,
        isPaused: () => this.follower.state.state === 'paused',
        quotaBytes: () => Math.min(this.follower.quotaBytes, parts.quota.totalBytes),
        onChange: (span) => this.#onSearchable(span),
      },
    )
    this.owner = new OwnerSide({ parts, feed, run: this }, init)
    this.follower.on((event) => this.#onFollower(event))
  }

  get isOwner(): boolean {
    return this.#parts.keyRing.view(this.id) !== undefined
  }

  get isEncrypted(): boolean {
    return this.#record.isEncrypted || this.#description?.isEncrypted === true
  }

  get record(): CommunityRecord {
    return this.#record
  }

  get description(): CommunityDescription | undefined {
    return this.#description
  }

  async start(): Promise<void> {
    const kept = await this.#parts.settings.get(this.#descriptionKey)
    if (kept !== undefined) this.#description = decodeCommunityDescription(kept)
    await this.searches.start()
    await this.follower.start()
    await this.sync.start()
    await this.keyChanged()
  }

  async stop(): Promise<void> {
    const steps = [this.owner, this.sync, this.searches, this.follower].map((part) => () => part.stop())
    await stopEach(steps, this.#parts.log)
  }

  /** Stops for good. */
  async leave(options: { readonly isDataRemoved: boolean }): Promise<void> {
    await this.owner.stop()
    await this.sync.leave(options)
    await this.searches.leave(options)
    await this.owner.removeSearches(options)
    await this.follower.leave(options)
    if (!options.isDataRemoved) return
    await this.#parts.timeline.removeCommunity(this.id)
    await removePublished(this.#parts, this.id)
    await this.#parts.settings.delete(this.#descriptionKey)
  }

  /** The community’s key came, was unlocked, or went. */
  async keyChanged(): Promise<void> {
    await this.owner.keyChanged()
  }

  /** A group key was added. */
  async groupKeysChanged(): Promise<void> {
    this.#missingKeyIds.clear()
    this.searches.retry()
    this.follower.keysChanged()
    await this.sync.replay()
  }

  update(record: CommunityRecord): void {
    if (record.partitionDays !== this.#record.partitionDays) this.owner.setPartitionDays(record.partitionDays)
    const { isSearchPublished } = record
    if (isSearchPublished !== this.#record.isSearchPublished) this.owner.setSearchPublished(isSearchPublished)
    this.#record = record
    this.#feed.mark('communities')
  }

  /** What messages and archives of an encrypted community are sealed with. Errors: `ERR_GROUP_KEY_MISSING`. */
  groupKey(): GroupKey {
    const key = this.#parts.groupKeys.newest(fromHex(this.id))
    if (key !== undefined) return key
    throw new QuireError('ERR_GROUP_KEY_MISSING', 'The key of this community’s messages is not on this device.')
  }

  /** Later than everything that was seen of this community; a Lamport time. */
  nextClockMs(): number {
    const nowMs = this.#parts.clock.nowMs()
    const isWrong = isFarAhead(this.#newestClockMs, nowMs)
    this.#newestClockMs = isWrong ? nowMs : Math.max(nowMs, this.#newestClockMs + 1)
    return this.#newestClockMs
  }

  async view(): Promise<CommunityView> {
    const { keyRing, timeline } = this.#parts
    return communityView({
      record: this.#record,
      description: this.#description,
      key: keyRing.view(this.id),
      follower: this.follower,
      publish: this.owner.state,
      counts: await timeline.channels(this.id),
      liveMissingKeyIds: this.#missingKeyIds,
    })
  }

  archives(): readonly ArchiveView[] {
    return this.follower.archives.map(archiveView)
  }

  spans(): ReturnType<typeof archiveSpans> {
    const linkClockMs = this.isOwner ? undefined : this.follower.link?.clockMs
    const standing = { linkClockMs, nowMs: this.#parts.clock.nowMs(), shown: this.#reader.shown }
    return archiveSpans(this.follower.archives, standing)
  }

  /** As parts of messages and sealed ones, they are archived for those who can open them. */
  async onWaiting(_community: CommunityId, envelopes: readonly Uint8Array[]): Promise<void> {
    for (const envelope of envelopes) await this.#noteEnvelope(envelope)
    await this.owner.noted()
  }

  async onMessages(_community: CommunityId, messages: readonly LiveMessage[]): Promise<void> {
    for (const { opened, envelope } of messages) {
      this.#newestClockMs = Math.max(this.#newestClockMs, opened.clockMs)
      await this.#noteEnvelope(envelope)
    }
    for (const delivery of ['live', 'sending'] as const) {
      const opened = messages.filter((message) => message.delivery === delivery).map((message) => message.opened)
      const change = opened.length === 0 ? undefined : await this.#parts.timeline.addLive(this.id, opened, { delivery })
      if (change !== undefined) this.#feed.touch(change)
    }
    await this.owner.noted()
    this.#feed.mark('communities')
  }

  onLink(_community: CommunityId, link: { readonly clockMs: number; readonly archiveLink: string }): void {
    try {
      this.follower.offerLink({ signer: this.id, ...link })
    } catch (error) {
      if (!isQuireError(error)) throw error
      this.#parts.log('info', 'an archive link was not followed', { community: this.id, error })
    }
  }

  async onDescription(_community: CommunityId, { description }: { readonly description: Uint8Array }): Promise<void> {
    const decoded = decodeCommunityDescription(description)
    await this.#parts.settings.set(this.#descriptionKey, description)
    this.#description = decoded
    this.follower.raiseFloor(decoded.archiveLinkClockMs)
    this.#feed.mark('communities')
  }

  onDelivered(_community: CommunityId, messageId: MessageId): void {
    void this.#delivered(messageId)
  }

  onMissingKey(_community: CommunityId, keyId: string): void {
    this.#missingKeyIds.add(keyId)
    this.#feed.mark('communities')
  }

  onState(_community: CommunityId, state: LiveState): void {
    if (state.state !== 'looking') this.owner.noteCaughtUp()
    if (state.state === 'looking') this.follower.noteLooking({ askedPeers: state.askedPeers })
    else if (this.#parts.isOffline()) this.follower.noteLooking('offline')
    else this.follower.noteLooking(this.#isKnownUnpublished(state) ? 'nothing-published' : 'nobody-has-link')
    this.#feed.mark('communities')
  }

  /** Those who answered may lack a link that there is: only the owner’s own words say that there is none. */
  #isKnownUnpublished({ state }: LiveState): boolean {
    return state === 'live' && this.#description?.archiveLinkClockMs === 0
  }

  /** What the owner heard and said is kept for archives; the same in other envelopes was left out before. */
  async #noteEnvelope(envelope: Uint8Array): Promise<void> {
    if (!this.isOwner) return
    const message = await archivedFormOf(envelope, this.id)
    const isRecent = message.timestampSeconds * 1000 >= this.#parts.clock.nowMs() - KEPT_MS
    if (isRecent) this.owner.note(message)
  }

  async #delivered(messageId: MessageId): Promise<void> {
    const change = await this.#parts.timeline.setDelivery(this.id, [messageId], 'live')
    if (change !== undefined) this.#feed.touch(change)
  }

  #onFollower(event: FollowerEvent): void {
    if (event.type === 'signal') this.#feed.signal(this.id, event.signal)
    // A gap is filled, or says another reason.
    if (event.type === 'archives') {
      this.#feed.touchGaps({ communityId: this.id, fromMs: event.fromMs, toMs: event.toMs })
      this.#reconcileSearches()
    }
    this.#feed.mark('communities')
  }

  #onSearchable(span: SpanMs): void {
    this.#feed.touch({ communityId: this.id, ...span })
    this.#reconcileSearches()
  }

  #reconcileSearches(): void {
    this.searches.reconcile().catch((error: unknown) => {
      this.#parts.log('info', 'search indexes of archives were not freed', { community: this.id, error })
    })
  }

  get #descriptionKey(): string {
    return `description/${this.id}`
  }
}
