/** Where somebody looks: spans before everything else, choices and quotas. */
import { beforeEach, describe, expect, it } from 'vitest'
import { QuireError } from '../../errors.ts'
import { Member, NOBODY_HAS_IT, NOW_MS, Source, weekOf, weekSpan } from '../testing/follower-fixture.ts'
import { settle } from '../testing/manual-clock.ts'
import { ArchiveQuota } from './archive-quota.ts'

let source: Source
let member: Member

beforeEach(async () => {
  source = new Source()
  member = new Member(source.network)
  await member.follower.start()
})

const ALL = { fromMs: 0, toMs: NOW_MS }

function fetchedWeeks(): number[] {
  const weeks = new Map(member.follower.archives.map(({ entry }) => [entry.cid.toString(), weekOf(entry)]))
  return member.datasets.fetched.flatMap((cid) => weeks.get(cid) ?? [])
}

describe('fetchSpan', () => {
  it('resolves when what touches the span is held and read, and not before', async () => {
    member.follower.setKeep({ kind: 'viewed' })
    member.offer(await source.index(await source.archives(0, 1, 2)))
    await member.follower.fetchSpan(weekSpan(1))
    expect(fetchedWeeks()).toEqual([1])
    expect(member.reader.readWeeks).toEqual([1])
  })

  it('has nothing to wait for where nothing touches the span', async () => {
    member.offer(await source.index(await source.archives(0)))
    await member.upToDate()
    await member.follower.fetchSpan(weekSpan(30))
    expect(fetchedWeeks()).toEqual([0])
  })

  it('tries at once what waits for its time', async () => {
    const entries = await source.archives(0)
    member.datasets.fault = (_options, cid) => {
      if (cid === entries[0]?.cid.toString()) throw NOBODY_HAS_IT
    }
    member.offer(await source.index(entries))
    await member.until(({ state }) => state === 'waiting')
    await expect(member.follower.fetchSpan(ALL)).rejects.toBe(NOBODY_HAS_IT)
    member.datasets.fault = undefined
    await member.follower.fetchSpan(ALL)
    expect(member.heldWeeks).toEqual([0])
  })

  it('rejects with the key that is missing, and with what is damaged', async () => {
    const keyId = `0x${'99'.repeat(32)}`
    member.reader.outcome = (week) => {
      if (week === 0) return { outcome: 'missing-key', missingKeyIds: [keyId] }
      throw new QuireError('ERR_ARCHIVE_INVALID', 'It does not decode.')
    }
    member.offer(await source.index(await source.archives(0, 1)))
    const sealed = member.follower.fetchSpan(weekSpan(0))
    await expect(sealed).rejects.toMatchObject({ code: 'ERR_GROUP_KEY_MISSING', details: { keyId } })
    await expect(member.follower.fetchSpan(weekSpan(1))).rejects.toMatchObject({ code: 'ERR_ARCHIVE_INVALID' })
    await member.restart()
    await expect(member.follower.fetchSpan(weekSpan(1))).rejects.toMatchObject({ code: 'ERR_ARCHIVE_INVALID' })
  })

  it('ends the fetch when nobody waits any more and nobody chose it', async () => {
    member.follower.setKeep({ kind: 'viewed' })
    const entries = await source.archives(0)
    const isAsked = Promise.withResolvers<void>()
    member.datasets.fault = async (_options, cid) => {
      if (cid !== entries[0]?.cid.toString()) return
      isAsked.resolve()
      await new Promise(() => undefined)
    }
    member.offer(await source.index(entries))
    const controller = new AbortController()
    const waiting = member.follower.fetchSpan(ALL, { signal: controller.signal })
    await isAsked.promise
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await member.upToDate()
    expect(member.datasets.running).toBe(0)
  })

  it('begins nothing else beside what somebody waits for, until that is here or takes long', async () => {
    const entries = await source.archives(0, 1, 2, 3)
    const begun: number[] = []
    const isBegun = Promise.withResolvers<void>()
    const slow = Promise.withResolvers<undefined>()
    member.datasets.fault = async (_options, cid) => {
      const week = entries.findIndex((entry) => entry.cid.toString() === cid)
      if (week < 0) return
      begun.push(week)
      isBegun.resolve()
      await slow.promise
    }
    member.follower.pause()
    member.offer(await source.index(entries))
    const waiting = member.follower.fetchSpan(weekSpan(1))
    await isBegun.promise
    member.follower.resume()
    await member.clock.advance(1_999)
    expect(begun).toEqual([1])
    await member.clock.advance(1)
    expect(begun).toEqual([1, 3, 2])
    slow.resolve(undefined)
    await waiting
  })

  it('has that read first which somebody waits for, and the newest where they wait for all', async () => {
    member.follower.pause()
    member.offer(await source.index(await source.archives(0, 1)))
    await member.follower.fetchSpan({ fromMs: weekSpan(0).fromMs + 5_000, toMs: weekSpan(0).fromMs + 7_000 })
    await member.follower.fetchSpan(ALL)
    expect(member.reader.nearMs).toEqual([weekSpan(0).fromMs + 6_000, undefined])
  })

  it('makes way where three others are stuck', async () => {
    const entries = await source.archives(0, 1, 2, 3)
    const stuck = new Set(entries.slice(1).map(({ cid }) => cid.toString()))
    const areStuck = Promise.withResolvers<void>()
    member.datasets.fault = async (_options, cid) => {
      if (!stuck.has(cid)) return
      if (member.datasets.running === 3) areStuck.resolve()
      await new Promise(() => undefined)
    }
    member.offer(await source.index(entries))
    await member.clock.advance(2_000)
    await areStuck.promise
    await member.follower.fetchSpan(weekSpan(0))
    expect(member.heldWeeks).toEqual([0])
  })

  it('fetches also while paused, the index too, and nothing else', async () => {
    member.follower.pause()
    member.offer(await source.index(await source.archives(0, 1, 2)))
    await member.follower.fetchSpan(weekSpan(1))
    await settle()
    expect(fetchedWeeks()).toEqual([1])
    expect(member.follower.state).toEqual({ state: 'paused' })
  })

  it('rejects when the community is not followed any more', async () => {
    member.datasets.fault = async () => new Promise(() => undefined)
    member.offer(await source.index(await source.archives(0)))
    const [waiting] = await Promise.allSettled([member.follower.fetchSpan(ALL), member.follower.stop()])
    expect(waiting).toMatchObject({ status: 'rejected', reason: { code: 'ERR_NODE_STOPPED' } })
  })
})

describe('choices', () => {
  it('keep the last weeks alone, or what somebody looked at alone', async () => {
    member.follower.setKeep({ kind: 'weeks', weeks: 3 })
    member.offer(await source.index(await source.archives(40, 48, 49, 50, 51)))
    await member.upToDate()
    expect(member.heldWeeks).toEqual([51, 50, 49])
    expect(member.follower.archives.map(({ state }) => state)).toEqual(['held', 'held', 'held', 'known', 'known'])
  })

  it('are kept over a restart', async () => {
    member.follower.setKeep({ kind: 'weeks', weeks: 2 })
    member.follower.setQuota(12_345)
    await member.restart()
    expect([member.follower.keep, member.follower.quotaBytes]).toEqual([{ kind: 'weeks', weeks: 2 }, 12_345])
  })
})

describe('quotas', () => {
  it('free the oldest for a newer one, with its messages', async () => {
    member.follower.setQuota(250)
    const entries = await source.archives(0, 1, 2)
    member.offer(await source.index(entries.slice(0, 2)))
    await member.upToDate()
    member.offer(await source.index(entries))
    await member.when(() => (member.heldWeeks.length === 2 && member.heldWeeks.includes(2)) || undefined)
    await member.upToDate()
    expect(member.heldWeeks).toEqual([2, 1])
    expect(member.reader.forgotten).toEqual([0])
    expect(member.datasets.held.has(entries[0]?.cid.toString() ?? '')).toBe(false)
  })

  it('keep the newest archives, and ask for none that are older', async () => {
    member.follower.setQuota(250)
    member.offer(await source.index(await source.archives(0, 1, 2, 3, 4, 5)))
    await member.upToDate()
    await settle()
    expect(member.heldWeeks).toEqual([5, 4])
    expect(fetchedWeeks().filter((week) => week < 2)).toEqual([])
    expect(member.follower.archives.map(({ state }) => state)).toEqual([
      'held',
      'held',
      'known',
      'known',
      'known',
      'known',
    ])
  })

  it('free nothing that somebody reads', async () => {
    const entries = await source.archives(0, 1, 2)
    member.offer(await source.index(entries))
    await member.upToDate()
    member.follower.noteViewed(weekSpan(0))
    member.follower.setQuota(150)
    await member.when(() => member.heldWeeks.length < 3 || undefined)
    await settle()
    expect(member.heldWeeks).toEqual([0])
    expect(member.signals).not.toContain('historyArchivesUnseeded')
    member.follower.noteViewed(undefined)
    member.follower.setQuota(50)
    await member.when(() => member.signals.includes('historyArchivesUnseeded') || undefined)
    expect(member.heldWeeks).toEqual([])
  })

  it('let an older week in where somebody jumps to it, for the oldest that nobody reads', async () => {
    member.follower.setQuota(250)
    member.offer(await source.index(await source.archives(0, 1, 2, 3)))
    await member.upToDate()
    await settle()
    expect(member.heldWeeks).toEqual([3, 2])
    await member.follower.fetchSpan(weekSpan(0))
    await settle()
    expect(member.heldWeeks).toEqual([3, 0])
    expect(member.reader.readWeeks.at(-1)).toBe(0)
  })

  it('that are too small for a week say so to whom waits for it', async () => {
    member.follower.setQuota(50)
    member.offer(await source.index(await source.archives(0, 1)))
    await member.upToDate()
    await expect(member.follower.fetchSpan(weekSpan(0))).rejects.toMatchObject({ code: 'ERR_QUOTA_TOO_SMALL' })
    await expect(member.follower.fetchSpan(ALL)).rejects.toMatchObject({ code: 'ERR_QUOTA_TOO_SMALL' })
    expect(member.heldWeeks).toEqual([])
    member.follower.setQuota(500)
    await member.follower.fetchSpan(ALL)
    expect(member.heldWeeks).toEqual([1, 0])
  })

  it('of all communities together free the oldest of any', async () => {
    const quota = new ArchiveQuota(1000)
    const [one, two] = [new Member(source.network, { quota }), new Member(source.network, { quota })]
    await one.follower.start()
    await two.follower.start()
    one.offer(await source.index(await source.archives(0, 3)))
    await one.upToDate()
    two.offer(await source.index(await source.archives(1, 2)))
    await two.upToDate()
    await quota.setTotalBytes(250)
    expect([one.heldWeeks, two.heldWeeks]).toEqual([[3], [2]])
    await Promise.all([one.follower.stop(), two.follower.stop()])
  })
})
