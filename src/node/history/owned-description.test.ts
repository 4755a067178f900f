import { expect, it, onTestFinished } from 'vitest'
import { decodeCommunityDescription } from '../../codec/history/community-description.ts'
import { createGardeners, HistoryDevices } from '../testing/history-devices.ts'
import { KvHistorySettings } from './history-settings.ts'

it('a description names the clock of the link that was published, so that none before it counts', async () => {
  const devices = new HistoryDevices()
  onTestFinished(() => devices.stop())
  const { clock } = devices
  const owner = await devices.startOwner()
  const { id, channelId } = await createGardeners(owner)
  await owner.history.send(id, channelId, { text: 'hello' })
  await clock.advance(60_000)
  await owner.history.publishNow(id)

  await owner.history.describe(id, { description: 'About roses' })

  const bytes = await new KvHistorySettings(owner.disk.kv).get(`description/${id}`)
  const { archiveLinkClockMs } = decodeCommunityDescription(bytes ?? new Uint8Array())
  expect(archiveLinkClockMs).toBe(clock.nowMs())
})
