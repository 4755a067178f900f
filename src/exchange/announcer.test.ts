import { describe, expect, it } from 'vitest'
import type { BlockRange } from '../codec/block-set.ts'
import { treeCidFromDigest } from '../codec/cid.ts'
import type { Message } from '../codec/message.ts'
import { Announcer } from './announcer.ts'
import { MAX_BROADCAST_RANGES, MAX_NEWS_INTERVAL_MS, MIN_NEWS_INTERVAL_MS, NEWS_PART } from './limits.ts'
import type { PeerKey } from './network-port.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { makeLink } from './testing/test-link.ts'

interface Told {
  readonly peer: PeerKey
  readonly ranges: readonly (readonly [number, number])[]
  readonly atMs: number
}

function lab(init: { peers?: number; blockSizeBytes?: number; lacked?: (run: BlockRange) => BlockRange[] } = {}) {
  const { peers = 1, blockSizeBytes = 65_536, lacked = (run) => [run] } = init
  const clock = new ManualClock()
  const told: Told[] = []
  const listeners = Array.from({ length: peers }, (_, i) => makeLink(clock, `peer ${i}`).peer)
  const tell = (peer: PeerKey, message: Message): void => {
    for (const presence of message.blockPresences) {
      if (presence.kind !== 'have-range') continue
      const ranges = presence.ranges.map(({ start, count }) => [Number(start), Number(count)] as const)
      told.push({ peer, ranges, atMs: clock.now() })
    }
  }
  const components = {
    clock,
    tell,
    listeners: () => listeners,
    lackedBy: (_peer: PeerKey, run: BlockRange) => lacked(run),
  }
  const treeCid = treeCidFromDigest(new Uint8Array(32))
  return { clock, told, announcer: new Announcer(components, { treeCid, blockSizeBytes }) }
}

describe('news of new blocks', () => {
  it('leave at once when there were none for long, then gather', async () => {
    const { clock, told, announcer } = lab()
    announcer.add([5, 3, 4])
    await clock.advance(0)
    announcer.add([9])
    announcer.add([10, 12])
    await clock.advance(MIN_NEWS_INTERVAL_MS)

    expect(told.map(({ ranges, atMs }) => ({ ranges, atMs }))).toEqual([
      { ranges: [[3, 3]], atMs: 0 },
      {
        ranges: [
          [9, 2],
          [12, 1],
        ],
        atMs: MIN_NEWS_INTERVAL_MS,
      },
    ])
  })

  it('leave out what a peer has', async () => {
    const { clock, told, announcer } = lab({ lacked: ({ start }) => (start === 3 ? [] : [{ start, count: 1 }]) })
    announcer.add([3, 7, 8])
    await clock.advance(0)
    expect(told.map(({ ranges }) => ranges)).toEqual([[[7, 1]]])
  })

  it('are cut into messages of a bounded size', async () => {
    const { clock, told, announcer } = lab()
    announcer.add(Array.from({ length: MAX_BROADCAST_RANGES + 5 }, (_, i) => 2 * i))
    await clock.advance(0)
    expect(told.map(({ ranges }) => ranges.length)).toEqual([MAX_BROADCAST_RANGES, 5])
  })

  it('come seldom where they would cost more than their part of what is stored, and are never lost', async () => {
    const { clock, told, announcer } = lab({ peers: 50, blockSizeBytes: 4096 })
    const steps = 600
    for (let step = 0; step < steps; step++) {
      announcer.add([2 * step])
      await clock.advance(50)
    }
    announcer.flush()

    const toOne = told.filter(({ peer }) => peer === told[0]?.peer)
    const late = toOne.filter(({ atMs }) => atMs > 10_000)
    const pausesMs = late.slice(1, -1).map(({ atMs }, i) => atMs - (late[i]?.atMs ?? 0))
    expect(NEWS_PART * 4096 * steps).toBeLessThan(told.length * 80)
    expect(Math.min(...pausesMs)).toBeGreaterThanOrEqual(MAX_NEWS_INTERVAL_MS)
    expect(toOne.reduce((sum, { ranges }) => sum + ranges.length, 0)).toBe(steps)
  })

  it('end with it', async () => {
    const { clock, told, announcer } = lab()
    announcer.add([1])
    announcer.stop()
    announcer.add([2])
    announcer.flush()
    await clock.advance(10_000)
    expect(told).toEqual([])
    expect(clock.timerCount).toBe(0)
  })
})
