import { afterEach, describe, expect, it } from 'vitest'
import { LocalDays, QuarterCounts, addDays } from './quarter-counts.ts'
import { decodeSegment } from './segment.ts'
import { RecordWriter } from './record-bytes.ts'

const zone = process.env['TZ']

afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

function daysOf(packed: Uint8Array, channel?: number): Record<string, number> {
  const counts = new Map<number, number>()
  addDays(packed, channel, { counts, days: new LocalDays() })
  return Object.fromEntries(
    [...counts].map(([day, count]) => [new Date(day * 86_400_000).toISOString().slice(0, 10), count]),
  )
}

function countsOf(moments: readonly string[], channel = 0): QuarterCounts {
  const counts = new QuarterCounts()
  for (const moment of moments) counts.add(channel, Date.parse(moment))
  return counts
}

describe('messages by quarters of an hour', () => {
  it.each([
    ['UTC', { '2024-03-09': 1, '2024-03-10': 3 }],
    // On 10 March the clocks of New York went from 2:00 to 3:00.
    ['America/New_York', { '2024-03-09': 2, '2024-03-10': 2 }],
    ['Asia/Kathmandu', { '2024-03-09': 1, '2024-03-10': 2, '2024-03-11': 1 }],
    ['Pacific/Chatham', { '2024-03-10': 2, '2024-03-11': 2 }],
  ])('are counted by the days of %s', (place, days) => {
    process.env['TZ'] = place
    const moments = ['2024-03-09T18:14:59Z', '2024-03-10T04:59:59Z', '2024-03-10T11:00:00Z', '2024-03-10T18:15:00Z']
    expect(daysOf(countsOf(moments).pack())).toEqual(days)
  })

  it('are counted by the clock of each hour on a day on which it is changed', () => {
    process.env['TZ'] = 'America/New_York'
    // Midnight is 05:00 UTC before the change, and 04:00 after it.
    expect(daysOf(countsOf(['2024-03-10T04:45:00Z', '2024-03-10T05:00:00Z']).pack())).toEqual({
      '2024-03-09': 1,
      '2024-03-10': 1,
    })
    expect(daysOf(countsOf(['2024-03-11T03:45:00Z', '2024-03-11T04:00:00Z']).pack())).toEqual({
      '2024-03-10': 1,
      '2024-03-11': 1,
    })
  })

  it('are counted for one channel or all, and taken out again', () => {
    process.env['TZ'] = 'UTC'
    const counts = countsOf(['2024-03-09T00:00:00Z', '2024-03-09T00:10:00Z', '2024-03-10T00:00:00Z'], 4095)
    counts.add(7, Date.parse('2024-03-10T12:00:00Z'))
    const packed = counts.pack()
    expect(daysOf(packed)).toEqual({ '2024-03-09': 2, '2024-03-10': 2 })
    expect(daysOf(packed, 7)).toEqual({ '2024-03-10': 1 })
    const changed = new QuarterCounts(packed)
    changed.add(4095, Date.parse('2024-03-09T00:05:00Z'), -1)
    changed.add(7, Date.parse('2024-03-10T12:00:00Z'), -1)
    expect(daysOf(changed.pack())).toEqual({ '2024-03-09': 1, '2024-03-10': 1 })
    expect(daysOf(new QuarterCounts().pack())).toEqual({})
  })

  it('of a moment beyond all calendars do no harm', () => {
    const counts = new QuarterCounts()
    counts.add(1, Number.MAX_SAFE_INTEGER)
    const days = new Map<number, number>()
    addDays(counts.pack(), undefined, { counts: days, days: new LocalDays() })
    expect([...days.values()]).toEqual([1])
  })

  it('come from days of UTC in a database of before', () => {
    process.env['TZ'] = 'America/New_York'
    const day = Date.parse('2024-03-09T00:00:00Z') / 86_400_000
    const head = new RecordWriter().u8(1).text('').f64(0).f64(0).varint(9).f64(0).f64(0).varint(0)
    const record = head.varint(1).varint(3).signed(day).varint(9).varint(0).varint(0).varint(0).varint(0).finish()
    expect(daysOf(decodeSegment(5, record).quarters)).toEqual({ '2024-03-09': 9 })
    expect(daysOf(decodeSegment(0, record).quarters)).toEqual({})
  })
})
