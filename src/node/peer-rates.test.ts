import { describe, expect, it } from 'vitest'
import { PeerRates } from './peer-rates.ts'

function setUp() {
  let nowMs = 0
  const rates = new PeerRates({ now: () => nowMs })
  const look = (atMs: number, receivedBytes: number, sentBytes = 0) => {
    nowMs = atMs
    return rates.rated([{ peer: 'a', receivedBytes, sentBytes }])[0]
  }
  return { rates, look }
}

describe('rates of peers', () => {
  it('are nothing for a peer that is new, whatever it has carried', () => {
    expect(setUp().look(0, 5_000_000, 70)).toMatchObject({ receivedBytesPerSecond: 0, sentBytesPerSecond: 0 })
  })

  it('are what came and went since the last looks', () => {
    const { look } = setUp()
    look(0, 1_000, 50)
    expect(look(2_000, 201_000, 4_050)).toEqual({
      peer: 'a',
      receivedBytes: 201_000,
      sentBytes: 4_050,
      receivedBytesPerSecond: 100_000,
      sentBytesPerSecond: 2_000,
    })
  })

  it('fall to nothing when nothing moves any more', () => {
    const { look } = setUp()
    look(0, 0)
    look(2_000, 900_000)
    look(4_000, 900_000)
    expect(look(6_000, 900_000)).toMatchObject({ receivedBytesPerSecond: 0 })
  })

  it('begin anew for a peer that left, and are never negative', () => {
    const { rates, look } = setUp()
    look(0, 900_000)
    expect(look(1_000, 10)).toMatchObject({ receivedBytesPerSecond: 0 })
    rates.rated([])
    expect(look(2_000, 50_000)).toMatchObject({ receivedBytesPerSecond: 0 })
  })
})
