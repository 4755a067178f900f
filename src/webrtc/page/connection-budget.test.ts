import { describe, expect, it } from 'vitest'
import { ConnectionBudget } from './connection-budget.ts'

/** A budget whose pauses end when the test says so. */
function budgetWithPauses() {
  const urges: string[] = []
  const pauses: { timeMs: number; end: () => void }[] = []
  const budget = new ConnectionBudget({
    limit: 500,
    urgeCollection: () => {
      urges.push('urge')
      return Promise.resolve()
    },
    pause: (timeMs) => new Promise((end) => pauses.push({ timeMs, end })),
  })
  return { budget, urges, pauses }
}

// Kept here, since what is collected would no longer count.
const kept: object[] = []

function makeAndClose(budget: ConnectionBudget, count: number): void {
  for (let i = 0; i < count; i += 1) {
    const connection = {}
    kept.push(connection)
    budget.countMade(connection)
    budget.countClosed()
  }
}

describe('the budget of connections', () => {
  it('holds what was made and not collected', () => {
    const { budget } = budgetWithPauses()

    makeAndClose(budget, 3)

    expect(budget.reading).toEqual({ made: 3, held: 3, limit: 500 })
  })

  it('urges a collection when a hundred closed ones wait, not before', () => {
    const { budget, urges } = budgetWithPauses()

    makeAndClose(budget, 99)
    expect(urges).toEqual([])
    makeAndClose(budget, 2)

    expect(urges).toEqual(['urge'])
  })

  it('urges again while they wait, ever more seldom, at least once a minute', async () => {
    const { budget, pauses } = budgetWithPauses()
    makeAndClose(budget, 100)

    for (let i = 0; i < 8; i += 1) {
      await expect.poll(() => pauses.length).toBe(i + 1)
      pauses[i]?.end()
    }

    expect(pauses.slice(0, 8).map(({ timeMs }) => timeMs / 1000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  })

  it('has no limit outside Chromium', () => {
    expect(new ConnectionBudget().reading.limit).toBe(Number.POSITIVE_INFINITY)
  })
})
