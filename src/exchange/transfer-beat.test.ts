import { describe, expect, it } from 'vitest'
import type { Clock } from './clock.ts'
import { LINGER_MS, TICK_MS } from './limits.ts'
import { TransferBeat } from './transfer-beat.ts'
import { ManualClock } from './testing/manual-clock.ts'

function lab(init: { isUsed: boolean }) {
  const manual = new ManualClock()
  let stalledMs = 0
  // Timers run late by what was stalled.
  const clock: Clock = {
    now: () => manual.now() + stalledMs,
    setTimeout: (callback, delayMs) => manual.setTimeout(callback, delayMs),
    clearTimeout: (handle) => manual.clearTimeout(handle),
  }
  let beats = 0
  let idles = 0
  const beat = new TransferBeat(
    { clock },
    {
      isUsed: () => init.isUsed,
      onBeat: () => (beats += 1),
      onIdle: () => {
        idles += 1
        beat.stop()
      },
    },
  )
  beat.start()
  return { manual, beat, counts: () => ({ beats, idles }), stall: (ms: number) => (stalledMs += ms) }
}

describe('the beat of a transfer', () => {
  it('comes every half second while it is used', async () => {
    const { manual, counts } = lab({ isUsed: true })
    await manual.advance(LINGER_MS + 5 * TICK_MS)
    expect(counts()).toEqual({ beats: LINGER_MS / TICK_MS + 5, idles: 0 })
  })

  it('ends when nobody has used it for a while', async () => {
    const { manual, beat, counts } = lab({ isUsed: false })
    await manual.advance(TICK_MS)
    beat.used()
    await manual.advance(LINGER_MS - TICK_MS)
    expect(counts().idles).toBe(0)
    await manual.advance(10 * TICK_MS)
    expect(counts().idles).toBe(1)
    expect(manual.timerCount).toBe(0)
  })

  it('keeps a time that stands still while our own timers are late', async () => {
    const { manual, beat, stall } = lab({ isUsed: true })
    await manual.advance(3 * TICK_MS + 200)
    expect(beat.now()).toBe(3 * TICK_MS + 200)
    stall(60_000)
    // Up to the beat that is late; nobody knows how much of the time before was lost as well.
    expect(beat.now()).toBe(4 * TICK_MS)
    await manual.advance(TICK_MS)
    expect(beat.now()).toBeLessThan(5 * TICK_MS)
    const before = beat.now()
    await manual.advance(100)
    expect(beat.now()).toBe(before + 100)
  })
})
