/**
 * The owner’s side of a community’s archives: what was said becomes archives, an index of all of them, and a signed link.
 *
 *   MessageSource ─ partition ─▶ chunks ─ encode, seal ─▶ datasets.publish ─▶ entries ─┐  (journal after each)
 *   the index before, here or fetched ────────────────────────────────────── merge ─┴─▶ index ─▶ link ─▶ announce
 *                                                              only then the index before is removed ◀─┘
 *
 * Publishing one more week uploads that week and the index. Nothing is removed at a stop: whoever follows finds all of it
 * again at the next start.
 */
import { Mutex } from '../../store/mutex.ts'
import type { SpanSeconds } from '../archive/archive-entry.ts'
import { DAY_SECONDS, partitionSpans } from '../archive/partition.ts'
import { type HistoryClock, systemClock } from '../clock.ts'
import type { AbortOptions } from '../ports.ts'
import { LinkAnnouncer } from './link-announcer.ts'
import { entriesOf, makeArchives } from './make-archives.ts'
import { markArchived } from './mark-archived.ts'
import type { MessageSource } from './message-source.ts'
import { checkedDays } from './partition-days.ts'
import { PublishIndex } from './publish-index.ts'
import { PublishJournal } from './publish-journal.ts'
import { type Appointment, appointmentAt, PublishSchedule } from './publish-schedule.ts'
import { failedWith, type PublishState } from './publish-state.ts'
import type { ImportedSource, PublisherComponents, PublisherInit } from './publisher-parts.ts'
import { SearchDatasets } from './search-datasets.ts'

/** The name of the run of live messages. */
const LIVE = 'live'
/** Messages are kept this long after they were said, as on Status; hashes too, so that none is archived twice. */
const KEPT_SECONDS = 30 * DAY_SECONDS
const SEARCH_RETRY_MS = 3_600_000

interface Job {
  readonly run: string
  readonly source: MessageSource
  readonly spans: readonly SpanSeconds[]
  /** Live messages are archived up to here once it is done. */
  readonly endSeconds?: number | undefined
}

/** Publishes one community’s history for as long as the node runs. */
export class Publisher {
  readonly #components: PublisherComponents
  readonly #init: PublisherInit
  readonly #clock: HistoryClock
  readonly #journal: PublishJournal
  readonly #search: SearchDatasets
  readonly #index: PublishIndex
  readonly #announcer: LinkAnnouncer
  readonly #schedule: PublishSchedule
  readonly #turns = new Mutex()
  #loading: Promise<unknown> | undefined
  #partitionDays: number
  #oldestSeconds: number | undefined
  /** When it is looked whether archives lack search indexes, or have some that they should not. */
  #searchDueMs: number | undefined
  #state: PublishState = { state: 'idle' }

  /** Errors: `ERR_OPTION_INVALID`. */
  constructor(components: PublisherComponents, init: PublisherInit) {
    this.#components = components
    this.#init = init
    this.#clock = components.clock ?? systemClock
    this.#partitionDays = checkedDays(init.partitionDays)
    this.#journal = new PublishJournal(components.settings, init.community)
    const parts = { ...components, journal: this.#journal, clock: this.#clock }
    const { community, isSearchPublished: isPublished = false } = init
    const groupKeys = components.groupKeys ?? { get: () => undefined }
    this.#search = new SearchDatasets({ ...components, groupKeys }, { community, isPublished })
    this.#index = new PublishIndex({ ...parts, search: this.#search })
    this.#announcer = new LinkAnnouncer(parts, { onLink: init.onLink })
    this.#schedule = new PublishSchedule({ clock: this.#clock, next: () => this.#next() })
  }

  get state(): PublishState {
    return this.#state
  }

  /** Announces the newest link, takes up an interrupted run, makes what is due, and goes on every partition. */
  async start(): Promise<void> {
    await this.#load()
    this.#announcer.announceSoon()
    await this.#noteOldest()
    if (this.#init.isSearchPublished !== undefined) this.#searchDueMs = 0
    this.#setIdle()
    this.#schedule.start()
  }

  /** Ends what is on its way; what is done is kept, and nothing is removed. */
  async stop(): Promise<void> {
    await this.#schedule.stop()
    await this.#turns.run(async () => undefined)
  }

  /** It was locked or unlocked. */
  keyChanged(): void {
    this.#schedule.poke()
  }

  /** Errors: `ERR_OPTION_INVALID`. */
  setPartitionDays(days: number): void {
    this.#partitionDays = checkedDays(days)
    if (this.#state.state === 'idle') this.#setIdle()
    this.#schedule.poke()
  }

  /** In the background. */
  setSearchPublished(isPublished: boolean): void {
    this.#search.isPublished = isPublished
    this.#searchDueMs = 0
    this.#schedule.poke()
  }

  /** Live messages came into the log: the first of all starts the first week. */
  async noteMessages(): Promise<void> {
    if (this.#startSeconds() !== undefined) return
    await this.#noteOldest()
    if (this.#state.state === 'idle') this.#setIdle()
    this.#schedule.poke()
  }

  /**
   * Makes archives up to this moment, the last of them of a shorter time.
   *
   * Errors: `ERR_KEY_LOCKED`, `ERR_GROUP_KEY_MISSING`, `ERR_STORE_FULL`, `ERR_INDEX_FULL`, and those of
   * `HistoryDatasets.fetch` for an index that another device has published. What was made is kept, also after an abort.
   */
  async publishNow({ signal }: AbortOptions = {}): Promise<void> {
    // The moment itself belongs to the next archive.
    await this.#publishLive(Math.floor(this.#clock.nowMs() / 1000), signal)
  }

  /** Makes archives of an import, beside those of the live messages. Errors: as `publishNow`. */
  async publishImport({ id, source }: ImportedSource, { signal }: AbortOptions = {}): Promise<void> {
    await this.#perform(async () => {
      const bounds = await source.bounds({ signal })
      const spans = bounds === undefined ? [] : this.#spans(bounds.oldestSeconds, bounds.newestSeconds + 1)
      return { run: `import/${id}`, source, spans }
    }, signal)
  }

  #next(): Appointment | undefined {
    const canSign = this.#init.canSign?.() ?? true
    const searchMs = canSign && this.#journal.record.link !== undefined ? this.#searchDueMs : undefined
    const appointments: readonly (Appointment | undefined)[] = [
      appointmentAt(this.#announcer.dueMs, (signal) => this.#announcer.announce(signal)),
      appointmentAt(canSign ? this.#dueMs() : undefined, (signal) => this.#publishDue(signal)),
      appointmentAt(searchMs, (signal) => this.#publishSearch(signal)),
    ]
    return appointments.reduce((a, b) => (b === undefined || (a !== undefined && a.atMs <= b.atMs) ? a : b))
  }

  /** When the next whole partition is over. */
  #dueMs(): number | undefined {
    const startSeconds = this.#startSeconds()
    return startSeconds === undefined ? undefined : (startSeconds + this.#partitionSeconds) * 1000
  }

  #startSeconds(): number | undefined {
    return this.#journal.record.lastEndSeconds ?? this.#oldestSeconds
  }

  get #partitionSeconds(): number {
    return this.#partitionDays * DAY_SECONDS
  }

  /** One archive for each whole partition since the last one; what has begun waits for its end. */
  async #publishDue(signal: AbortSignal): Promise<void> {
    const startSeconds = this.#startSeconds()
    if (startSeconds === undefined) return
    const passedSeconds = Math.floor(this.#clock.nowMs() / 1000) - startSeconds
    const wholeSeconds = Math.floor(passedSeconds / this.#partitionSeconds) * this.#partitionSeconds
    await this.#publishLive(startSeconds + wholeSeconds, signal)
  }

  async #publishLive(endSeconds: number, signal: AbortSignal | undefined): Promise<void> {
    await this.#perform(async () => {
      await this.#markArchived(signal)
      await this.#adopt(signal)
      const { log } = this.#components
      const { lastEndSeconds, adoptedEndSeconds } = this.#journal.record
      const bounds = await log.bounds({ signal })
      const oldestSeconds = Math.max(bounds?.oldestSeconds ?? endSeconds, adoptedEndSeconds)
      const startSeconds = lastEndSeconds ?? oldestSeconds
      // What came after its week was archived gets archives of its own; other members drop what they have twice by its id.
      const late = this.#spans(oldestSeconds, Math.min(startSeconds, endSeconds))
      return { run: LIVE, source: log, spans: [...late, ...this.#spans(startSeconds, endSeconds)], endSeconds }
    }, signal)
  }

  async #markArchived(signal: AbortSignal | undefined): Promise<void> {
    await markArchived({ ...this.#components, journal: this.#journal }, { signal })
  }

  /** On a device that has published nothing yet, another of the owner’s may have: its archives are not made again. */
  async #adopt(signal: AbortSignal | undefined): Promise<void> {
    if (this.#journal.record.link !== undefined || this.#journal.record.lastEndSeconds !== undefined) return
    if (this.#components.newestLink() === undefined) return
    const entries = await this.#index.entriesBefore({ signal })
    const endSeconds = Math.max(0, ...entries.map(({ toSeconds }) => toSeconds))
    await this.#journal.update({ lastEndSeconds: endSeconds, adoptedEndSeconds: endSeconds })
  }

  /** Minutes in a large community: runs that come meanwhile do not wait for it. */
  async #publishSearch(signal: AbortSignal): Promise<void> {
    this.#searchDueMs = undefined
    try {
      await this.#search.prepare(await this.#index.entriesBefore({ signal }), { signal })
      await this.#turns.run(async () => {
        const change = await this.#index.publish({ archives: [], isForSearch: true, signal })
        if (change.indexCid === undefined) return
        await this.#announcer.sign(change.indexCid, { obsolete: change.obsolete })
        await this.#search.settle(change.entries)
        await this.#announcer.announce(signal)
      })
    } catch {
      signal.throwIfAborted()
      this.#searchDueMs = this.#clock.nowMs() + SEARCH_RETRY_MS
    }
  }

  #spans(fromSeconds: number, toSeconds: number): SpanSeconds[] {
    return partitionSpans({ fromSeconds, toSeconds, partitionSeconds: this.#partitionSeconds })
  }

  async #perform(plan: () => Promise<Job>, signal: AbortSignal | undefined): Promise<void> {
    await this.#turns.run(async () => {
      signal?.throwIfAborted()
      try {
        this.#setState({ state: 'publishing', doneArchives: 0, totalArchives: 0 })
        await this.#load()
        this.#init.onSignal?.({ name: 'creatingHistoryArchives' })
        await this.#publish(await plan(), signal ?? new AbortController().signal)
        this.#setIdle()
      } catch (error) {
        if (signal?.aborted === true) this.#setIdle()
        else this.#setState(failedWith(error))
        throw error
      }
    })
    this.#schedule.poke()
  }

  async #publish(job: Job, signal: AbortSignal): Promise<void> {
    const { log } = this.#components
    await this.#index.checkRoom(job, { signal })
    const { archives, orphans } = await makeArchives(
      { ...this.#components, journal: this.#journal },
      {
        ...job,
        topics: this.#init.topics(),
        signal,
        onProgress: (progress) => this.#setState({ state: 'publishing', ...progress }),
      },
    )
    const { lastEndSeconds = 0 } = this.#journal.record
    const unmarked = archives.map(({ entry }) => entry.cid.toString())
    const ends =
      job.endSeconds === undefined ? {} : { lastEndSeconds: Math.max(lastEndSeconds, job.endSeconds), unmarked }
    await this.#search.prepare(entriesOf(archives), { signal })
    const change = await this.#index.publish({ archives, signal })
    const made = { ...this.#journal.record.made, [job.run]: [] }
    const obsolete = [...change.obsolete, ...orphans.map(({ entry }) => entry.cid.toString())]
    await this.#announcer.sign(change.indexCid, { ...ends, made, obsolete })
    await this.#search.settle(change.entries)
    if (job.endSeconds !== undefined) {
      await this.#markArchived(signal)
      await log.deleteBefore(Math.min(job.endSeconds, Math.floor(this.#clock.nowMs() / 1000) - KEPT_SECONDS))
    }
    this.#tell(job, change.indexCid !== undefined)
    if (change.indexCid !== undefined) await this.#announcer.announce(signal)
  }

  #tell({ spans }: Job, isNew: boolean): void {
    const fromMs = (spans[0]?.fromSeconds ?? 0) * 1000
    const toMs = (spans.at(-1)?.toSeconds ?? 0) * 1000
    this.#init.onSignal?.({ name: isNew ? 'historyArchivesCreated' : 'noHistoryArchivesCreated', fromMs, toMs })
    if (this.#journal.record.link !== undefined) this.#init.onSignal?.({ name: 'historyArchivesSeeding' })
  }

  async #load(): Promise<void> {
    this.#loading ??= Promise.all([this.#journal.load(this.#clock.nowMs()), this.#search.load()])
    await this.#loading
  }

  async #noteOldest(): Promise<void> {
    this.#oldestSeconds = (await this.#components.log.bounds())?.oldestSeconds
  }

  #setIdle(): void {
    const { publishedAtMs } = this.#journal.record
    this.#setState({ state: 'idle', lastPublishedAtMs: publishedAtMs, nextAtMs: this.#dueMs() })
  }

  #setState(state: PublishState): void {
    this.#state = state
    this.#init.onState?.(state)
  }
}
