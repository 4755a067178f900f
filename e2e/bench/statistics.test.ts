import { describe, expect, it } from 'vitest'
import { median, quantile } from '../fixtures/quantile.ts'
import { recordOf } from './figure.ts'
import { paced, Rounds } from './statistics.ts'
import { tableOf } from './table.ts'

describe('statistics', () => {
  it('takes the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([1, 2, 3, 10])).toBe(2.5)
    expect(median([])).toBeNaN()
  })

  it('finds a quantile between two values', () => {
    expect(quantile([0, 10], 0.95)).toBeCloseTo(9.5)
    expect(quantile([4], 0.95)).toBe(4)
  })

  it('runs contestants in the opposite order every other round', async () => {
    const order: string[] = []
    const rounds = await Rounds.run(['a', 'b'], { numbers: paced({ count: 3 }) }, (name, round) => {
      order.push(`${name}${round}`)
      return Promise.resolve(round)
    })
    expect(order).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2'])
    expect(rounds.of('b')).toEqual([0, 1, 2])
    expect(rounds.noteOf('b')).toBeUndefined()
  })

  it('starts no round that would end after the budget, but always the first', async () => {
    const started: number[] = []
    for (const round of paced({ count: 100, budgetMs: 60 })) {
      started.push(round)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    expect(started.length).toBeLessThanOrEqual(2)
    expect([...paced({ count: 3, budgetMs: -1 })]).toEqual([0])
  })

  it('goes on with the others when a contestant fails, leaves it out after the second time, and says so', async () => {
    const rounds = await Rounds.run(['good', 'bad'], { numbers: paced({ count: 4 }) }, (name) =>
      name === 'bad' ? Promise.reject(new Error('broke')) : Promise.resolve(1),
    )
    expect(rounds.of('good')).toEqual([1, 1, 1, 1])
    expect(rounds.of('bad')).toEqual([])
    expect(rounds.noteOf('bad')).toBe('failed in 2 rounds, then left out: Error: broke')
  })

  it('keeps what it has when it is cut off, and takes that for nobody’s failure', async () => {
    const cut = new AbortController()
    const rounds = await Rounds.run(['a', 'b'], { numbers: paced({ count: 3 }), signal: cut.signal }, (_, round) => {
      if (round === 0) return Promise.resolve(7)
      cut.abort(new Error('time is over'))
      return Promise.reject(cut.signal.reason)
    })
    expect([rounds.of('a'), rounds.of('b')]).toEqual([[7], [7]])
    expect(rounds.noteOf('b')).toBeUndefined()
  })
})

describe('a figure', () => {
  const baseline = { name: 'raw', samples: [10, 20, 30] }

  it('is the median of its rounds, and its ratio that of the medians', () => {
    const record = recordOf({ name: 'Quire', unit: 'MB/s', samples: [12, 16, 14], baseline, aim: { atLeast: 0.75 } })
    expect(record).toMatchObject({ value: 14, baseline: 20, ratio: 0.7, rounds: 3, min: 12, max: 16, isMet: false })
  })

  it('without a baseline is held to its own value', () => {
    expect(recordOf({ name: 'task', unit: 'ms', samples: [49], aim: { atMost: 50 } }).isMet).toBe(true)
    expect(recordOf({ name: 'task', unit: 'ms', samples: [51], aim: { atMost: 50 } }).isMet).toBe(false)
  })

  it('has no ratio and is not met where there is nothing to compare it with', () => {
    const nothing = { name: 'hung', samples: [] }
    const record = recordOf({ name: 'Quire', unit: 'MB/s', samples: [12], baseline: nothing, aim: { atLeast: 3 } })
    expect(record).toMatchObject({ ratio: null, isMet: false })
  })

  it('is a row of the table, with its note below', () => {
    const table = tableOf([recordOf({ name: 'Quire', unit: 'MB/s', samples: [15], baseline, note: 'on a ship' })])
    expect(table).toMatch(/\| Quire +\| 15\.0 +\| 15\.0 – 15\.0 \| MB\/s \| raw \(20\.0\) \| 0\.75 +\|/)
    expect(table).toContain('- Quire: on a ship')
    expect(
      new Set(
        table
          .split('\n')
          .slice(0, 3)
          .map(({ length }) => length),
      ).size,
    ).toBe(1)
  })
})
