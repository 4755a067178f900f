import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import type { PeerKey } from '../codec/peer-key.ts'
import { Refusals } from './refusals.ts'

// Names are enough: the list does not look into them.
const peer = (name: string | number): PeerKey => `peer-${name}` as PeerKey

describe('Refusals', () => {
  it('ends a refusal after its time', () => {
    let nowMs = 1_000
    const refusals = new Refusals({ refuseMs: 500, now: () => nowMs })
    refusals.refuse(peer('a'), 'bad block')
    expect(refusals.list()).toEqual([{ peer: peer('a'), reason: 'bad block', atMs: 1_000, untilMs: 1_500 }])

    nowMs = 1_499
    expect(refusals.has(peer('a'))).toBe(true)
    nowMs = 1_500

    expect(refusals.has(peer('a'))).toBe(false)
    expect(refusals.list()).toEqual([])
  })

  it('starts the time again with each new offence', () => {
    let nowMs = 0
    const refusals = new Refusals({ refuseMs: 500, now: () => nowMs })
    refusals.refuse(peer('a'), 'once')
    nowMs = 400
    refusals.refuse(peer('a'), 'twice')
    nowMs = 600

    expect(refusals.list()).toEqual([{ peer: peer('a'), reason: 'twice', atMs: 400, untilMs: 900 }])
  })

  it('tells of the last twenty, newest first, also when they may come back', () => {
    let nowMs = 0
    const refusals = new Refusals({ refuseMs: 5, now: () => nowMs })
    for (; nowMs < 30; nowMs++) refusals.refuse(peer(nowMs), `offence ${nowMs}`)
    const told = refusals.latest()

    expect(told).toHaveLength(20)
    expect(told[0]).toEqual({ peer: peer(29), reason: 'offence 29', atMs: 29 })
    expect(told.at(-1)).toEqual({ peer: peer(10), reason: 'offence 10', atMs: 10 })
    expect(refusals.has(peer(10))).toBe(false)
  })

  it('forgets the oldest rather than grow without end', () => {
    const refusals = new Refusals()
    for (let index = 0; index < 1_100; index++) refusals.refuse(peer(index), 'flood')

    expect(refusals.list()).toHaveLength(1_000)
    expect(refusals.has(peer(99))).toBe(false)
    expect(refusals.has(peer(100))).toBe(true)
  })

  it('lets libp2p dial plain and private addresses, which its gater for browsers does not', () => {
    expect(new Refusals().gater().denyDialMultiaddr?.(multiaddr('/ip4/127.0.0.1/tcp/9410/ws'))).toBe(false)
  })
})
