import { describe, expect, it } from 'vitest'
import { DAY_MS, monthsOf, yearsOf } from './calendar-days.ts'
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
