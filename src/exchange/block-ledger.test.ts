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

  it('finds the first block that a peer could give', () => {
    const ledger = new BlockLedger(setOf(100, 10, 11))
    expect(ledger.firstWanted(setOf(100, 10, 11, 60), 0)).toBe(60)
    expect(ledger.firstWanted(setOf(100, 10, 11), 0)).toBe(100)
    expect(ledger.firstWanted(setOf(100, 5, 60), 6)).toBe(60)
  })
})
