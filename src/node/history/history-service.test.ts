import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY_MS } from '../../history/clock.ts'
import type { ManualClock } from '../../history/testing/manual-clock.ts'
import type { HistoryDevice } from '../testing/history-device.ts'
import { HistoryDevices } from '../testing/history-devices.ts'
import type { CommunityView } from './history-views.ts'

const PAGE = 'http://localhost/'

describe('communities over devices in memory', () => {
  let devices: HistoryDevices
  let clock: ManualClock

  beforeEach(() => {
    devices = new HistoryDevices()
    clock = devices.clock
  })
  afterEach(() => devices.stop())

  async function create(owner: HistoryDevice): Promise<{ community: CommunityView; channelId: string }> {
    await owner.history.setPerson({ displayName: 'Ada' })
    const community = await owner.history.create({ name: 'Gardeners', channels: ['general', 'roses'] })
    const channelId = community.channels[0]?.id
    if (channelId === undefined) throw new Error('There is no channel.')
    return { community, channelId }
  }

  it('are made by an owner, who writes and reads', async () => {
    const owner = await devices.start('owner')
    const { community, channelId } = await create(owner)
    expect(community).toMatchObject({ name: 'Gardeners', isOwner: true, isKeySaved: false, publish: { state: 'idle' } })
    expect(community.channels.map(({ name }) => name)).toEqual(['general', 'roses'])
    const sent = await owner.history.send(community.id, channelId, { text: 'The roses are out.' })
    expect(sent).toMatchObject({
      text: 'The roses are out.',
      isOwn: true,
      signature: 'author',
      author: { name: 'Ada' },
    })
    expect(await owner.texts(community.id, channelId, ({ length }) => length > 0)).toEqual(['The roses are out.'])
  })

  it('reach a member by their id alone, live and as archives, and a third from the member when the owner is gone', async () => {
    const owner = await devices.start('owner')
    const { community, channelId } = await create(owner)
    await owner.history.send(community.id, channelId, { text: 'one' })
    await clock.advance(60_000)
    await owner.history.publishNow(community.id)
    const isDone = ({ archiveCount, publish }: CommunityView): boolean => archiveCount === 1 && publish.state === 'idle'
    const published = await owner.until(community.id, isDone)
    expect(published.publish).toMatchObject({ lastPublishedAtMs: clock.nowMs() })

    const member = await devices.start('member')
    await member.history.follow(community.id)
    await member.until(community.id, ({ heldArchiveCount, name }) => heldArchiveCount === 1 && name === 'Gardeners')
    expect(await member.texts(community.id, channelId, ({ length }) => length > 0)).toEqual(['one'])
    await owner.history.send(community.id, channelId, { text: 'two' })
    expect(await member.texts(community.id, channelId, ({ length }) => length > 1)).toEqual(['one', 'two'])

    await owner.stop()
    const third = await devices.start('third')
    await third.history.follow(community.id)
    await third.until(community.id, ({ heldArchiveCount }) => heldArchiveCount === 1)
    expect(await third.texts(community.id, channelId, ({ length }) => length > 1)).toEqual(['one', 'two'])
  })

  it('are followed by a link that carries the newest archive link', async () => {
    const owner = await devices.start('owner')
    const { community, channelId } = await create(owner)
    await owner.history.send(community.id, channelId, { text: 'one' })
    await clock.advance(60_000)
    await owner.history.publishNow(community.id)
    const link = await owner.history.shareLink(community.id, PAGE)
    expect(link).toMatch(/^http:\/\/localhost\/#\/c\/0x0[23][0-9a-f]{64}\?maddrs=.+&link=[\w-]+$/)
    const member = await devices.start('member')
    expect(await member.history.follow(link)).toMatchObject({ id: community.id, linkClockMs: clock.nowMs() })
    await member.until(community.id, ({ heldArchiveCount }) => heldArchiveCount === 1)
  })

  it('come back after a restart with what was held, and publish one archive for each missed week', async () => {
    const first = await devices.start('owner')
    const { community, channelId } = await create(first)
    await first.history.send(community.id, channelId, { text: 'day 0' })
    let last = first
    for (const [name, days] of [
      ['day 8', 8],
      ['day 15', 7],
      ['', 7],
    ] as const) {
      await last.stop()
      await clock.advance(days * DAY_MS)
      last = await devices.start(`owner at ${name}`, { disk: first.disk })
      if (name !== '') await last.history.send(community.id, channelId, { text: name })
    }
    const published = await last.until(community.id, ({ heldArchiveCount }) => heldArchiveCount === 3)
    expect(published).toMatchObject({ name: 'Gardeners', isOwner: true, archiveCount: 3 })
    const texts = await last.texts(community.id, channelId, ({ length }) => length === 3)
    expect(texts).toEqual(['day 0', 'day 8', 'day 15'])
  })
})
