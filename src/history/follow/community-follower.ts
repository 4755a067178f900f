/**
 * A member’s side of a community’s archives.
 *
 *   offered link ─ accept-link ─▶ index ─ index-task ─▶ entries, compared by set with those known (archive-table)
 *        ─▶ archive-lanes: where somebody looks first, then the newest; three are fetched at once, one is read
 *        ─▶ datasets.fetch (whole, verified) ─▶ reader ─▶ timeline
 *   archive-quota ─▶ the oldest that nobody reads goes first
 *
 * What goes wrong with one archive stops no other, and is tried again after pauses that grow. All of it is kept over a
 * restart in the community’s record.
 */
import { type ManifestCid, parseManifestCid } from '../../codec/cid.ts'
import { QuireError } from '../../errors.ts'
import type { ReadIndex } from '../archive/read-index.ts'
import { type HistoryClock, systemClock } from '../clock.ts'
import type { CommunityId } from '../ids.ts'
import type { AbortOptions } from '../ports.ts'
import { type AcceptedLink, acceptLink, latestClockMs, type LinkVerdict } from './accept-link.ts'
import { ArchiveLanes } from './archive-lanes.ts'
import type { OfferedLink } from './archive-link.ts'
import { ArchiveQuota } from './archive-quota.ts'
import { type ArchiveRow, ArchiveTable, boundsOf, type SpanMs } from './archive-table.ts'
import { Attention } from './attention.ts'
import { type CommunityRecord, CommunityRecords, EMPTY_RECORD } from './community-record.ts'
import { followedArchives, followStateOf, type Looking, lookupState } from './follow-state-of.ts'
import type { FollowedArchive, FollowState } from './follow-state.ts'
import { type QueueInit, queueOf, retryTimesMs } from './follow-queue.ts'
import { DEFAULT_PATIENCE, type FollowerComponents, type FollowerInit } from './follower-parts.ts'
import { IndexTask } from './index-task.ts'
import type { KeepChoice } from './keep-choice.ts'
import type { HistorySignal } from './signals.ts'
import { SpanWaiters } from './span-waiters.ts'

/** archives: something about those that touch the span has changed; `isRead`: also what the timeline shows of it. */
export type FollowerEvent =
  | { readonly type: 'state'; readonly state: FollowState }
  | { readonly type: 'archives'; readonly fromMs: number; readonly toMs: number; readonly isRead: boolean }
  | { readonly type: 'signal'; readonly signal: HistorySignal }

export class CommunityFollower {
  readonly community: CommunityId
  readonly #components: FollowerComponents
  readonly #isOwner: boolean
  readonly #clock: HistoryClock
  readonly #table = new ArchiveTable()
  readonly #records: CommunityRecords
  readonly #waiters: SpanWaiters
  readonly #index: IndexTask
  readonly #lanes: ArchiveLanes
  readonly #attention: Attention
  readonly #listeners = new Set<(event: FollowerEvent) => void>()
  #kept: Omit<CommunityRecord, 'rows'> = EMPTY_RECORD
  #lookup: FollowState = { state: 'looking', askedPeers: 0 }
  #viewed: SpanMs | undefined
  #checkedAtMs = 0
  #told = ''
  #isRunning = false
  #verifying: Promise<void> = Promise.resolve()

  constructor(components: FollowerComponents, init: FollowerInit) {
    const { community, patience = DEFAULT_PATIENCE } = init
    const clock = components.clock ?? systemClock
    this.community = community
    this.#components = components
    this.#isOwner = init.isOwner === true
    this.#clock = clock
    const current = (): CommunityRecord => ({ ...this.#kept, rows: this.#table.rows })
    this.#records = new CommunityRecords(components.settings, { community, current })
    this.#waiters = new SpanWaiters({ row: (id) => this.#table.get(id), onChange: () => this.#attention.poke() })
    this.#index = new IndexTask(
      { ...components, clock },
      { ...patience, onIndex: (cid, index) => this.#takeIndex(cid, index), onChange: () => this.#attention.poke() },
    )
    const quota = this.#isOwner ? undefined : (components.quota ?? new ArchiveQuota(Number.POSITIVE_INFINITY))
    this.#lanes = new ArchiveLanes(
      { ...components, quota, clock },
      {
        community,
        patience,
        queue: () => this.#queue(),
        isViewed: (row) => this.#viewed !== undefined && this.#table.touching(this.#viewed).includes(row),
        nearMs: (row) => this.#waiters.momentIn(row),
        quotaBytes: () => this.#kept.quotaBytes,
        onChange: (row, isRead) => this.#changed(row, isRead),
        onSignal: (signal) => this.#emit({ type: 'signal', signal }),
        onRoom: () => this.#attention.poke(),
      },
    )
    this.#attention = new Attention({ clock, look: () => this.#look(), timesMs: () => this.#timesMs() })
  }

  get state(): FollowState {
    const known = { index: this.#index.state, lookup: this.#lookup, checkedAtMs: this.#checkedAtMs }
    return followStateOf({ isPaused: this.#kept.isPaused, ...known, queue: this.#queue() })
  }

  get link(): AcceptedLink | undefined {
    return this.#kept.link
  }

  /** Newest first. */
  get archives(): readonly FollowedArchive[] {
    return followedArchives(this.#queue())
  }

  get keep(): KeepChoice {
    return this.#kept.keep
  }

  get quotaBytes(): number {
    return this.#kept.quotaBytes
  }

  get heldBytes(): number {
    return this.#table.heldBytes + (this.#components.searchBytes?.() ?? 0)
  }

  /** Of the index, of archives, and of messages in them. */
  get missingKeyIds(): readonly string[] {
    return [...new Set([this.#index, ...this.#table.rows].flatMap(({ missingKeyIds }) => missingKeyIds))]
  }

  /** Reads the record of the last run and goes on with what is missing. */
  async start(): Promise<void> {
    const { rows, ...kept } = await this.#records.load()
    this.#kept = kept
    for (const row of rows) this.#table.put(row)
    this.#checkedAtMs = this.#clock.nowMs()
    const { link, indexCid } = kept
    this.#index.want(link?.indexCid, { isReady: link !== undefined && link.indexCid.toString() === indexCid })
    this.#isRunning = true
    this.#lanes.start()
    this.#attention.start()
    this.#verifying = this.#lanes.verify()
  }

  /** Ends what is on its way; what was verified is kept. */
  async stop(): Promise<void> {
    this.#isRunning = false
    this.#attention.stop()
    this.#waiters.fail(new QuireError('ERR_NODE_STOPPED', 'The community is not followed any more.'))
    await Promise.all([this.#index.pause(), this.#lanes.stop(), this.#verifying])
    await this.#records.settled()
  }

  on(listener: (event: FollowerEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Errors: those of `acceptLink`. */
  offerLink(offer: OfferedLink): LinkVerdict['verdict'] {
    const { link, floorClockMs } = this.#kept
    const nowMs = this.#clock.nowMs()
    const accepted = acceptLink(offer, { community: this.community, link, floorClockMs, nowMs })
    this.#checkedAtMs = nowMs
    if (accepted.verdict === 'nothing') this.#lookup = { state: 'nothing-published' }
    else this.#keep({ link: accepted.link })
    if (accepted.verdict === 'accept') this.#index.want(accepted.link.indexCid)
    this.#attention.poke()
    return accepted.verdict
  }

  /** The clock that a signed description names: older links are refused from now on. One far ahead of time is none. */
  raiseFloor(archiveLinkClockMs: number): void {
    const isTime = archiveLinkClockMs <= latestClockMs(this.#clock.nowMs())
    if (isTime && archiveLinkClockMs > this.#kept.floorClockMs) this.#keep({ floorClockMs: archiveLinkClockMs })
  }

  /** How the search for a link goes, while none is known. */
  noteLooking(how: Looking): void {
    this.#checkedAtMs = this.#clock.nowMs()
    this.#lookup = lookupState(how)
    this.#attention.poke()
  }

  /**
   * Fetches and reads what touches a span, before all others and also while paused; an abort leaves what arrived.
   *
   * Errors: `ERR_MANIFEST_NOT_FOUND`, `ERR_NO_PEER_HAS_IT`, `ERR_ARCHIVE_INVALID`, `ERR_ARCHIVE_TOO_LARGE`,
   * `ERR_GROUP_KEY_MISSING`, `ERR_QUOTA_TOO_SMALL`, `ERR_STORE_FULL`, `ERR_NODE_STOPPED`; of several the first.
   */
  async fetchSpan(span: SpanMs, options: AbortOptions = {}): Promise<void> {
    if (!this.#isRunning) throw new QuireError('ERR_NODE_STOPPED', 'The community is not followed now.')
    try {
      await this.#waiters.wait(span, options)
    } finally {
      this.#lanes.keepQuota()
    }
  }

  /** Archives that touch the span are not evicted until the next call. */
  noteViewed(span: SpanMs | undefined): void {
    this.#viewed = span
    this.#lanes.keepQuota()
  }

  setKeep(keep: KeepChoice): void {
    this.#keep({ keep })
    this.#lanes.makeRoom()
  }

  setQuota(bytes: number): void {
    this.#keep({ quotaBytes: bytes })
    this.#lanes.makeRoom()
  }

  pause(): void {
    this.#keep({ isPaused: true })
    void this.#index.pause()
  }

  resume(): void {
    this.#keep({ isPaused: false })
    this.#index.retry()
  }

  /** Tries now what waits for its time. */
  retryNow(): void {
    this.#index.retry()
    this.#lanes.retryAll()
    this.#attention.poke()
  }

  /** A key was added: what waited for one is tried. */
  keysChanged(): void {
    if (this.#index.missingKeyIds.length > 0) this.#index.retry()
    this.#lanes.readAgain((row) => row.missingKeyIds.length > 0)
    this.#attention.poke()
  }

  /** Stops for good; the record stays unless the data goes with it. */
  async leave({ isDataRemoved }: { isDataRemoved: boolean }): Promise<void> {
    await this.stop()
    if (!isDataRemoved) return
    await this.#lanes.freeAll()
    const { link, indexCid } = this.#kept
    if (link !== undefined) await this.#components.datasets.remove(link.indexCid)
    await this.#records.delete()
    if (indexCid !== undefined) this.#emit({ type: 'signal', signal: { name: 'historyArchivesUnseeded' } })
  }

  #takeIndex(cid: ManifestCid, { entries }: ReadIndex): void {
    const before = this.#kept.indexCid
    this.#checkedAtMs = this.#clock.nowMs()
    const { added } = this.#table.apply(entries)
    this.#keep({ indexCid: cid.toString() })
    this.#emit({ type: 'signal', signal: { name: 'indexDownloadCompleted', indexCid: cid.toString() } })
    // Once for all of them: whoever listens looks at every archive.
    if (added.length > 0) this.#emit({ type: 'archives', ...boundsOf(added), isRead: false })
    // The owner’s own goes when the new one is announced, which is the publisher’s to know.
    if (!this.#isOwner && before !== undefined && before !== cid.toString()) void this.#removeIndex(before)
  }

  async #removeIndex(cid: string): Promise<void> {
    await this.#records.settled()
    await this.#components.datasets.remove(parseManifestCid(cid)).catch(() => false)
  }

  #queue(): QueueInit {
    const { rows } = this.#table
    const standing = { rows, isOwner: this.#isOwner, nowMs: this.#clock.nowMs(), quota: this.#components.quota }
    return { ...queueOf(this.#kept, standing), isJump: (row) => this.#waiters.isWaitedFor(row) }
  }

  #keep(change: Partial<Omit<CommunityRecord, 'rows'>>): void {
    this.#kept = { ...this.#kept, ...change }
    this.#records.save()
    this.#attention.poke()
  }

  #changed(row: ArchiveRow, isRead: boolean): void {
    const { entry, state } = row
    this.#table.tidy(row)
    if (state !== 'fetching') this.#records.save()
    this.#emit({ type: 'archives', fromMs: entry.fromSeconds * 1000, toMs: entry.toSeconds * 1000, isRead })
    this.#attention.poke()
  }

  #look(): void {
    if (!this.#kept.isPaused || this.#waiters.isIndexWaitedFor) this.#index.run()
    const { state } = this.#index
    for (const row of this.#waiters.noteIndex(state, (span) => this.#table.touching(span))) this.#lanes.hurry(row)
    this.#lanes.run()
    this.#waiters.settle()
    const told = JSON.stringify(this.state)
    if (told === this.#told) return
    this.#told = told
    this.#emit({ type: 'state', state: this.state })
  }

  #timesMs(): number[] {
    return [...retryTimesMs(this.#queue()), ...this.#index.retryTimesMs, ...this.#lanes.timesMs]
  }

  #emit(event: FollowerEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
