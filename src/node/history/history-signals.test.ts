import { afterEach, describe, expect, it } from 'vitest'
import type { HistoryDevice } from '../testing/history-device.ts'
import { HistoryDevices } from '../testing/history-devices.ts'

const FOLLOWING = /Protocol|Unseeded/u

describe('signals of a community', () => {
  const devices = new HistoryDevices()
  const { clock } = devices
  afterEach(() => devices.stop())

  async function start(name: string): Promise<{ device: HistoryDevice; told: string[] }> {
    const device = await devices.start(name)
    const told: string[] = []
    device.history.watch((change) => {
      if (change.type === 'signal' && FOLLOWING.test(change.signal.name)) told.push(change.signal.name)
    })
    return { device, told }
  }

  it('tell when it is followed, paused, resumed and left, each once', async () => {
    const owner = await start('owner')
    const member = await start('member')
    await owner.device.history.setPerson({ displayName: 'Ada' })
    const { id, channels } = await owner.device.history.create({ name: 'Gardeners' })
    expect(owner.told).toEqual(['historyArchivesProtocolEnabled'])
    await owner.device.history.send(id, channels[0]?.id ?? '', { text: 'one' })
    await clock.advance(60_000)
    await owner.device.history.publishNow(id)

    const { history } = member.device
    await history.follow(id)
    await history.follow(id)
    await member.device.until(id, ({ heldArchiveCount }) => heldArchiveCount === 1)
    expect(member.told).toEqual(['historyArchivesProtocolEnabled'])
    member.told.length = 0
    for (const isPaused of [false, true, true, false, false]) await history.setSettings(id, { isPaused })
    expect(member.told).toEqual(['historyArchivesProtocolDisabled', 'historyArchivesProtocolEnabled'])
    member.told.length = 0
    await history.leave(id, { isDataRemoved: true })
    expect(member.told).toEqual(['historyArchivesUnseeded', 'historyArchivesProtocolDisabled'])
  })

  it('tell nothing more of a paused community that is left with its data, and followed again', async () => {
    const owner = await start('another owner')
    const { id } = await owner.device.history.create({ name: 'Millers' })
    const { device, told } = await start('another member')
    await device.history.follow(id)
    await device.history.setSettings(id, { isPaused: true })
    await device.history.leave(id, { isDataRemoved: false })
    await device.history.follow(id)
    expect(told).toEqual(['historyArchivesProtocolEnabled', 'historyArchivesProtocolDisabled'])
  })
})
