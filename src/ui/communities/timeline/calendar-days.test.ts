import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY_MS } from '../../format/time.ts'
import { dayAt, monthsOf, startOfDay, yearsOf } from './calendar-days.ts'
import { highlight } from './search-highlight.ts'

const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / DAY_MS
const ACTIVITY = {
  days: [
    { day: day('2024-12-31'), count: 3 },
    { day: day('2025-03-01'), count: 900 },
    { day: day('2025-03-02'), count: 10 },
    { day: day('2025-03-04'), count: 20 },
  ],
  gaps: [
    {
      id: 'g',
      fromMs: day('2025-03-10') * DAY_MS,
      toMs: day('2025-03-12') * DAY_MS,
      reason: 'missing-key' as const,
      archiveCount: 1,
    },
  ],
  firstAtMs: day('2024-12-31') * DAY_MS,
  lastAtMs: day('2025-03-12') * DAY_MS,
}

const zone = process.env['TZ']

beforeEach(() => {
  process.env['TZ'] = 'UTC'
})

afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

describe('days of this device’s clock', () => {
  it.each([
    ['America/New_York', '2025-03-09T04:59:59Z', '2025-03-08', '2025-03-08T05:00:00Z'],
    // On that day the clocks went forward: it has 23 hours.
    ['America/New_York', '2025-03-10T03:59:59Z', '2025-03-09', '2025-03-09T05:00:00Z'],
    ['Asia/Kathmandu', '2025-03-08T18:15:00Z', '2025-03-09', '2025-03-08T18:15:00Z'],
    ['Pacific/Kiritimati', '2025-12-31T10:00:00Z', '2026-01-01', '2025-12-31T10:00:00Z'],
  ])('begin at its midnight, in %s', (place, moment, text, start) => {
    process.env['TZ'] = place
    expect(dayAt(Date.parse(moment))).toBe(day(text))
    expect(startOfDay(day(text))).toBe(Date.parse(start))
  })

  it('are those of gaps and years, too', () => {
    process.env['TZ'] = 'America/New_York'
    const march = monthsOf(ACTIVITY, 2025)[2]?.days ?? []
    // From midnight to midnight of UTC is from evening to evening there.
    expect(march.flatMap(({ gap }, at) => (gap === undefined ? [] : [at + 1]))).toEqual([9, 10, 11])
    expect(yearsOf({ days: [], gaps: [], firstAtMs: Date.UTC(2025, 0, 1) }, Date.UTC(2026, 0, 1))).toEqual([2024])
  })
})

describe('the calendar', () => {
  it('names every year from the first to the last', () => {
    expect(yearsOf(ACTIVITY, Date.UTC(2026, 5))).toEqual([2024, 2025])
    expect(yearsOf({ days: [], gaps: [] }, Date.UTC(2026, 5))).toEqual([2026])
  })

  it('begins its weeks on Monday, and knows how long months are', () => {
    const months = monthsOf(ACTIVITY, 2025)
    expect(months[2]).toMatchObject({ month: 2, leadingPlaces: 5 })
    expect(months.map(({ days }) => days.length)).toEqual([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
  })

  it('tells quiet days, busy days, gaps and days outside apart', () => {
    const march = monthsOf(ACTIVITY, 2025)[2]?.days ?? []
    expect(march.slice(0, 4).map(({ level }) => level)).toEqual([4, 2, 0, 3])
    expect(march.flatMap(({ gap }, at) => (gap === undefined ? [] : [at + 1]))).toEqual([10, 11])
    expect(march.map(({ isOutside }) => isOutside).indexOf(true)).toBe(12)
  })
})

describe('highlight', () => {
  it('marks words that begin with what was searched for, whatever their accents and case', () => {
    expect(highlight('Élan and elapse', 'ELA')).toEqual([
      { text: 'Élan', isFound: true },
      { text: ' and ', isFound: false },
      { text: 'elapse', isFound: true },
    ])
  })

  it('begins shortly before the first word that was found', () => {
    const pieces = highlight(`${'word '.repeat(100)}needle end`, 'needle')
    expect(pieces[0]).toEqual({ text: '…', isFound: false })
    expect(pieces.filter(({ isFound }) => isFound)).toEqual([{ text: 'needle', isFound: true }])
    expect(pieces.map(({ text }) => text).join('').length).toBeLessThan(300)
  })
})
