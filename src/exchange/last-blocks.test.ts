import { describe, expect, it } from 'vitest'
import { BlockSet } from '../codec/block-set.ts'
import { manifestCidFromDigest, treeCidFromDigest } from '../codec/cid.ts'
import { BlockLedger } from './block-ledger.ts'
import { Holder } from './holder.ts'
import { LastBlocks } from './last-blocks.ts'
import { CHOICE_SPAN_BLOCKS } from './limits.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { makeLink } from './testing/test-link.ts'

const BLOCK_SIZE_BYTES = 65_536

describe('the last missing blocks', () => {
  it('are not asked of a peer whose answer comes long after the others brought them', () => {
    const { askable } = lab({ missing: [3, 4], rateBytesPerMs: 1000, others: { near: 100 } })

    expect(askable(1500)).toEqual([])
  })

  it('are where its answer comes as soon, or nearly', () => {
    const { askable } = lab({ missing: [3, 4], rateBytesPerMs: 1000, others: { near: 100 } })

    expect(askable(500)).toEqual([3, 4])
  })

  it('are where the others need as long for all that is missing', () => {
    const { askable } = lab({ missing: [3, 4], rateBytesPerMs: 100, others: { near: 100 } })

    expect(askable(1500)).toEqual([3, 4])
  })

  it('are where the others are as slow', () => {
    const { askable } = lab({ missing: [3, 4], rateBytesPerMs: 1000, others: { far: 1500, farther: 1400 } })

    expect(askable(1500)).toEqual([3, 4])
  })

  it('are where nobody else has them', () => {
    const { askable, holders } = lab({ missing: [3, 4], rateBytesPerMs: 1000, others: { near: 100 } })
    holders.get('near')?.held.delete(4)

    expect(askable(1500)).toEqual([4])
  })

  it('are where nothing comes any more', () => {
    const { askable } = lab({ missing: [3, 4], rateBytesPerMs: 0, others: { near: 100 } })

    expect(askable(1500)).toEqual([3, 4])
  })

  it('are where the others never gave a block', () => {
    const { askable, addOther } = lab({ missing: [3, 4], rateBytesPerMs: 1000, others: {} })
    addOther('newcomer')

    expect(askable(1500)).toEqual([3, 4])
  })

  it('are not the last while there are many more of them', () => {
    const missing = Array.from({ length: CHOICE_SPAN_BLOCKS + 1 }, (_, index) => index)
    const { askable } = lab({ missing, rateBytesPerMs: 1e9, others: { near: 100 } })

    expect(askable(1500)).toEqual(missing)
  })
})

interface Setting {
  readonly missing: readonly number[]
  readonly rateBytesPerMs: number
  /** By name, how long an answer takes. */
  readonly others: Readonly<Record<string, number>>
}

/** A slow peer and others that all have everything; `askable` tells what may be asked of the slow one. */
function lab({ missing, rateBytesPerMs, others }: Setting) {
  const blockCount = 4 * CHOICE_SPAN_BLOCKS
  const clock = new ManualClock()
  const ledger = new BlockLedger(new BlockSet(blockCount))
  const isMissing = new Set(missing)
  ledger.take(Array.from({ length: blockCount }, (_, index) => index).filter((index) => !isMissing.has(index)))
  const holders = new Map<string, Holder>()
  const addOther = (name: string): Holder => {
    const holder = new Holder(makeLink(clock, name), blockCount)
    holder.learn([{ start: 0, count: blockCount }])
    holders.set(name, holder)
    return holder
  }
  for (const [name, tookMs] of Object.entries(others)) {
    const holder = addOther(name)
    const { window } = holder.link.lanes.first
    window.settled(window.sent(BLOCK_SIZE_BYTES, 0), BLOCK_SIZE_BYTES, tookMs)
    holder.delivered(tookMs)
  }
  const slow = addOther('slow')
  const digest = new Uint8Array(32)
  const lastBlocks = new LastBlocks(
    { ledger, swarm: { usable: () => [...holders.values()] }, pace: { rateBytesPerMs } },
    {
      manifestCid: manifestCidFromDigest(digest),
      treeCid: treeCidFromDigest(digest),
      blockCount,
      blockSizeBytes: BLOCK_SIZE_BYTES,
    },
  )
  const askable = (expectedMs: number): number[] => {
    const { held } = lastBlocks.seatOf({ holder: slow, lane: slow.link.lanes.first, expectedMs, lateMs: 0 })
    return missing.filter((index) => held.has(index))
  }
  return { askable, addOther, holders }
}
