import { describe, expect, it } from 'vitest'
import { systemClock } from '../exchange/clock.ts'
import { StunAllowance } from './stun-allowance.ts'

function startAllowance() {
  const clock = { ...systemClock, nowMs: 0, now: () => clock.nowMs }
  const allowance = new StunAllowance(clock)
  const takeMany = (count: number, address: (index: number) => string): number =>
    Array.from({ length: count }, (_, index) => allowance.take(address(index))).filter((isTaken) => isTaken).length
  return { clock, takeMany }
}

describe('the allowance of the STUN server', () => {
  it('ends for one source and leaves the others theirs', () => {
    const { clock, takeMany } = startAllowance()

    expect(takeMany(1000, () => '192.0.2.1')).toBe(400)
    expect(takeMany(10, () => '192.0.2.2')).toBe(10)
    clock.nowMs += 1000
    expect(takeMany(1000, () => '192.0.2.1')).toBe(200)
  })

  it('takes all addresses of one IPv6 network for one source', () => {
    const { takeMany } = startAllowance()

    expect(takeMany(1000, (index) => `2001:db8:1:2:3:4:5:${index.toString(16)}`)).toBe(400)
    expect(takeMany(10, (index) => `2001:db8:1:3:3:4:5:${index.toString(16)}`)).toBe(10)
  })

  it('ends in all, however many sources there seem to be', () => {
    const { takeMany } = startAllowance()

    expect(takeMany(20_000, (index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`)).toBe(10_000)
  })
})
