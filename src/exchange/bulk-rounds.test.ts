import { describe, expect, it } from 'vitest'
import { BulkRounds } from './bulk-rounds.ts'
import { Holder } from './holder.ts'
import { MIN_BULK_BYTES } from './limits.ts'
import { Pace } from './pace.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { makeLink } from './testing/test-link.ts'

const BLOCK_COUNT = 8

describe('where others fetch the same and there is room for one request', () => {
  it.each([[['slow', 'quick']], [['quick', 'slow']]])('the peer that answers soonest is asked, of %s', (names) => {
    const { askOnce } = lab(names, { slow: 1500, quick: 150 })

    expect(askOnce()).toEqual(['quick'])
  })

  it('peers that answer as soon are asked in turn', () => {
    const { askOnce } = lab(['one', 'other'], { one: 150, other: 150 })

    expect([askOnce(), askOnce(), askOnce()]).toEqual([['one'], ['other'], ['one']])
  })
})

/** Whole peers in this order, by what their answers take; `askOnce` tells who is asked until the room is taken. */
function lab(names: readonly string[], tookMs: Readonly<Record<string, number>>) {
  const clock = new ManualClock()
  const pace = new Pace({ clock })
  const nameOf = new Map<Holder, string>()
  for (const name of names) {
    const holder = new Holder(makeLink(clock, name), BLOCK_COUNT)
    holder.learn([{ start: 0, count: BLOCK_COUNT }])
    const { window } = holder.link.lanes.first
    window.settled(window.sent(MIN_BULK_BYTES, 0), MIN_BULK_BYTES, tookMs[name] ?? 0)
    nameOf.set(holder, name)
  }
  const usable = (): Holder[] => [...nameOf.keys()]
  const parts = { swarm: { usable }, pace, isShared: () => true, roundTripMs: () => undefined }
  const rounds = new BulkRounds(parts, { blockSizeBytes: 65_536 })
  const askOnce = (): string[] => {
    const asked: Holder[] = []
    rounds.run(({ holder, expectedMs }) => {
      asked.push(holder)
      pace.sent(holder.link.peer, { bytes: MIN_BULK_BYTES, expectedMs })
      return true
    })
    for (const { link } of asked) pace.settled(link.peer, { bytes: MIN_BULK_BYTES, receivedBytes: 0 })
    return asked.map((holder) => nameOf.get(holder) ?? '')
  }
  return { askOnce }
}
