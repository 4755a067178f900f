import { describe, expect, it } from 'vitest'
import { BlockSet } from '../codec/block-set.ts'
import { BlockLedger } from './block-ledger.ts'
import { BulkChoice, type Seat } from './bulk-choice.ts'
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
  const choice = new BulkChoice({ ledger, rarity, random: () => random })
  return {
    ledger,
    claim: (peer: Seat, limit: number, mostPeers?: number) => choice.claim(peer, { limit, isShared, mostPeers }),
  }
}

function whole(blockCount: number): { held: BlockSet; cursor: number; next: number } {
  const held = new BlockSet(blockCount)
  held.addRange(0, blockCount)
  return { held, cursor: 0, next: -1 }
}

describe('the choice of what to ask a peer for', () => {
  it('is one run after another where nobody else fetches, whatever chance says', () => {
    const { claim } = choiceOf({ blockCount: 12, random: 0.9, origin: 6 })
    const peer = whole(12)
    expect(claim(peer, 4)).toEqual([6, 7, 8, 9])
    expect(claim(peer, 4)).toEqual([10, 11, 0, 1])
    expect(claim(peer, 8)).toEqual([2, 3, 4, 5])
    expect(claim(peer, 8)).toEqual([])
  })

  it('begins where others fetch the same at a random place of the later half of a run', () => {
    const { claim } = choiceOf({ blockCount: 16, isShared: true, random: 0.6 })
    const peer = whole(16)
    expect(claim(peer, 2)).toEqual([12, 13])
    expect(claim(whole(16), 3)).toEqual([9, 10, 11])
  })

  it('goes on from there with the same peer, while nobody else has what follows', () => {
    const { claim } = choiceOf({
      blockCount: 16,
      isShared: true,
      counts: Array.from({ length: 11 }, () => 1).concat(2, 2),
    })
    const peer = whole(16)
    expect(claim(peer, 3)).toEqual([5, 6, 7])
    expect(claim(peer, 3)).toEqual([8, 9, 10])
    expect(claim(peer, 2)).toEqual([2, 3])
  })

  it('leaves out what too many have, where it is told to', () => {
    const { claim } = choiceOf({ blockCount: 4, isShared: true, counts: [3, 2, 3, 3] })
    expect(claim(whole(4), 4, 2)).toEqual([1])
    expect(claim(whole(4), 4, 2)).toEqual([])
    expect(claim(whole(4), 4)).toHaveLength(3)
  })

  it('takes what fewer have before what more have', () => {
    const { claim } = choiceOf({ blockCount: 8, counts: [3, 1, 2, 3, 1, 2, 3, 3] })
    const peer = whole(8)
    expect(claim(peer, 3)).toEqual([1, 4, 2])
    expect(claim(peer, 3)).toEqual([5, 0, 3])
  })

  it('takes only what the peer has', () => {
    const { claim } = choiceOf({ blockCount: 8, counts: [1, 1, 2, 1, 1, 1, 1, 1], isShared: true })
    const held = new BlockSet(8)
    held.addRange(2, 2)
    expect(claim({ held, cursor: 0, next: -1 }, 4)).toEqual([2, 3])
  })

  it('looks beyond its span only for a peer that has nothing in it, and does not begin there anew each time', () => {
    const blockCount = 3 * CHOICE_SPAN_BLOCKS
    const { claim, ledger } = choiceOf({ blockCount })
    const held = new BlockSet(blockCount)
    held.addRange(2 * CHOICE_SPAN_BLOCKS, 10)
    const peer = { held, cursor: 0, next: -1 }
    expect(claim(peer, 4)).toEqual([0, 1, 2, 3].map((i) => 2 * CHOICE_SPAN_BLOCKS + i))
    expect(peer.cursor).toBe(2 * CHOICE_SPAN_BLOCKS + 4)
    expect(claim(peer, 10)).toHaveLength(6)
    expect(claim(peer, 4)).toEqual([])
    expect(peer.cursor).toBe(blockCount)
    expect(ledger.front()).toBe(0)
  })
})
