import type { ManifestCid } from '../../codec/cid.ts'
import { QuireError } from '../../errors.ts'
import type { ArchiveEntry } from '../archive/archive-entry.ts'
import { entryOf } from '../archive/build-archive.ts'
import { encodeIndex } from '../archive/read-index.ts'
import type { ArchiveQuota } from '../follow/archive-quota.ts'
import type { ArchiveReader, ReadOptions, ReadOutcome } from '../follow/archive-reader.ts'
import { CommunityFollower, type FollowerEvent } from '../follow/community-follower.ts'
import type { FollowState } from '../follow/follow-state.ts'
import type { CommunityId } from '../ids.ts'
import { ManualClock } from './manual-clock.ts'
import { MemoryDatasetNetwork, type MemoryDatasets } from './memory-datasets.ts'
import { MemoryHistorySettings } from './memory-history-settings.ts'
import { START_SECONDS, TOPIC, WEEK } from './waku-messages.ts'

export const FOLLOWED = '0x02f08b4e8c99dede7c8953e7774a0770a7301b3a71aabe9d452bf2b5d946dd437c' as CommunityId
export const NOW_MS = (START_SECONDS + 52 * WEEK) * 1000
export const NOBODY_HAS_IT = new QuireError('ERR_MANIFEST_NOT_FOUND', 'Nobody has it.')

/** Somebody who has archives and makes indexes of them; their contents are random, as a reader that is a double reads them. */
export class Source {
  readonly datasets: MemoryDatasets
  readonly network: MemoryDatasetNetwork

  constructor(network = new MemoryDatasetNetwork()) {
    this.network = network
    this.datasets = network.device()
  }

  /** An archive of one week of the year, of this size. */
  async archive(week: number, sizeBytes = 100): Promise<ArchiveEntry> {
    const bytes = new Uint8Array(sizeBytes).fill(week + 1)
    const cid = await this.datasets.publish(bytes)
    return weekEntry(week, cid)
  }

  async archives(...weeks: readonly number[]): Promise<ArchiveEntry[]> {
    return Promise.all(weeks.map(async (week) => this.archive(week)))
  }

  async index(entries: readonly ArchiveEntry[]): Promise<ManifestCid> {
    return this.datasets.publish(encodeIndex(entries))
  }
}

export function weekEntry(week: number, cid: ManifestCid): ArchiveEntry {
  const fromSeconds = START_SECONDS + week * WEEK
  return entryOf({ fromSeconds, toSeconds: fromSeconds + WEEK, topics: [TOPIC], cid })
}

/** Which week of the year an archive is of. */
export function weekOf({ fromSeconds }: { readonly fromSeconds: number }): number {
  return (fromSeconds - START_SECONDS) / WEEK
}

export function weekSpan(week: number): { fromMs: number; toMs: number } {
  const fromMs = (START_SECONDS + week * WEEK) * 1000
  return { fromMs: fromMs + 1, toMs: fromMs + 2 }
}

/** Reads every archive as one message, unless `outcome` says otherwise. */
export class ReaderDouble implements ArchiveReader {
  readonly readWeeks: number[] = []
  /** The moments that were to be read first, one an archive. */
  readonly nearMs: (number | undefined)[] = []
  readonly forgotten: number[] = []
  outcome: ((week: number) => Promise<ReadOutcome> | ReadOutcome) | undefined
  running = 0
  mostRunning = 0

  async read(
    _community: CommunityId,
    entry: ArchiveEntry,
    _bytes: Uint8Array,
    options: ReadOptions = {},
  ): Promise<ReadOutcome> {
    this.nearMs.push(options.nearMs)
    this.mostRunning = Math.max(this.mostRunning, ++this.running)
    try {
      const outcome = await this.outcome?.(weekOf(entry))
      this.readWeeks.push(weekOf(entry))
      return outcome ?? { outcome: 'read', messageCount: 1, missingKeyIds: [] }
    } finally {
      this.running--
    }
  }

  async forget(_community: CommunityId, entry: ArchiveEntry): Promise<void> {
    this.forgotten.push(weekOf(entry))
  }
}

/** Counts how often somebody looks at it, and ends the test where that has no end. */
export class CountedClock extends ManualClock {
  looks = 0

  override nowMs(): number {
    if (++this.looks > 20_000) throw new Error('The clock is looked at without end.')
    return super.nowMs()
  }
}

interface MemberInit {
  readonly quota?: ArchiveQuota | undefined
  readonly clock?: ManualClock
  readonly reader?: ReaderDouble
}

/** A member’s device, and what its follower told. */
export class Member {
  readonly datasets: MemoryDatasets
  readonly settings = new MemoryHistorySettings()
  readonly clock: ManualClock
  readonly reader: ReaderDouble
  readonly events: FollowerEvent[] = []
  follower: CommunityFollower
  unseal: (bytes: Uint8Array) => Promise<Uint8Array> = async (bytes) => bytes
  readonly #quota: ArchiveQuota | undefined
  #clockMs = NOW_MS - 1_000_000

  constructor(network: MemoryDatasetNetwork, init: MemberInit = {}) {
    const { quota, clock = new ManualClock(NOW_MS), reader = new ReaderDouble() } = init
    this.clock = clock
    this.reader = reader
    this.datasets = network.device()
    this.#quota = quota
    this.follower = this.#open()
  }

  get signals(): string[] {
    return this.events.flatMap((event) => (event.type === 'signal' ? [event.signal.name] : []))
  }

  get heldWeeks(): number[] {
    return this.follower.archives.flatMap(({ entry, state }) => (state === 'held' ? [weekOf(entry)] : []))
  }

  /** The page is closed and opened again. */
  async restart(): Promise<void> {
    await this.follower.stop()
    this.follower = this.#open()
    await this.follower.start()
  }

  /** A link by the community’s key, newer than those before. */
  offer(indexCid: ManifestCid | ''): string {
    this.#clockMs += 1000
    return this.follower.offerLink({ signer: FOLLOWED, clockMs: this.#clockMs, archiveLink: indexCid.toString() })
  }

  /** Resolves with the first state that fits, the present one included. */
  async until(isIt: (state: FollowState) => boolean): Promise<FollowState> {
    if (isIt(this.follower.state)) return this.follower.state
    return this.when(() => (isIt(this.follower.state) ? this.follower.state : undefined))
  }

  /** Resolves with what `look` finds, now or after one of the events to come. */
  async when<T>(look: () => T | undefined): Promise<T> {
    const now = look()
    if (now !== undefined) return now
    const { promise, resolve } = Promise.withResolvers<T>()
    const stop = this.follower.on(() => {
      const found = look()
      if (found !== undefined) resolve(found)
    })
    return promise.finally(stop)
  }

  async upToDate(): Promise<void> {
    await this.until(({ state }) => state === 'up-to-date')
  }

  #open(): CommunityFollower {
    const { datasets, settings, clock, reader } = this
    const unseal = async (bytes: Uint8Array): Promise<Uint8Array> => this.unseal(bytes)
    const follower = new CommunityFollower(
      { datasets, settings, clock, reader, unseal, quota: this.#quota },
      { community: FOLLOWED },
    )
    follower.on((event) => this.events.push(event))
    return follower
  }
}
