import { afterEach, describe, expect, it } from 'vitest'
import { MemoryHub } from '../../exchange/testing/memory-network.ts'
import { ManualClock } from '../../history/testing/manual-clock.ts'
import { HistoryDevice } from '../testing/history-device.ts'
import { MemoryHistoryHub } from '../testing/memory-history-network.ts'

const FOLLOWING = /Protocol|Unseeded/u

describe('signals of a community', () => {
  const hubs = { blocks: new MemoryHub(), history: new MemoryHistoryHub() }
  const clock = new ManualClock(Date.UTC(2026, 0, 5))
  const devices: HistoryDevice[] = []
  afterEach(() => Promise.all(devices.splice(0).map((device) => device.stop())))

  async function start(name: string): Promise<{ device: HistoryDevice; told: string[] }> {
    const device = await HistoryDevice.start(hubs, { name, clock })
    devices.push(device)
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
