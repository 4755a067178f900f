import { describe, expect, it } from 'vitest'
import { dateOf, formatDuration, formatMoment, formatRoundTrip, formatTimeLeft, formatWhen } from './time.ts'
import { formatDay } from '../communities/timeline/timeline-time.ts'

describe('formatDuration', () => {
  it.each([
    [0, '1 s'],
    [12.4, '12 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [1500, '25 min'],
    [3599, '1 h'],
    [7500, '2 h 5 min'],
    [90_000, '1 day'],
    [260_000, '3 days'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })

  it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, -1, 1e9])('says nothing for %s', (seconds) => {
    expect(formatDuration(seconds)).toBeUndefined()
    expect(formatTimeLeft(seconds)).toBeUndefined()
  })

  it('says what is left', () => {
    expect(formatTimeLeft(61)).toBe('1 min 1 s left')
  })
})

describe('formatWhen', () => {
  const now = new Date(2026, 7, 20, 18, 0).getTime()

  it('gives the time for today, the day for this year, the date before', () => {
    expect(formatWhen(new Date(2026, 7, 20, 9, 5).getTime(), now)).toBe('09:05')
    expect(formatWhen(new Date(2026, 2, 3).getTime(), now)).toBe('3 Mar')
    expect(formatWhen(new Date(2025, 11, 31).getTime(), now)).toBe('31 Dec 2025')
  })

  it('gives the whole moment on request', () => {
    expect(formatMoment(new Date(2026, 7, 20, 9, 5).getTime())).toBe('20 August 2026 at 09:05')
  })
})

describe('formatRoundTrip', () => {
  it.each([
    [undefined, 'not measured'],
    [0.3, 'below 1 ms'],
    [41.6, '42 ms'],
    [1234, '1.2 s'],
  ])('writes %s as %s', (rttMs, text) => {
    expect(formatRoundTrip(rttMs)).toBe(text)
  })
})

describe('a moment that no calendar has', () => {
  it('is written all the same', () => {
    for (const ms of [9e15, -9e15, Number.POSITIVE_INFINITY, Number.NaN]) {
      expect(dateOf(ms).toISOString()).toMatch(/T/u)
      expect(formatMoment(ms)).not.toBe('')
      expect(formatWhen(ms, 0)).not.toBe('')
      expect(formatDay(ms, 0)).not.toBe('')
    }
  })
})
