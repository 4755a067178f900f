/** An owner’s device whose clock was once a year ahead: nobody believes what it signed then, and it goes on all the same. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DAY_MS } from '../../history/clock.ts'
import { ManualClock } from '../../history/testing/manual-clock.ts'
import { createGardeners, HistoryDevices, START_MS } from '../testing/history-devices.ts'
import type { CommunityView } from './history-views.ts'

const YEAR_MS = 365 * DAY_MS

let devices: HistoryDevices
beforeEach(() => {
  devices = new HistoryDevices()
})
afterEach(() => devices.stop())

it('an owner whose clock was a year ahead is followed again once it is right', async () => {
  const wrong = new ManualClock(START_MS + YEAR_MS)
  const before = await devices.start('owner', { clock: wrong })
  await before.history.setPerson({ displayName: 'Ada' })
  const { id, channelId } = await createGardeners(before)
  await before.history.send(id, channelId, { text: 'from next year' })
  await wrong.advance(60_000)
  await before.history.publishNow(id)
  await before.until(id, ({ heldArchiveCount }) => heldArchiveCount === 1)
  const member = await devices.start('member')
  await member.history.follow(id)
  await before.stop()

  const owner = await devices.start('owner again', { disk: before.disk })
  await owner.history.describe(id, { name: 'Growers' })
  await owner.history.send(id, channelId, { text: 'today' })
  await devices.clock.advance(60_000)
  await owner.history.publishNow(id)

  await member.until(id, ({ name, heldArchiveCount }) => name === 'Growers' && heldArchiveCount === 2)
  await member.texts(id, channelId, (texts) => texts.includes('today'))
  // The member may have it before the owner’s device is told that it is done.
  const isDone = ({ publish }: CommunityView): boolean =>
    publish?.state === 'idle' && publish.lastPublishedAtMs !== undefined
  const { publish } = await owner.until(id, isDone)
  if (publish?.state !== 'idle') throw new Error('It publishes nothing now.')
  expect(publish.lastPublishedAtMs).toBeLessThan(START_MS + DAY_MS)
  expect(publish.nextAtMs).toBeLessThan(START_MS + 8 * DAY_MS)
})
