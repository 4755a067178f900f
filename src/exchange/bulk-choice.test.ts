import { describe, expect, it } from 'vitest'
import { BlockSet } from '../codec/block-set.ts'
import { BlockLedger } from './block-ledger.ts'
import { BulkChoice } from './bulk-choice.ts'
import { CHOICE_SPAN_BLOCKS } from './limits.ts'
import { Rarity } from './rarity.ts'

interface Setting {
  readonly blockCount: number
  /** Peers that have each block, from block 0 on; 1 beyond. */
  readonly counts?: readonly number[]
  readonly isShared?: boolean
  readonly random?: number
  readonly origin?: number
}

function choiceOf({ blockCount, counts = [], isShared = false, random = 0, origin = 0 }: Setting) {
  const rarity = new Rarity(blockCount)
  for (let index = 0; index < blockCount; index++) {
    for (let peer = 0; peer < (counts[index] ?? 1); peer++) rarity.add({ start: index, count: 1 })
  }
  const ledger = new BlockLedger(new BlockSet(blockCount), { origin })
  const choice = new BulkChoice({ ledger, rarity, random: () => random, isShared: () => isShared })
  return { ledger, choice }
}

function whole(blockCount: number): { held: BlockSet; cursor: number } {
  const held = new BlockSet(blockCount)
  held.addRange(0, blockCount)
  return { held, cursor: 0 }
}

describe('the choice of what to ask a peer for', () => {
  it('is one run after another where nobody else fetches, whatever chance says', () => {
    const { choice } = choiceOf({ blockCount: 12, random: 0.9, origin: 6 })
    const peer = whole(12)
    expect(choice.claim(peer, 4)).toEqual([6, 7, 8, 9])
    expect(choice.claim(peer, 4)).toEqual([10, 11, 0, 1])
    expect(choice.claim(peer, 8)).toEqual([2, 3, 4, 5])
    expect(choice.claim(peer, 8)).toEqual([])
  })

  it('is a whole run from a random place where others fetch the same', () => {
    const { choice } = choiceOf({ blockCount: 16, isShared: true, random: 0.6 })
    const peer = whole(16)
    expect(choice.claim(peer, 4)).toEqual([8, 9, 10, 11])
    expect(choice.claim(peer, 4)).toEqual([4, 5, 6, 7])
    expect(choice.claim(peer, 3)).toEqual([3, 12, 13])
  })

  it('takes what fewer have before what more have', () => {
    const { choice } = choiceOf({ blockCount: 8, counts: [3, 1, 2, 3, 1, 2, 3, 3] })
    const peer = whole(8)
    expect(choice.claim(peer, 3)).toEqual([1, 4, 2])
    expect(choice.claim(peer, 3)).toEqual([5, 0, 3])
  })

  it('takes only what the peer has', () => {
    const { choice } = choiceOf({ blockCount: 8, counts: [1, 1, 2, 1, 1, 1, 1, 1], isShared: true })
    const held = new BlockSet(8)
    held.addRange(2, 2)
    expect(choice.claim({ held, cursor: 0 }, 4)).toEqual([2, 3])
  })

  it('looks beyond its span only for a peer that has nothing in it, and does not begin there anew each time', () => {
    const blockCount = 3 * CHOICE_SPAN_BLOCKS
    const { choice, ledger } = choiceOf({ blockCount })
    const held = new BlockSet(blockCount)
    held.addRange(2 * CHOICE_SPAN_BLOCKS, 10)
    const peer = { held, cursor: 0 }
    expect(choice.claim(peer, 4)).toEqual([0, 1, 2, 3].map((i) => 2 * CHOICE_SPAN_BLOCKS + i))
    expect(peer.cursor).toBe(2 * CHOICE_SPAN_BLOCKS + 4)
    expect(choice.claim(peer, 10)).toHaveLength(6)
    expect(choice.claim(peer, 4)).toEqual([])
    expect(peer.cursor).toBe(blockCount)
    expect(ledger.front()).toBe(0)
  })
})
