import { describe, expect, it } from 'vitest'
import { HISTORY_SECONDS, RateHistory } from './rate-history.ts'

describe('RateHistory', () => {
  const note = (history: RateHistory, second: number, bytesPerSecond: number): void => {
    history.note({ id: 'a', bytesPerSecond }, second * 1000)
  }

  it('keeps one value a second, the last that was told', () => {
    const history = new RateHistory()
    for (const [second, rate] of [
      [10, 1],
      [10.4, 2],
      [11, 3],
      [11.9, 4],
    ] as const)
      note(history, second, rate)
    expect(history.of('a')).toEqual([2, 4])
  })

  it('counts seconds of silence as none', () => {
    const history = new RateHistory()
    note(history, 10, 5)
    note(history, 13, 6)
    expect(history.of('a')).toEqual([5, 0, 0, 6])
  })

  it('forgets what is older than a minute, also after a long sleep', () => {
    const history = new RateHistory()
    for (let second = 0; second < 90; second++) note(history, second, second)
    expect(history.of('a')).toHaveLength(HISTORY_SECONDS)
    expect(history.of('a')[0]).toBe(30)
    note(history, 100_000, 7)
    expect(history.of('a')).toEqual([...Array.from({ length: HISTORY_SECONDS - 1 }, () => 0), 7])
  })

  it('writes over the newest value when the clock was set back', () => {
    const history = new RateHistory()
    note(history, 10, 5)
    note(history, 3, 6)
    expect(history.of('a')).toEqual([6])
  })

  it('keeps transfers apart, and forgets one', () => {
    const history = new RateHistory()
    note(history, 1, 5)
    history.note({ id: 'b', bytesPerSecond: 8 }, 1000)
    history.forget('a')
    expect([history.of('a'), history.of('b')]).toEqual([[], [8]])
  })
})
