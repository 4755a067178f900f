import { describe, expect, it } from 'vitest'
import { BULK_WAIT_MS, MIN_BULK_BYTES } from './limits.ts'
import type { PeerKey } from './network-port.ts'
import { Pace } from './pace.ts'
import { ManualClock } from './testing/manual-clock.ts'

const REQUEST_BYTES = 64 * 1024
const REQUEST = { bytes: REQUEST_BYTES, expectedMs: 100 }
const PEER = 'peer' as PeerKey

async function steady({ bytesPerMs }: { bytesPerMs: number }) {
  const clock = new ManualClock()
  const pace = new Pace({ clock })
  for (let step = 0; step < 40; step++) {
    const bytes = 50 * bytesPerMs
    pace.sent(PEER, { bytes, expectedMs: 50 })
    await clock.advance(50)
    pace.settled(PEER, { bytes, receivedBytes: bytes })
  }
  return { clock, pace }
}

/** Sends until there is no room; gives the bytes on their way. */
function fill(pace: Pace, roundTripMs: number, peer = PEER): number {
  let bytes = 0
  for (; pace.hasRoom(roundTripMs); bytes += REQUEST_BYTES) pace.sent(peer, REQUEST)
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
    pace.settled(PEER, { bytes: REQUEST_BYTES, receivedBytes: 0 })
    expect(fill(pace, 0)).toBe(REQUEST_BYTES)
  })

  it('has room for others once a peer is silent for longer than its answers take', async () => {
    const clock = new ManualClock()
    const pace = new Pace({ clock })
    fill(pace, 0)
    await clock.advance(REQUEST.expectedMs + BULK_WAIT_MS)
    expect(pace.hasRoom(0)).toBe(false)
    await clock.advance(1)
    expect(fill(pace, 0, 'other' as PeerKey)).toBe(MIN_BULK_BYTES)

    // One answer, and the rest of what it owes is expected again.
    pace.settled(PEER, { bytes: REQUEST_BYTES, receivedBytes: REQUEST_BYTES })
    expect(pace.hasRoom(0)).toBe(false)
  })
})
