/**
 * The archives that are on their way: three are fetched at once, and one is read, so that one is in memory. What somebody waits
 * for, and the first of all, begins alone.
 */
import { Mutex } from '../../store/mutex.ts'
import type { HistoryClock } from '../clock.ts'
import type { ArchiveId, CommunityId } from '../ids.ts'
import type { HistoryDatasets } from '../ports.ts'
import type { ArchiveQuota, QuotaMember } from './archive-quota.ts'
import type { ArchiveReader } from './archive-reader.ts'
import { aloneUntilMs, leastUrgent, type Work } from './archive-urgency.ts'
import { type ArchiveRow, isHere } from './archive-table.ts'
import { fetchArchive, later, quotaTooSmall, readArchive, type RowChange } from './archive-work.ts'
import { isWantedRow, type QueueInit, toFetch, toRead } from './follow-queue.ts'
import type { Patience } from './index-fetcher.ts'
import type { HistorySignal } from './signals.ts'

const FETCHED_AT_ONCE = 3
/** Progress is told whenever this share of an archive has come. */
const TOLD_SHARE = 1 / 32

interface LanesComponents {
  readonly datasets: HistoryDatasets
  readonly reader: ArchiveReader
  readonly quota: ArchiveQuota | undefined
  readonly clock: HistoryClock
  /** What search indexes take of the quota. */
  readonly searchBytes?: (() => number) | undefined
}

interface LanesInit {
  readonly community: CommunityId
  readonly patience: Patience
  readonly queue: () => QueueInit
  readonly isViewed: (row: ArchiveRow) => boolean
  /** The moment in it that somebody waits for. */
  readonly nearMs: (row: ArchiveRow) => number | undefined
  readonly quotaBytes: () => number
  /** A row has changed; `isRead` where the timeline shows more or less than before. */
  readonly onChange: (row: ArchiveRow, isRead: boolean) => void
  readonly onSignal: (signal: HistorySignal) => void
  /** What did not fit may fit now. */
  readonly onRoom: () => void
}

export class ArchiveLanes {
  readonly #components: LanesComponents
  readonly #init: LanesInit
  readonly #fetching = new Map<ArchiveId, Work>()
  #reading: Work | undefined
  /** What is freed must be gone before it is fetched again. */
  readonly #freeing = new Mutex()
  #leaveQuota: (() => void) | undefined
  #isRound = false

  constructor(components: LanesComponents, init: LanesInit) {
    this.#components = components
    this.#init = init
  }

  start(): void {
    this.#leaveQuota = this.#components.quota?.add(this.#member()) ?? (() => undefined)
  }

  /** Looks whether what the record calls held is there; what is not is fetched again. */
  async verify(): Promise<void> {
    for (const row of this.#init.queue().rows.filter(isHere)) {
      if (this.#leaveQuota === undefined) return
      const isHeld = await this.#components.datasets.isHeld(row.entry.cid).catch(() => true)
      if (!isHeld && isHere(row)) this.#change(row, { state: 'known', doneBytes: 0 })
    }
  }

  /** Ends what is on its way and waits for it. */
  async stop(): Promise<void> {
    this.#leaveQuota?.()
    this.#leaveQuota = undefined
    const works = [...this.#fetching.values(), ...(this.#reading === undefined ? [] : [this.#reading])]
    for (const { controller } of works) controller.abort()
    await Promise.all(works.map(({ end }) => end))
    await this.#freeing.run(async () => undefined)
  }

  /** Begins what can begin, and ends what nobody wants any more. */
  run(): void {
    const queue = this.#init.queue()
    for (const { row, controller } of this.#fetching.values()) if (!isWantedRow(row, queue)) controller.abort()
    for (const row of toFetch(queue)) {
      // Those that somebody waits for come first.
      if (!queue.isJump(row) && aloneUntilMs([...this.#fetching.values()], queue) > queue.nowMs) break
      if (this.#fetching.size < FETCHED_AT_ONCE) this.#beginFetch(row, queue)
      else {
        if (queue.isJump(row)) this.#makeWay(queue)
        break
      }
    }
    const next = this.#reading === undefined ? toRead(queue)[0] : undefined
    if (next !== undefined) this.#beginRead(next)
    this.#endRound()
  }

  /** When those that wait for one to come alone may begin. */
  get timesMs(): readonly number[] {
    return [aloneUntilMs([...this.#fetching.values()], this.#init.queue())]
  }

  retryAll(): void {
    this.#forgetCrowding()
    for (const row of this.#init.queue().rows) {
      row.retryAtMs = 0
      // What was not understood may be, by a newer version of the reader.
      if (row.state === 'damaged' && row.sizeBytes !== undefined) row.state = 'held'
    }
  }

  /** Somebody waits for it: it is tried now, whatever it waited for. */
  hurry(row: ArchiveRow): void {
    if (row.state === 'nobody-has-it') row.state = 'known'
    Object.assign(row, { retryAtMs: 0, error: row.state === 'damaged' ? row.error : undefined })
  }

  /** What was read without a key is read with it, also what is being read. */
  readAgain(isMeant: (row: ArchiveRow) => boolean): void {
    this.#reading?.controller.abort()
    for (const row of this.#init.queue().rows.filter(isMeant)) {
      if (row.state === 'missing-key' || row.state === 'held') Object.assign(row, { state: 'held', isRead: false })
    }
  }

  /** A quota has changed: what did not fit may fit now, and what fitted may not. */
  makeRoom(): void {
    this.#forgetCrowding()
    this.keepQuota()
  }

  /** Frees what nobody reads any more, where there is too much. */
  keepQuota(): void {
    void this.#components.quota?.enforce()
  }

  /** Takes an archive out of the timeline and off this device. Errors: `ERR_STORE_FAILED`. */
  async free(row: ArchiveRow): Promise<void> {
    const reading = this.#reading?.row === row ? this.#reading : undefined
    reading?.controller.abort()
    this.#change(row, { state: 'known', isRead: false, doneBytes: 0, isCrowdedOut: true, missingKeyIds: [] })
    await this.#freeing.run(async () => {
      await reading?.end
      await this.#components.reader.forget(this.#init.community, row.entry)
      await this.#components.datasets.remove(row.entry.cid)
    })
  }

  /** Takes all of them off this device; what other communities had no room for is tried again. */
  async freeAll(): Promise<void> {
    const rows = this.#init.queue().rows.filter((row) => isHere(row) || row.doneBytes > 0)
    for (const row of rows) await this.free(row)
    this.#components.quota?.noteRoom()
  }

  async #evict(row: ArchiveRow): Promise<void> {
    const work = this.#fetching.get(row.entry.id)
    if (work === undefined) {
      const nowMs = this.#components.clock.nowMs()
      // It is still here, so it counts, and goes at the next chance.
      await this.free(row).catch(() => this.#change(row, { ...later(row, nowMs), state: 'held' }))
      if (!this.#init.queue().rows.some(isHere)) this.#init.onSignal({ name: 'historyArchivesUnseeded' })
      return
    }
    work.isEvicted = true
    this.#change(row, { isCrowdedOut: true })
    work.controller.abort()
  }

  #forgetCrowding(): void {
    for (const row of this.#init.queue().rows) {
      row.isCrowdedOut = false
      if (row.error?.code === 'ERR_QUOTA_TOO_SMALL') row.error = undefined
    }
  }

  #member(): QuotaMember {
    const { queue, isViewed, quotaBytes } = this.#init
    const { searchBytes } = this.#components
    return {
      get searchBytes() {
        return searchBytes?.() ?? 0
      },
      get quotaBytes() {
        return quotaBytes()
      },
      get rows() {
        return queue().rows
      },
      isJump: (row) => queue().isJump(row),
      isProtected: (row) => queue().isJump(row) || isViewed(row),
      evict: (row) => this.#evict(row),
      noteRoom: () => {
        this.#forgetCrowding()
        this.#init.onRoom()
      },
    }
  }

  #beginFetch(row: ArchiveRow, queue: QueueInit): void {
    const roomBytes = this.#components.quota?.roomFor(this.#member(), row) ?? Number.POSITIVE_INFINITY
    if (roomBytes < (row.sizeBytes ?? 1)) {
      this.#change(row, { isCrowdedOut: true, ...(queue.isJump(row) ? { error: quotaTooSmall() } : {}) })
      return
    }
    if (!this.#isRound) this.#init.onSignal({ name: 'downloadingHistoryArchivesStarted' })
    this.#isRound = true
    const controller = new AbortController()
    const work: Work = { row, controller, beganAtMs: queue.nowMs, end: Promise.resolve(), isEvicted: false }
    this.#fetching.set(row.entry.id, work)
    this.#change(row, { state: 'fetching', error: undefined })
    work.end = this.#fetch(work, roomBytes)
  }

  async #fetch(work: Work, roomBytes: number): Promise<void> {
    const { datasets, clock } = this.#components
    const { row } = work
    const { signal } = work.controller
    // So that the first of all is told, which has the size.
    let toldBytes = Number.NEGATIVE_INFINITY
    const onProgress = ({ doneBytes, sizeBytes }: { doneBytes: number; sizeBytes: number }): void => {
      if (signal.aborted) return
      const isNewSize = sizeBytes !== row.sizeBytes
      Object.assign(row, { doneBytes, sizeBytes })
      if (isNewSize) this.keepQuota()
      if (doneBytes - toldBytes < sizeBytes * TOLD_SHARE && doneBytes !== sizeBytes) return
      toldBytes = doneBytes
      this.#init.onChange(row, false)
    }
    const init = { datasets, row, roomBytes, signal, onProgress, nowMs: () => clock.nowMs(), ...this.#init.patience }
    let change: RowChange
    try {
      await this.#freeing.run(async () => undefined)
      change = await fetchArchive(init)
    } catch {
      // Ended from here: it goes on where it was when it is wanted again.
      change = { state: 'known' }
    }
    if (work.isEvicted) {
      change = { state: 'known', doneBytes: 0 }
      await datasets.remove(row.entry.cid).catch(() => false)
    }
    this.#fetching.delete(row.entry.id)
    this.#change(row, change)
    if (change.state !== 'held') return
    const { fromSeconds, toSeconds } = row.entry
    this.#init.onSignal({ name: 'historyArchiveDownloaded', fromMs: fromSeconds * 1000, toMs: toSeconds * 1000 })
    this.keepQuota()
  }

  #beginRead(row: ArchiveRow): void {
    const controller = new AbortController()
    const beganAtMs = this.#components.clock.nowMs()
    const work: Work = { row, controller, beganAtMs, end: Promise.resolve(), isEvicted: false }
    this.#reading = work
    this.#init.onSignal({ name: 'importingHistoryArchiveMessages' })
    work.end = this.#read(row, controller.signal)
  }

  async #read(row: ArchiveRow, signal: AbortSignal): Promise<void> {
    const { datasets, reader, clock } = this.#components
    const { community } = this.#init
    let change: RowChange = {}
    try {
      const nearMs = this.#init.nearMs(row)
      change = await readArchive({ datasets, reader, community, row, nearMs, signal, nowMs: () => clock.nowMs() })
    } catch {
      // Ended from here: it is read from its beginning when the community is followed again.
    }
    this.#reading = undefined
    this.#change(row, change)
    // Of an archive that was here before, the size is known only now.
    this.keepQuota()
  }

  #makeWay(queue: QueueInit): void {
    const works = [...this.#fetching.values()]
    // One that is ending makes way already.
    if (!works.some(({ controller }) => controller.signal.aborted)) leastUrgent(works, queue)?.controller.abort()
  }

  #endRound(): void {
    const isBusy = this.#fetching.size > 0 || this.#reading !== undefined
    if (!this.#isRound || isBusy || toFetch(this.#init.queue()).length > 0) return
    this.#isRound = false
    this.#init.onSignal({ name: 'historyArchivesSeeding' })
    this.#init.onSignal({ name: 'downloadingHistoryArchivesFinished' })
  }

  #change(row: ArchiveRow, change: RowChange): void {
    const wasRead = row.isRead
    Object.assign(row, change)
    this.#init.onChange(row, wasRead !== row.isRead || change.isRead === true)
  }
}
