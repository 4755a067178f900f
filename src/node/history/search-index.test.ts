/** Words are found before the archives that have them are here. */
import { afterEach, describe, expect, it } from 'vitest'
import type { HistoryDevice } from '../testing/history-device.ts'
import { HistoryDevices } from '../testing/history-devices.ts'
import type { HistoryService } from './history-service.ts'

type Found = Awaited<ReturnType<HistoryService['search']>>

describe('a member who holds no archives', () => {
  const devices = new HistoryDevices()
  afterEach(() => devices.stop())

  it('finds a message by the owner’s search index, and jumps to it', async () => {
    const { clock } = devices
    const first = await devices.startOwner()
    const { id, channels, isSearchPublished } = await first.history.create({ name: 'Gardeners', channels: ['general'] })
    const channelId = channels[0]?.id ?? ''
    expect(isSearchPublished).toBe(true)
    const { id: messageId, atMs } = await first.history.send(id, channelId, { text: 'The roses are out.' })
    await clock.advance(60_000)
    await first.history.publishNow(id)
    await first.stop()
    // Nobody keeps what was said longer than 30 days outside of archives.
    await clock.advance(31 * 24 * 3_600_000)
    await devices.start('owner after a month', { disk: first.disk })

    const member = await devices.start('member')
    await member.history.follow(id)
    await member.history.setSettings(id, { keep: { kind: 'viewed' } })
    await member.until(id, ({ archiveCount }) => archiveCount > 0)
    const found = await foundBy(member, id, ({ hits }) => hits.length > 0)
    expect(found).toMatchObject({ searchedArchives: 1, hits: [{ channelId, atMs, messageId: messageId.slice(0, 10) }] })
    expect(found.hits[0]?.message).toBeUndefined()

    const anchor = { kind: 'message', messageId: messageId.slice(0, 10), atMs } as const
    const before = await member.history.timeline(id, { channelId, anchor, limit: 20 })
    expect(before.isFound).toBe(false)
    await member.until(id, ({ heldArchiveCount }) => heldArchiveCount === 1)
    expect(await member.history.timeline(id, { channelId, anchor, limit: 20 })).toMatchObject({
      isFound: true,
      foundId: messageId,
    })
    const [hit] = (await member.history.search(id, { text: 'roses', limit: 10 })).hits
    expect(hit).toMatchObject({ messageId, message: { text: 'The roses are out.' } })
  })
})

/** What a search finds as soon as it is as `isWanted` says; asked again whenever something was touched. */
async function foundBy(device: HistoryDevice, id: string, isWanted: (found: Found) => boolean): Promise<Found> {
  const { promise, resolve, reject } = Promise.withResolvers<Found>()
  const look = async (): Promise<void> => {
    const found = await device.history.search(id, { text: 'roses', limit: 10 })
    if (isWanted(found)) resolve(found)
  }
  const stop = device.history.watch(({ type }) => {
    if (type === 'touched') look().catch(reject)
  })
  look().catch(reject)
  return promise.finally(stop)
}
