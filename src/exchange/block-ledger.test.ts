import { describe, expect, it } from 'vitest'
import { BlockSet } from '../codec/block-set.ts'
import { BlockLedger } from './block-ledger.ts'

function setOf(blockCount: number, ...indices: number[]): BlockSet {
  const set = new BlockSet(blockCount)
  for (const index of indices) set.add(index)
  return set
}

function full(blockCount: number): BlockSet {
  const set = new BlockSet(blockCount)
  set.addRange(0, blockCount)
  return set
}

describe('the ledger of a dataset', () => {
  it('gives out the lowest missing blocks that a peer has, each once', () => {
    const ledger = new BlockLedger(setOf(20, 0, 1, 5))
    expect(ledger.claim(full(20), 0, 5)).toEqual([2, 3, 4, 6, 7])
    expect(ledger.claim(setOf(20, 3, 8, 9, 15), 0, 5)).toEqual([8, 9, 15])
    expect(ledger.claim(full(20), 12, 3)).toEqual([12, 13, 14])
    expect(ledger.claim(full(20), 0, 30)).toEqual([10, 11, 16, 17, 18, 19])
    expect(ledger.isAllTaken).toBe(true)
    expect(ledger.isComplete).toBe(false)
  })

  it('gives a lost block out again', () => {
    const ledger = new BlockLedger(setOf(4))
    ledger.claim(full(4), 0, 4)
    ledger.release([1, 3])
    expect(ledger.firstMissing()).toBe(1)
    expect(ledger.claim(full(4), 0, 4)).toEqual([1, 3])
  })

  it('takes of the wanted only what is missing and what the peer has', () => {
    const ledger = new BlockLedger(setOf(10, 2))
    expect(ledger.claimOf([9, 2, 4, 7, 1], setOf(10, 1, 2, 7, 9), 2)).toEqual([9, 7])
    expect(ledger.claimOf([9, 2, 4, 7, 1], setOf(10, 1, 2, 7, 9), 2)).toEqual([1])
  })

  it('is complete when every block is stored', () => {
    const ledger = new BlockLedger(setOf(3, 0))
    ledger.claim(full(3), 0, 3)
    ledger.markStored([1])
    expect(ledger).toMatchObject({ storedCount: 2, isComplete: false })
    ledger.markStored([2])
    expect(ledger).toMatchObject({ storedCount: 3, isComplete: true })
  })

  it('knows whether a peer could give something', () => {
    const ledger = new BlockLedger(setOf(100, 10, 11))
    expect(ledger.hasWanted(setOf(100, 10, 11, 60), 0)).toBe(true)
    expect(ledger.hasWanted(setOf(100, 10, 11, 60), 61)).toBe(false)
    expect(ledger.hasWanted(setOf(100, 10, 11), 0)).toBe(false)
  })

  it('goes round from its origin', () => {
    const ledger = new BlockLedger(setOf(10, 7), { origin: 6 })
    expect(ledger.claim(full(10), 0, 3)).toEqual([6, 8, 9])
    expect(ledger).toMatchObject({ isAllTaken: false })
    expect(ledger.front()).toBe(4)
    expect(ledger.firstMissing()).toBe(0)
    expect([...ledger.wanted(setOf(10, 1, 2, 5), 0)]).toEqual([
      { start: 1, count: 2 },
      { start: 5, count: 1 },
    ])
    expect([...ledger.wanted(full(10), 5, 7)]).toEqual([{ start: 1, count: 2 }])
    ledger.release([8])
    expect(ledger.front()).toBe(2)
    expect(ledger.firstMissing()).toBe(8)
    expect([ledger.positionOf(6), ledger.positionOf(5)]).toEqual([0, 9])
    expect(ledger.firstPositionOf({ start: 2, count: 3 })).toBe(6)
    expect(ledger.firstPositionOf({ start: 2, count: 5 })).toBe(0)
    expect(ledger.claim(full(10), 0, 10)).toEqual([8, 0, 1, 2, 3, 4, 5])
    expect(ledger.firstMissing()).toBe(10)
  })
})
