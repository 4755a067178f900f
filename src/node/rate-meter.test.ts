import { describe, expect, it } from 'vitest'
import { RateMeter } from './rate-meter.ts'

describe('RateMeter', () => {
  it('gives bytes a second over a steady run', () => {
    const meter = new RateMeter(0, 0)
    for (let ms = 10; ms <= 10_000; ms += 10) meter.add(ms * 50, ms)
    expect(meter.bytesPerSecond(10_000)).toBeCloseTo(50_000, -3)
  })

  it('counts nothing of what was there before it began', () => {
    const meter = new RateMeter(1_000_000, 0)
    expect(meter.bytesPerSecond(500)).toBe(0)
    meter.add(1_001_000, 1_000)
    expect(meter.bytesPerSecond(1_000)).toBe(1_000)
  })

  it('falls to nothing within a few seconds of a stall', () => {
    const meter = new RateMeter(0, 0)
    for (let ms = 100; ms <= 5_000; ms += 100) meter.add(ms * 10, ms)
    expect(meter.bytesPerSecond(6_500)).toBeLessThan(10_000)
    expect(meter.bytesPerSecond(6_500)).toBeGreaterThan(0)
    expect(meter.bytesPerSecond(9_000)).toBe(0)
  })

  it('does not promise a wild rate from two samples in the same instant', () => {
    const meter = new RateMeter(0, 0)
    meter.add(65_536, 0)
    expect(meter.bytesPerSecond(0)).toBe(655_360)
  })
})
