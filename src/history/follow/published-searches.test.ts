import { describe, expect, it } from 'vitest'
import type { ManifestCid } from '../../codec/cid.ts'
import { QuireError } from '../../errors.ts'
import type { ArchiveEntry } from '../archive/archive-entry.ts'
import { encodeSearchIndex } from '../search/published-search-index.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { FOLLOWED, weekEntry } from '../testing/follower-fixture.ts'
import { MemoryDatasetNetwork } from '../testing/memory-datasets.ts'
import { MemoryHistorySettings } from '../testing/memory-history-settings.ts'
import { chatOf, idOf } from '../timeline/testing/sample-messages.ts'
import type { FollowedArchive } from './follow-state.ts'
import { PublishedSearches } from './published-searches.ts'

const RIGHTS = { community: FOLLOWED }
const QUERY = { text: 'room', limit: 10 }

function archiveOf(entry: ArchiveEntry, change: Partial<FollowedArchive> = {}): FollowedArchive {
  return { entry, state: 'known', doneBytes: 0, isRead: false, missingKeyIds: [], ...change }
}

/** A member who knows of archives and holds none; the owner’s device has what is published. */
class Searcher {
  readonly network = new MemoryDatasetNetwork()
  readonly owner = this.network.device()
  readonly datasets = this.network.device()
  readonly settings = new MemoryHistorySettings()
  readonly clock = new ManualClock(0)
  archives: FollowedArchive[] = []
  isPaused = false
  quotaBytes = 2 ** 31
  searches = this.#open()
  #changes = 0
  #onChange: (() => void) | undefined

  /** An archive of a week, in which one message says `text`; newest first, as they are added in the order of weeks. */
  async publish(week: number, text: string, bytes?: Uint8Array): Promise<FollowedArchive> {
    const cid = await this.owner.publish(new Uint8Array(100).fill(week + 1))
    const entry = weekEntry(week, cid)
    const message = chatOf({ number: week, clockMs: entry.fromSeconds * 1000 + 5, text })
    const searchCid = await this.owner.publish(bytes ?? encodeSearchIndex(entry.id, [message], RIGHTS))
    return this.add({ ...entry, searchCid })
  }

  add(entry: ArchiveEntry): FollowedArchive {
    const archive = archiveOf(entry)
    this.archives = [archive, ...this.archives]
    return archive
  }

  async changes(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onChange = () => this.#changes >= count && resolve()
    this.#onChange()
    await promise
  }

  async restart(): Promise<void> {
    await this.searches.stop()
    this.searches = this.#open()
    await this.searches.start()
  }

  /** What is on its way has ended. */
  async settled(): Promise<void> {
    await this.searches.stop()
    await this.searches.start()
  }

  #open(): PublishedSearches {
    const { datasets, settings, clock } = this
    return new PublishedSearches(
      { datasets, settings, clock, unseal: async (bytes) => bytes },
      {
        community: FOLLOWED,
        archives: () => this.archives,
        isPaused: () => this.isPaused,
        quotaBytes: () => this.quotaBytes,
        onChange: () => {
          this.#changes++
          this.#onChange?.()
        },
      },
    )
  }
}

describe('search in archives that are not held', () => {
  it('finds more once their search indexes have come, the newest first', async () => {
    const member = new Searcher()
    for (const week of [0, 1, 2, 3, 4]) await member.publish(week, `room ${week}`)
    expect(await member.searches.search(QUERY)).toEqual({ hits: [], isMore: false, searchedArchives: 0 })
    await member.changes(5)
    expect(member.datasets.fetched[0]).toBe(member.archives[0]?.entry.searchCid?.toString())
    expect(member.datasets.mostRunning).toBeLessThanOrEqual(3)
    const { hits, searchedArchives } = await member.searches.search(QUERY)
    expect(searchedArchives).toBe(5)
    expect(hits.map(({ messageId }) => messageId)).toEqual([4, 3, 2, 1, 0].map((week) => idOf(week).slice(0, 10)))
    expect(hits[0]).not.toHaveProperty('message')
    expect(await member.searches.search({ ...QUERY, limit: 2 })).toMatchObject({ isMore: true, searchedArchives: 5 })
  })

  it('pages through messages of one moment in several archives, each of them once', async () => {
    const member = new Searcher()
    const cids = [
      await member.owner.publish(new Uint8Array(100).fill(1)),
      await member.owner.publish(new Uint8Array(100).fill(2)),
    ]
    const entries = cids.map((cid, week) => weekEntry(week, cid))
    const clockMs = (entries[0]?.toSeconds ?? 0) * 1000
    const messages = Array.from({ length: 9 }, (_, number) => chatOf({ number, clockMs, text: 'room' }))
    // Of a moment between the two weeks, which have three of the messages in common.
    for (const [week, { id }] of entries.entries()) {
      const some = week === 0 ? messages.slice(0, 6) : messages.slice(3)
      await member.publish(week, '', encodeSearchIndex(id, some, RIGHTS))
    }
    await member.searches.search(QUERY)
    await member.changes(2)
    const seen: string[] = []
    let after = {}
    for (let isMore = true; isMore;) {
      const page = await member.searches.search({ ...QUERY, ...after, limit: 2 })
      const last = page.hits.at(-1)
      after = { beforeMs: last?.atMs, beforeId: last?.messageId }
      seen.push(...page.hits.map(({ messageId }) => messageId))
      isMore = page.isMore
    }
    const ids = messages.map(({ id }) => id.slice(0, 10))
    expect(seen).toEqual(ids.toSorted().toReversed())
  })

  it('keeps what has come over a restart, and fetches nothing twice', async () => {
    const member = new Searcher()
    await member.publish(0, 'room')
    await member.searches.search(QUERY)
    await member.changes(1)
    await member.restart()
    expect((await member.searches.search(QUERY)).hits).toHaveLength(1)
    expect(member.datasets.fetched).toHaveLength(1)
    expect(member.searches.heldBytes).toBeGreaterThan(0)
  })

  it('frees an index when the archive itself is here, and all of them when the community is left', async () => {
    const member = new Searcher()
    for (const week of [0, 1]) await member.publish(week, 'room')
    await member.searches.search(QUERY)
    await member.changes(2)
    member.archives = member.archives.map((archive, i) =>
      i === 0 ? { ...archive, state: 'held', isRead: true } : archive,
    )
    await member.searches.reconcile()
    expect([...member.datasets.held.keys()]).toEqual([member.archives[1]?.entry.searchCid?.toString()])
    await member.searches.leave({ isDataRemoved: true })
    expect(member.datasets.held.size).toBe(0)
    expect(member.searches.heldBytes).toBe(0)
  })

  it('takes no more than a small share of the quota', async () => {
    const member = new Searcher()
    for (const week of [0, 1]) await member.publish(week, 'room')
    const [newest] = member.archives
    const sizeBytes = member.owner.published.at(-1)?.sizeBytes ?? 0
    await member.searches.search(QUERY)
    await member.changes(2)
    member.quotaBytes = sizeBytes * 16
    await member.searches.reconcile()
    expect([...member.datasets.held.keys()]).toEqual([newest?.entry.searchCid?.toString()])
  })

  it('fetches nothing while the community is paused', async () => {
    const member = new Searcher()
    await member.publish(0, 'room')
    member.isPaused = true
    await member.searches.search(QUERY)
    await member.settled()
    expect(member.datasets.fetched).toEqual([])
  })

  it('is not misled by what is no search index, is of another archive, too large or out of its week', async () => {
    const member = new Searcher()
    const other = await member.publish(0, 'room')
    const late = chatOf({ number: 9, clockMs: (other.entry.toSeconds + 30 * 86_400) * 1000, text: 'room' })
    member.archives = []
    await member.publish(1, '', Uint8Array.of(1, 2, 3))
    await member.publish(2, '', encodeSearchIndex(other.entry.id, [late], RIGHTS))
    await member.publish(3, '', new Uint8Array(5 << 20))
    await member.publish(4, 'nothing to see')
    member.add({
      ...weekEntry(0, other.entry.cid),
      searchCid: await member.owner.publish(encodeSearchIndex(other.entry.id, [late], RIGHTS)),
    })
    await member.searches.search(QUERY)
    await member.changes(2)
    const { hits, searchedArchives } = await member.searches.search(QUERY)
    expect({ hits, searchedArchives }).toEqual({ hits: [], searchedArchives: 2 })
    expect(member.datasets.held.size).toBe(2)
  })

  it('does not remove what is here for another reason, whatever an index calls it', async () => {
    const member = new Searcher()
    const mine: ManifestCid = await member.datasets.publish(Uint8Array.of(7))
    const cid = await member.owner.publish(Uint8Array.of(1))
    member.add({ ...weekEntry(0, cid), searchCid: mine })
    await member.searches.search(QUERY)
    await member.settled()
    await member.searches.leave({ isDataRemoved: true })
    expect(await member.datasets.isHeld(mine)).toBe(true)
  })

  it('asks again after a while where nobody had one, and not before', async () => {
    const member = new Searcher()
    await member.publish(0, 'room')
    member.datasets.fault = () => {
      throw new QuireError('ERR_MANIFEST_NOT_FOUND', 'Nobody has it.')
    }
    for (const _ of [1, 2]) {
      await member.searches.search(QUERY)
      await member.settled()
    }
    expect(member.datasets.fetched).toHaveLength(1)
    member.datasets.fault = undefined
    await member.clock.advance(600_000)
    await member.searches.search(QUERY)
    await member.changes(1)
    expect((await member.searches.search(QUERY)).hits).toHaveLength(1)
  })
})
