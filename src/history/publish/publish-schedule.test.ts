/** When an owner publishes by itself: at start-up, week by week, and when announcing goes wrong. */
import { describe, expect, it } from 'vitest'
import { QuireError } from '../../errors.ts'
import {
  type Owner,
  type OwnerDevice,
  openOwner,
  ownerDevice,
  publishedArchives,
} from '../testing/publisher-fixture.ts'
import { HOUR, START_SECONDS, wakuMessage, WEEK } from '../testing/waku-messages.ts'

async function say(device: Pick<OwnerDevice, 'log'>, ...hours: readonly number[]): Promise<void> {
  await device.log.append(hours.map((hour) => wakuMessage(START_SECONDS + hour * HOUR)))
}

async function started(device: OwnerDevice, changes: Parameters<typeof openOwner>[1] = {}): Promise<Owner> {
  const owner = openOwner(device, changes)
  await owner.publisher.start()
  device.clock.sleepers = 1
  await device.clock.quiet()
  return owner
}

async function stop({ publisher, clock }: Owner): Promise<void> {
  clock.sleepers = 0
  await publisher.stop()
}

describe('an owner', () => {
  it('publishes nothing and waits for nothing where nothing was said', async () => {
    const owner = await started(await ownerDevice())
    await owner.clock.advance(3 * WEEK * 1000)
    expect(owner.publisher.state).toEqual({ state: 'idle', lastPublishedAtMs: undefined, nextAtMs: undefined })
    expect(owner.datasets.published).toEqual([])
    await stop(owner)
    expect(owner.clock.sleeperCount).toBe(0)
  })

  it('publishes a week after the first message, and then every week', async () => {
    const owner = await started(await ownerDevice())
    await say(owner, 0, 8 * 24)
    await owner.publisher.noteMessages()
    expect(owner.publisher.state).toMatchObject({ nextAtMs: (START_SECONDS + WEEK) * 1000 })
    await owner.clock.advance((WEEK - 1) * 1000)
    expect(owner.announced).toEqual([])
    await owner.clock.advance(1000)
    expect(await publishedArchives(owner)).toHaveLength(1)
    await owner.clock.advance(WEEK * 1000)
    expect(await publishedArchives(owner)).toHaveLength(2)
    await stop(owner)
  })

  it('who was away for three weeks makes one archive for each of them', async () => {
    const device = await ownerDevice()
    await say(device, 0)
    const before = await started(device)
    await device.clock.advance(WEEK * 1000)
    expect(await publishedArchives(before)).toHaveLength(1)
    await stop(before)

    await say(device, 7 * 24, 14 * 24, 21 * 24, 28 * 24)
    await device.clock.advance((3 * WEEK + 5 * HOUR) * 1000)
    const after = await started(device)
    const spans = (await publishedArchives(after)).map(({ metadata }) => metadata.fromSeconds)
    expect(spans).toEqual([0, 1, 2, 3].map((week) => START_SECONDS + week * WEEK))
    await stop(after)
  })

  it('who was away for less than a week waits for the rest of it', async () => {
    const device = await ownerDevice()
    await say(device, 0)
    const before = await started(device)
    await device.clock.advance(2 * HOUR * 1000)
    await stop(before)
    await device.clock.advance(HOUR * 1000)
    const after = await started(device)
    expect(after.publisher.state).toMatchObject({ nextAtMs: (START_SECONDS + WEEK) * 1000 })
    expect(after.datasets.published).toEqual([])
    await stop(after)
  })

  it('announces the same link at every start, and with a new clock every week', async () => {
    const device = await ownerDevice()
    await say(device, 0)
    const first = await started(device)
    await device.clock.advance(WEEK * 1000)
    await stop(first)
    const second = await started(device)
    expect(second.announced).toEqual(first.announced)
    await device.clock.advance(WEEK * 1000)
    const [atStart, weekLater, ...more] = second.announced
    expect(more).toEqual([])
    expect(weekLater).toEqual({ clockMs: device.clock.nowMs(), archiveLink: atStart?.archiveLink })
    await stop(second)
  })

  it('announces the last link while the key is locked', async () => {
    const device = await ownerDevice()
    await say(device, 0)
    const first = await started(device)
    await device.clock.advance(WEEK * 1000)
    await stop(first)
    const signLink = async (): Promise<Uint8Array> => {
      throw new QuireError('ERR_KEY_LOCKED', 'The key is locked.')
    }
    const locked = await started(device, { signLink })
    await device.clock.advance(WEEK * 1000)
    expect(locked.announced).toEqual([first.announced[0], first.announced[0]])
    await stop(locked)
  })

  it('announces again, less and less often, until somebody takes the link', async () => {
    const device = await ownerDevice()
    await say(device, 0)
    const triedAtMs: number[] = []
    let takers = 0
    const announce = async (): Promise<number> => {
      triedAtMs.push(device.clock.nowMs())
      return takers
    }
    const owner = await started(device, { announce })
    await device.clock.advance((WEEK + HOUR) * 1000)
    const pauses = triedAtMs.slice(1).map((at, index) => (at - (triedAtMs[index] ?? 0)) / 60_000)
    expect(pauses).toEqual([1, 2, 4, 8, 16])
    takers = 1
    await device.clock.advance(2 * HOUR * 1000)
    expect(triedAtMs).toHaveLength(7)
    await stop(owner)
  })

  it('does not outbid the newer link of another device', async () => {
    const device = await ownerDevice()
    await say(device, 0)
    const first = await started(device)
    await device.clock.advance(WEEK * 1000)
    await stop(first)
    const [link] = first.links
    const elsewhere = await device.datasets.publish(Uint8Array.of(1))
    if (link === undefined) throw new Error('one was signed')
    const newest = { clockMs: link.clockMs + 1, indexCid: elsewhere }
    const owner = await started(device, { newestLink: () => newest })
    expect(owner.announced).toEqual([])
    await stop(owner)
  })

  it.each([
    ['goes beyond the clock that the description names', 60_000, 60_001],
    ['does not go on from a clock that is far ahead', 120_000, 0],
    ['is the time of day where the description names none later', -1, 0],
  ])('%s', async (_what, floorAheadMs, clockAheadMs) => {
    const device = await ownerDevice()
    await say(device, 0)
    const owner = await started(device, { floorClockMs: () => device.clock.nowMs() + floorAheadMs })
    await device.clock.advance(WEEK * 1000)
    expect(owner.links[0]?.clockMs).toBe(device.clock.nowMs() + clockAheadMs)
    await stop(owner)
  })

  it('tries a week again that could not be published, after a pause', async () => {
    const device = await ownerDevice()
    await say(device, 0)
    const owner = await started(device)
    device.datasets.publishFault = () => {
      throw new QuireError('ERR_STORE_FULL', 'The disk is full.')
    }
    await device.clock.advance(WEEK * 1000)
    expect(owner.publisher.state).toMatchObject({ state: 'failed', error: { code: 'ERR_STORE_FULL' } })
    device.datasets.publishFault = undefined
    await device.clock.advance(60_000)
    expect(await publishedArchives(owner)).toHaveLength(1)
    await stop(owner)
  })

  it('keeps its index, its archives and its place over a stop', async () => {
    const device = await ownerDevice()
    await say(device, 0)
    const owner = await started(device)
    await device.clock.advance(WEEK * 1000)
    const held = [...device.datasets.held.keys()]
    await stop(owner)
    expect([...device.datasets.held.keys()]).toEqual(held)
    expect(device.datasets.removed).toEqual([])
  })
})
