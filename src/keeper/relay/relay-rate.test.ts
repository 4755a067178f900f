import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../exchange/testing/manual-clock.ts'
import { RelayRate } from './relay-rate.ts'

describe('the rate of the relay', () => {
  it('lets the share of a second go at once, and the rest as time goes on', async () => {
    const clock = new ManualClock()
    const rate = new RelayRate(clock, 1000)

    rate.spend(999)
    expect(rate.isSpent()).toBe(false)
    rate.spend(501)
    expect(rate.isSpent()).toBe(true)
    await clock.advance(499)
    expect(rate.isSpent()).toBe(true)
    await clock.advance(2)
    expect(rate.isSpent()).toBe(false)
  })

  it('gives turns to those who wait, one piece each, in the order in which they came', async () => {
    const clock = new ManualClock()
    const rate = new RelayRate(clock, 1000)
    const turns: string[] = []
    rate.spend(1000)
    const waiter = (name: string) => (): void => {
      turns.push(name)
      rate.spend(1000)
      if (turns.length < 6) rate.wait(waiter(name))
    }
    for (const name of ['a', 'b', 'c']) rate.wait(waiter(name))

    await clock.advance(500)
    expect(turns).toEqual(['a'])
    for (let second = 0; second < 8; second++) await clock.advance(1000)

    expect(turns.slice(0, 6)).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
  })

  it('forgets who left', async () => {
    const clock = new ManualClock()
    const rate = new RelayRate(clock, 1000)
    let turns = 0
    const onTurn = (): void => void turns++
    rate.spend(2000)
    rate.wait(onTurn)

    rate.leave(onTurn)
    await clock.advance(10_000)

    expect({ turns, waiting: rate.waitingCount }).toEqual({ turns: 0, waiting: 0 })
  })
})
