import { describe, expect, it } from 'vitest'
import { BULK_WAIT_MS, MIN_BULK_BYTES } from './limits.ts'
import { Pace } from './pace.ts'
import { ManualClock } from './testing/manual-clock.ts'

const REQUEST_BYTES = 64 * 1024

async function steady({ bytesPerMs }: { bytesPerMs: number }) {
  const clock = new ManualClock()
  const pace = new Pace({ clock })
  for (let step = 0; step < 40; step++) {
    pace.sent(50 * bytesPerMs)
    await clock.advance(50)
    pace.settled(50 * bytesPerMs, 50 * bytesPerMs)
  }
  return { clock, pace }
}

/** Sends until there is no room; gives the bytes on their way. */
function fill(pace: Pace, roundTripMs: number): number {
  let bytes = 0
  for (; pace.hasRoom(roundTripMs); bytes += REQUEST_BYTES) pace.sent(REQUEST_BYTES)
  return bytes
}

describe('the pace of bulk beside others who fetch the same', () => {
  it('begins with a few requests, whatever the rate', () => {
    expect(fill(new Pace({ clock: new ManualClock() }), 0)).toBe(MIN_BULK_BYTES)
  })

  it('knows the rate of the last second', async () => {
    const { clock, pace } = await steady({ bytesPerMs: 4000 })
    expect(pace.rateBytesPerMs).toBeGreaterThan(3500)
    expect(pace.rateBytesPerMs).toBeLessThan(4500)
    await clock.advance(2000)
    expect(pace.rateBytesPerMs).toBe(0)
  })

  it('has as much on its way as comes soon', async () => {
    const { pace } = await steady({ bytesPerMs: 4000 })
    const bytes = fill(pace, 10)
    expect(bytes).toBeGreaterThan(0.85 * BULK_WAIT_MS * 4000)
    expect(bytes).toBeLessThan(1.2 * BULK_WAIT_MS * 4000)
  })

  it('has more on its way where the nearest peer is far', async () => {
    const { pace } = await steady({ bytesPerMs: 4000 })
    expect(fill(pace, 400)).toBeGreaterThan(3 * BULK_WAIT_MS * 4000)
  })

  it('has room again when requests are over, also where they brought nothing', () => {
    const pace = new Pace({ clock: new ManualClock() })
    fill(pace, 0)
    pace.settled(REQUEST_BYTES, 0)
    expect(fill(pace, 0)).toBe(REQUEST_BYTES)
  })
})
