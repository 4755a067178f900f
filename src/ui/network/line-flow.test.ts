import { describe, expect, it } from 'vitest'
import { BROWSER } from '../testing/scenario-parts.ts'
import { flowOf } from './line-flow.ts'

const at = (receivedBytesPerSecond: number, sentBytesPerSecond = 0) =>
  flowOf({ ...BROWSER, receivedBytesPerSecond, sentBytesPerSecond })

describe('what a line shows of a rate', () => {
  it('is nothing where only pings go', () => {
    expect(at(300, 120)).toMatchObject({ flow: undefined, strokePx: 1.5 })
    expect(flowOf(undefined)).toMatchObject({ flow: undefined, strokePx: 1.5 })
  })

  it('goes the way that most bytes go', () => {
    expect(at(5_000, 2_000).flow).toBe('in')
    expect(at(2_000, 5_000).flow).toBe('out')
  })

  it('is thicker and quicker with more, up to a bound', () => {
    const lines = [2_000, 40_000, 800_000, 10_000_000].map((rate) => at(rate))
    for (const [before, after] of lines.slice(1).map((line, index) => [lines[index], line] as const)) {
      expect(after.strokePx).toBeGreaterThan(before?.strokePx ?? Infinity)
      expect(after.pulseMs).toBeLessThan(before?.pulseMs ?? 0)
    }
    expect(at(900_000_000)).toEqual(lines.at(-1))
    expect(lines.at(-1)).toEqual({ flow: 'in', strokePx: 5.5, pulseMs: 700 })
  })

  it('keeps its pulse while a rate varies a little', () => {
    expect(at(1_000_000).pulseMs).toBe(at(1_150_000).pulseMs)
  })
})
