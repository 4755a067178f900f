import { describe, expect, it } from 'vitest'
import type { PeerKey } from '../codec/peer-key.ts'
import { Strikes } from './strikes.ts'

const PEER = 'a' as PeerKey
// Source: gossipsub’s default `graylistThreshold`.
const GRAYLIST = -80

describe('strikes', () => {
  it('make gossipsub deaf to a peer after eight, and not after seven', () => {
    const strikes = new Strikes(() => 0)
    for (let i = 0; i < 7; i++) strikes.add(PEER)
    expect(strikes.scoreOf(PEER)).toBeGreaterThan(GRAYLIST)
    strikes.add(PEER)
    expect(strikes.scoreOf(PEER)).toBeLessThan(GRAYLIST)
  })

  it('are forgotten one a minute', () => {
    let now = 0
    const strikes = new Strikes(() => now)
    for (let i = 0; i < 8; i++) strikes.add(PEER)
    now = 60_000
    expect(strikes.scoreOf(PEER)).toBeGreaterThan(GRAYLIST)
    now = 8 * 60_000
    expect(strikes.scoreOf(PEER)).toBe(0)
  })

  it('are remembered of the last thousand peers', () => {
    const strikes = new Strikes(() => 0)
    for (let i = 0; i < 1_001; i++) strikes.add(`${i}` as PeerKey)
    expect([strikes.scoreOf('0'), strikes.scoreOf('1')]).toEqual([0, -11])
  })
})
