import { describe, expect, it } from 'vitest'
import type { TimelinePage } from '../../../rpc/history-api.ts'
import { changedPortions } from './added-portions.ts'
import { EMPTY_WINDOW, windowOf } from './timeline-window.ts'

/** Rows by their numbers; gaps are the shortest rows there are. */
function pageOf(from: number, to: number): TimelinePage {
  const rows = Array.from({ length: to - from }, (_, at) => {
    const atMs = (from + at) * 1000
    return {
      kind: 'gap',
      id: String(from + at),
      fromMs: atMs,
      toMs: atMs + 1000,
      archiveCount: 1,
      reason: 'not-fetched',
    } as const
  })
  return { rows, olderCursor: undefined, newerCursor: undefined, isFound: true }
}

function shownRows(before: TimelinePage, page: TimelinePage, centreId?: string): string[][] {
  const window = before.rows.length === 0 ? EMPTY_WINDOW : windowOf(before, EMPTY_WINDOW)
  return [...changedPortions(window, page, centreId)].map(({ rows }) => rows.map(({ id }) => id))
}

const ids = (from: number, to: number): string[] => pageOf(from, to).rows.map(({ id }) => id)

describe('changedPortions', () => {
  it('draws what is new eight rows at a time, nearest to the reader first, in order', () => {
    expect(shownRows(pageOf(20, 30), pageOf(0, 40), '29')).toEqual([
      // All that is new below is nearer than anything above.
      ids(20, 38),
      [...ids(14, 40)],
      [...ids(6, 40)],
      ids(0, 40),
    ])
  })

  it('fills a screen at once where nothing of it was shown, from the end where there is no centre', () => {
    expect(shownRows(pageOf(0, 0), pageOf(0, 40))).toEqual([ids(16, 40), ids(8, 40), ids(0, 40)])
    expect(shownRows(pageOf(100, 110), pageOf(0, 30), '0')).toEqual([ids(0, 24), ids(0, 30)])
  })

  it('takes away at once what is not there any more', () => {
    expect(shownRows(pageOf(0, 40), pageOf(30, 42), '31')).toEqual([ids(30, 42)])
  })

  it('draws nothing twice that says the same', () => {
    const before = windowOf(pageOf(0, 10), EMPTY_WINDOW)
    const windows = [...changedPortions(before, pageOf(0, 30), '0')]
    expect(windows).toHaveLength(3)
    for (const { rows } of windows) expect(rows.slice(0, 10).every((row, at) => row === before.rows[at])).toBe(true)
  })
})
