/** Nothing is looked at again that has not changed: a look that changes nothing causes no other. */
import { beforeEach, describe, expect, it } from 'vitest'
import { CountedClock, Member, NOW_MS, Source, weekSpan } from '../testing/follower-fixture.ts'
import { settle } from '../testing/manual-clock.ts'
import { ArchiveQuota } from './archive-quota.ts'

const ALL = { fromMs: 0, toMs: NOW_MS }

let source: Source
let clock: CountedClock

beforeEach(() => {
  source = new Source()
  clock = new CountedClock(NOW_MS)
})

async function memberWith(init: { quota?: ArchiveQuota } = {}): Promise<Member> {
  const member = new Member(source.network, { ...init, clock })
  await member.follower.start()
  return member
}

/** What follows happens without anybody doing anything. */
async function expectRest(member: Member): Promise<void> {
  await settle()
  const [looks, events, asked] = [clock.looks, member.events.length, member.datasets.fetched.length]
  await settle()
  expect([clock.looks, member.events.length, member.datasets.fetched.length]).toEqual([looks, events, asked])
  await member.follower.stop()
}

describe('a follower rests', () => {
  it('while one week of those that are waited for has no room and another is on its way', async () => {
    const member = await memberWith()
    member.follower.setQuota(150)
    const entries = [await source.archive(0, 400), await source.archive(1, 100)]
    const isAsked = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    member.datasets.fault = async (_options, cid) => {
      if (cid !== entries[1]?.cid.toString()) return
      isAsked.resolve()
      await goOn.promise
    }
    member.offer(await source.index(entries))
    const waiting = member.follower.fetchSpan(ALL)
    const refused = waiting.then(
      () => undefined,
      (error: unknown) => error,
    )
    await isAsked.promise
    await settle()
    const { looks } = clock
    await settle()
    expect(clock.looks).toBe(looks)
    goOn.resolve()
    expect(await refused).toMatchObject({ code: 'ERR_QUOTA_TOO_SMALL' })
    expect(member.heldWeeks).toEqual([1])
    await expectRest(member)
  })

  it('over a quota that has room for nothing', async () => {
    const member = await memberWith()
    member.follower.setQuota(0)
    member.offer(await source.index(await source.archives(0, 1, 2)))
    await member.upToDate()
    await expect(member.follower.fetchSpan(weekSpan(1))).rejects.toMatchObject({ code: 'ERR_QUOTA_TOO_SMALL' })
    expect(member.heldWeeks).toEqual([])
    await expectRest(member)
  })

  it('over a quota of all communities that is full, and goes on when it grows', async () => {
    const quota = new ArchiveQuota(250)
    const member = await memberWith({ quota })
    member.offer(await source.index(await source.archives(0, 1, 2, 3)))
    await member.upToDate()
    await settle()
    expect(member.heldWeeks).toEqual([3, 2])
    await quota.setTotalBytes(1000)
    await member.when(() => member.heldWeeks.length === 4 || undefined)
    await expectRest(member)
  })

  it('while paused, with an index that was not fetched', async () => {
    const member = await memberWith()
    member.follower.pause()
    member.offer(await source.index(await source.archives(0)))
    await settle()
    expect(member.datasets.fetched).toEqual([])
    await expectRest(member)
  })

  it('where a freed archive cannot be removed, and frees it at the next chance', async () => {
    const member = await memberWith()
    member.offer(await source.index(await source.archives(0, 1)))
    await member.upToDate()
    const { datasets } = member
    const remove = datasets.remove.bind(datasets)
    datasets.remove = async () => {
      throw new Error('the disk is gone')
    }
    member.follower.setQuota(150)
    await settle()
    expect(member.follower.heldBytes).toBe(200)
    datasets.remove = remove
    member.follower.setQuota(140)
    await member.when(() => member.heldWeeks.length === 1 || undefined)
    expect(member.heldWeeks).toEqual([1])
    await expectRest(member)
  })
})
