import { describe, expect, it } from 'vitest'
import { WEEK_MS } from '../../history/clock.ts'
import type { CommunityId } from '../../history/ids.ts'
import type { LiveTable } from '../../history/live/live-keys.ts'
import { MemoryKv } from '../../store/memory-kv.ts'
import { CommunityPlaces } from './community-places.ts'

const idOf = (n: number): CommunityId => `0x02${n.toString(16).padStart(64, '0')}` as CommunityId

async function places(init: { named?: CommunityId[]; maxCount: number; kv?: MemoryKv<LiveTable> }) {
  const { named = [], maxCount, kv = new MemoryKv<LiveTable>() } = init
  await kv.open()
  const clock = { nowMs: 1_000 }
  const made = new CommunityPlaces({ kv, nowMs: () => clock.nowMs }, { named, maxCount })
  return { made, kv, clock, loaded: await made.load() }
}

describe('places of communities at a keeper', () => {
  it('are given until there are none', async () => {
    const { made } = await places({ maxCount: 2 })

    expect([await made.take(idOf(1)), await made.take(idOf(2)), await made.take(idOf(3))]).toEqual([{}, {}, undefined])
  })

  it('are given up after a week by the one that was asked for longest ago', async () => {
    const { made, clock } = await places({ maxCount: 2 })
    await made.take(idOf(1))
    await made.take(idOf(2))
    clock.nowMs += 2 * WEEK_MS
    await made.touch(idOf(1))

    expect(await made.take(idOf(3))).toEqual({ givenUp: idOf(2) })
    expect(await made.take(idOf(4))).toBeUndefined()
  })

  it('outlast a restart; with fewer places, those asked for last', async () => {
    const first = await places({ maxCount: 3 })
    for (const n of [1, 2, 3]) {
      first.clock.nowMs += 1_000
      await first.made.take(idOf(n))
    }

    const { loaded } = await places({ maxCount: 2, kv: first.kv })

    expect(loaded).toEqual({ served: [idOf(3), idOf(2)], dropped: [idOf(1)] })
  })

  it('of named communities are taken from nobody, and count for nothing', async () => {
    const { made, loaded } = await places({ named: [idOf(7)], maxCount: 1 })

    expect(loaded.served).toEqual([idOf(7)])
    expect(await made.take(idOf(1))).toEqual({})
    await made.touch(idOf(7))
    expect(await made.take(idOf(2))).toBeUndefined()
  })
})
