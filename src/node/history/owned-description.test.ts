import { expect, it, onTestFinished } from 'vitest'
import { decodeCommunityDescription } from '../../codec/history/community-description.ts'
import { MemoryHub } from '../../exchange/testing/memory-network.ts'
import { ManualClock } from '../../history/testing/manual-clock.ts'
import { HistoryDevice } from '../testing/history-device.ts'
import { MemoryHistoryHub } from '../testing/memory-history-network.ts'
import { KvHistorySettings } from './history-settings.ts'

it('a description names the clock of the link that was published, so that none before it counts', async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 5))
  const hubs = { blocks: new MemoryHub(), history: new MemoryHistoryHub() }
  const owner = await HistoryDevice.start(hubs, { name: 'owner', clock })
  onTestFinished(() => owner.stop())
  await owner.history.setPerson({ displayName: 'Ada' })
  const { id, channels } = await owner.history.create({ name: 'Gardeners' })
  await owner.history.send(id, channels[0]?.id ?? '', { text: 'hello' })
  await clock.advance(60_000)
  await owner.history.publishNow(id)

  await owner.history.describe(id, { description: 'About roses' })

  const bytes = await new KvHistorySettings(owner.disk.kv).get(`description/${id}`)
  const { archiveLinkClockMs } = decodeCommunityDescription(bytes ?? new Uint8Array())
  expect(archiveLinkClockMs).toBe(clock.nowMs())
})
