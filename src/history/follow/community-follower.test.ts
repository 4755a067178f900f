/** A member’s side, by the cases of the archive downloader of status-go and go-codex-client (facts §6.2). */
import { beforeEach, describe, expect, it } from 'vitest'
import { QuireError } from '../../errors.ts'
import { Member, NOBODY_HAS_IT, Source, weekOf } from '../testing/follower-fixture.ts'

let source: Source
let member: Member

beforeEach(async () => {
  source = new Source()
  member = new Member(source.network)
  await member.follower.start()
})

/** Weeks in the order in which their archives were asked for. */
function fetchedWeeks(): number[] {
  const weeks = new Map(member.follower.archives.map(({ entry }) => [entry.cid.toString(), weekOf(entry)]))
  return member.datasets.fetched.flatMap((cid) => weeks.get(cid) ?? [])
}

describe('CommunityFollower', () => {
  it('fetches a single archive and tells of it', async () => {
    const [entry] = await source.archives(1)
    if (entry === undefined) throw new Error('one was made')
    expect(member.offer(await source.index([entry]))).toBe('accept')
    await member.upToDate()
    const [archive, ...more] = member.follower.archives
    expect(more).toEqual([])
    expect(archive).toMatchObject({ entry, state: 'held', isRead: true, messageCount: 1, sizeBytes: 100 })
    expect(member.events).toContainEqual({
      type: 'signal',
      signal: { name: 'historyArchiveDownloaded', fromMs: entry.fromSeconds * 1000, toMs: entry.toSeconds * 1000 },
    })
  })

  it('tells what it does in the order of a member’s signals', async () => {
    member.offer(await source.index(await source.archives(1)))
    await member.upToDate()
    await member.when(() => member.signals.at(-1) === 'downloadingHistoryArchivesFinished' || undefined)
    expect(member.signals).toEqual([
      'indexDownloadCompleted',
      'downloadingHistoryArchivesStarted',
      'historyArchiveDownloaded',
      'importingHistoryArchiveMessages',
      'historyArchivesSeeding',
      'downloadingHistoryArchivesFinished',
    ])
  })

  it('fetches the newest first, three at once, and reads one at a time', async () => {
    member.datasets.fault = async () => new Promise((resolve) => setImmediate(resolve))
    member.offer(await source.index(await source.archives(3, 1, 7, 5, 2, 6, 4, 0)))
    await member.upToDate()
    expect(fetchedWeeks()).toEqual([7, 6, 5, 4, 3, 2, 1, 0])
    expect(member.datasets.mostRunning).toBe(3)
    expect(member.reader.mostRunning).toBe(1)
  })

  it('fetches only what is not here yet', async () => {
    const entries = await source.archives(0, 1, 2)
    member.offer(await source.index([entries[0], entries[2]].filter((entry) => entry !== undefined)))
    await member.upToDate()
    member.datasets.fetched.length = 0
    member.offer(await source.index(entries))
    await member.until(({ state }) => state !== 'up-to-date')
    await member.upToDate()
    expect(fetchedWeeks()).toEqual([1])
    expect(member.heldWeeks).toEqual([2, 1, 0])
  })

  it('goes on with the others where one fails, and tries that one again after pauses that grow', async () => {
    const triedAtMs: number[] = []
    const entries = await source.archives(0, 1, 2)
    const failing = entries[1]?.cid.toString()
    member.datasets.fault = (_options, cid) => {
      if (cid !== failing) return
      triedAtMs.push(member.clock.nowMs())
      throw NOBODY_HAS_IT
    }
    member.offer(await source.index(entries))
    expect(await member.until(({ state }) => state === 'waiting')).toEqual({
      state: 'waiting',
      reason: 'nobody-has-archives',
    })
    expect(member.heldWeeks).toEqual([2, 0])
    member.clock.sleepers = 1
    await member.clock.advance(36_000)
    expect(triedAtMs.map((at) => (at - (triedAtMs[0] ?? 0)) / 1000)).toEqual([0, 5, 15, 35])
    member.datasets.fault = undefined
    member.clock.sleepers = 0
    member.follower.retryNow()
    await member.upToDate()
    expect(member.heldWeeks).toEqual([2, 1, 0])
  })

  it('holds nothing and says so where nobody has any of them', async () => {
    const entries = await source.archives(0, 1)
    for (const { cid } of entries) await source.datasets.remove(cid)
    member.offer(await source.index(entries))
    await member.until(({ state }) => state === 'waiting')
    expect(member.follower.archives.map(({ state }) => state)).toEqual(['nobody-has-it', 'nobody-has-it'])
    expect(member.heldWeeks).toEqual([])
  })

  it('does not take a manifest for an archive: one is held only when all of it has come', async () => {
    const arrived = Promise.withResolvers<void>()
    const entries = await source.archives(0)
    const cid = entries[0]?.cid.toString()
    member.datasets.fault = async ({ onProgress }, asked) => {
      if (asked !== cid) return
      onProgress?.({ doneBytes: 0, sizeBytes: 100 })
      await arrived.promise
    }
    member.offer(await source.index(entries))
    await member.when(() => member.follower.archives.find(({ sizeBytes }) => sizeBytes === 100))
    expect(member.follower.archives[0]).toMatchObject({ state: 'fetching', doneBytes: 0, isRead: false })
    arrived.resolve()
    await member.upToDate()
    expect(member.heldWeeks).toEqual([0])
  })

  it('ends what is on its way when it is stopped, and goes on at the next start', async () => {
    const entries = await source.archives(0, 1)
    const stuck = entries[0]?.cid.toString()
    member.datasets.fault = async (_options, cid) => (cid === stuck ? new Promise(() => undefined) : undefined)
    member.offer(await source.index(entries))
    await member.when(() => (member.heldWeeks.includes(1) && member.reader.readWeeks.includes(1)) || undefined)
    await member.follower.stop()
    expect(member.datasets.running).toBe(0)
    member.datasets.fault = undefined
    member.datasets.fetched.length = 0
    await member.restart()
    await member.upToDate()
    expect(fetchedWeeks()).toEqual([0])
    expect(member.reader.readWeeks).toEqual([1, 0])
  })

  it('stops fetching while paused, and goes on afterwards', async () => {
    member.follower.pause()
    member.offer(await source.index(await source.archives(0)))
    await member.until(({ state }) => state === 'paused')
    expect(member.datasets.fetched).toEqual([])
    await member.restart()
    expect(member.follower.state).toEqual({ state: 'paused' })
    member.follower.resume()
    await member.upToDate()
    expect(member.heldWeeks).toEqual([0])
  })

  it('shows an archive that is none as damaged, and reads the others', async () => {
    member.reader.outcome = (week) => {
      if (week === 1) throw new QuireError('ERR_ARCHIVE_INVALID', 'It does not decode.')
      return { outcome: 'read', messageCount: 1, missingKeyIds: [] }
    }
    member.offer(await source.index(await source.archives(0, 1, 2)))
    await member.upToDate()
    expect(member.follower.archives.map(({ state }) => state)).toEqual(['held', 'damaged', 'held'])
  })

  it('asks for no block of an archive that is larger than one may be', async () => {
    const maxima: number[] = []
    member.datasets.fault = ({ maxBytes }) => {
      maxima.push(maxBytes)
      if (maxima.length > 1) throw new QuireError('ERR_ARCHIVE_TOO_LARGE', 'It is too large.')
    }
    member.offer(await source.index(await source.archives(0)))
    await member.upToDate()
    expect(maxima).toEqual([8_388_608, 67_108_864])
    expect(member.follower.archives.map(({ state }) => state)).toEqual(['damaged'])
    expect(member.follower.heldBytes).toBe(0)
  })
})
