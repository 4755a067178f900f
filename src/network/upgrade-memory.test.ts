import { describe, expect, it } from 'vitest'
import type { PeerKey } from '../codec/peer-key.ts'
import { silentLog } from './network-log.ts'
import { UpgradeMemory } from './upgrade-memory.ts'

const PEER = '16Uiu2HAm4v86W3bmT1BiH6oSPzcsSr31iDQpSN5Qa882BCjjwgrD' as PeerKey

function memoryAt(): { memory: UpgradeMemory; pass: (ms: number) => void; told: PeerKey[] } {
  let nowMs = 1_000_000
  const memory = new UpgradeMemory({ log: silentLog }, { now: () => nowMs })
  const told: PeerKey[] = []
  memory.onRelayed((peer) => told.push(peer))
  return { memory, pass: (ms) => (nowMs += ms), told }
}

describe('UpgradeMemory', () => {
  it('counts a try of the other side, which tells nobody, as failed once it would have ended', () => {
    const { memory, pass } = memoryAt()
    memory.relayed(PEER)

    pass(20_000)
    expect(memory.hasFailed(PEER)).toBe(false)
    pass(6_000)
    expect(memory.hasFailed(PEER)).toBe(true)
  })

  it('counts a failure of our own at once', () => {
    const { memory } = memoryAt()
    memory.failed(PEER)

    expect(memory.hasFailed(PEER)).toBe(true)
    expect(memory.failuresOf(PEER)).toBe(1)
  })

  it('has nothing failed of a peer that nothing was tried with, nor after a success', () => {
    const { memory, pass } = memoryAt()
    expect(memory.hasFailed(PEER)).toBe(false)

    memory.relayed(PEER)
    memory.succeeded(PEER)
    pass(60_000)

    expect(memory.hasFailed(PEER)).toBe(false)
  })

  it('tells once that content goes through a relay, and again when it had forgotten', () => {
    const { memory, pass, told } = memoryAt()
    memory.relayed(PEER)
    memory.relayed(PEER)
    expect(told).toEqual([PEER])

    pass(11 * 60_000)
    expect(memory.isRelayed(PEER)).toBe(false)
    memory.relayed(PEER)

    expect(told).toEqual([PEER, PEER])
  })
})
