import { describe, expect, it } from 'vitest'
import { BlockSet } from '../codec/block-set.ts'
import { treeCidFromDigest, manifestCidFromDigest } from '../codec/cid.ts'
import { BlockLedger } from './block-ledger.ts'
import { Holder } from './holder.ts'
import { type OpenRequest, OpenRequests } from './open-requests.ts'
import type { Way } from './request-way.ts'
import { Tail } from './tail.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { makeLink } from './testing/test-link.ts'

const BLOCK_COUNT = 400
/** One block in a hundred. */
const ALLOWED = 4

describe('the last blocks of a dataset', () => {
  it('are asked for a second time where the other is clearly sooner', async () => {
    const { tail, slow, fast, ask, wayTo, pass } = lab()
    ask(slow, [7, 8], { expectedMs: 5000 })
    await pass(10)

    expect(tail.choose(wayTo(fast, { expectedMs: 50 }), 8)).toEqual([7, 8])
  })

  it('are not while others are missing', async () => {
    const { tail, slow, fast, ask, wayTo, pass } = lab({ missing: [300] })
    ask(slow, [7, 8], { expectedMs: 5000 })
    await pass(10)

    expect(tail.choose(wayTo(fast, { expectedMs: 50 }), 8)).toEqual([])
  })

  it('are not where they come as soon, or nearly', async () => {
    const { tail, slow, fast, ask, wayTo, pass } = lab()
    ask(slow, [7], { expectedMs: 300 })
    await pass(10)

    expect(tail.choose(wayTo(fast, { expectedMs: 200 }), 8)).toEqual([])
  })

  it('are not where the other was as late itself, as all are on a busy machine', async () => {
    const { tail, slow, fast, ask, wayTo, pass } = lab()
    ask(slow, [7], { expectedMs: 20 })
    await pass(1000)

    expect(tail.choose(wayTo(fast, { expectedMs: 20, lateMs: 900 }), 8)).toEqual([])
    expect(tail.choose(wayTo(fast, { expectedMs: 20, lateMs: 10 }), 8)).toEqual([7])
  })

  it('are not asked of a peer that does not have them, never gave a block, or carries them itself', async () => {
    const { tail, slow, fast, ask, wayTo, pass, holder } = lab()
    ask(slow, [7], { expectedMs: 5000 })
    await pass(10)
    fast.held.delete(7)

    expect(tail.choose(wayTo(fast, { expectedMs: 50 }), 8)).toEqual([])
    expect(tail.choose(wayTo(holder('newcomer', { hasDelivered: false }), { expectedMs: 50 }), 8)).toEqual([])
    expect(tail.choose(wayTo(slow, { expectedMs: 50 }), 8)).toEqual([])
  })

  it('are asked for twice, not three times', async () => {
    const { tail, slow, fast, ask, wayTo, pass, holder } = lab()
    ask(slow, [7], { expectedMs: 5000 })
    await pass(10)
    const way = wayTo(fast, { expectedMs: 50 })
    ask(fast, tail.choose(way, 8), { expectedMs: 50 })

    expect(tail.choose(wayTo(holder('third'), { expectedMs: 1 }), 8)).toEqual([])
  })

  it('are repeated from what is slowest, within one in a hundred', async () => {
    const { tail, slow, fast, ask, wayTo, pass, holder } = lab()
    ask(slow, [1, 2, 3], { expectedMs: 3000 })
    ask(holder('slower'), [4, 5, 6], { expectedMs: 5000 })
    await pass(10)
    const way = wayTo(fast, { expectedMs: 50 })
    const first = tail.choose(way, 2)
    ask(fast, first, { expectedMs: 50 })
    const rest = tail.choose(way, 8)
    ask(fast, rest, { expectedMs: 50 })
    const more = tail.choose(way, 8)
    ask(fast, more, { expectedMs: 50 })

    expect([first, rest]).toEqual([[4, 5], [6]])
    expect(more).toEqual([1])
    expect(first.length + rest.length + more.length).toBe(ALLOWED)
    expect(tail.choose(way, 8)).toEqual([])
  })

  it('are all taken from a peer that is many times later than it ever was, beyond that part', async () => {
    const { tail, slow, fast, ask, wayTo, pass } = lab()
    const indices = Array.from({ length: 10 }, (_, i) => i)
    ask(slow, indices, { expectedMs: 100 })
    await pass(2000)

    expect(tail.choose(wayTo(fast, { expectedMs: 50 }), 32)).toEqual(indices)
  })
})

describe('a block that a reader waits for', () => {
  it('is asked for a second time while others are missing as well', async () => {
    const { tail, slow, fast, ask, wayTo, pass } = lab({ missing: [300] })
    ask(slow, [7, 8], { expectedMs: 5000 })
    await pass(10)

    expect(tail.chooseOf([8, 9], wayTo(fast, { expectedMs: 50 }), 2)).toEqual([8])
  })

  it('is not where it comes as soon', async () => {
    const { tail, slow, fast, ask, wayTo, pass } = lab({ missing: [300] })
    ask(slow, [7, 8], { expectedMs: 80 })
    await pass(10)

    expect(tail.chooseOf([8], wayTo(fast, { expectedMs: 50 }), 2)).toEqual([])
  })
})

function lab(init: { missing?: readonly number[] } = {}) {
  const clock = new ManualClock()
  const ledger = new BlockLedger(new BlockSet(BLOCK_COUNT))
  const missing = new Set(init.missing)
  ledger.take(Array.from({ length: BLOCK_COUNT }, (_, index) => index).filter((index) => !missing.has(index)))
  const open = new OpenRequests()
  const digest = new Uint8Array(32)
  const dataset = { manifestCid: manifestCidFromDigest(digest), treeCid: treeCidFromDigest(digest) }
  const tail = new Tail({ ledger, open, clock }, { ...dataset, blockCount: BLOCK_COUNT, blockSizeBytes: 65_536 })
  const holder = (name: string, { hasDelivered = true } = {}): Holder => {
    const made = new Holder(makeLink(clock, name), BLOCK_COUNT)
    made.learn([{ start: 0, count: BLOCK_COUNT }])
    if (hasDelivered) made.delivered(clock.now())
    return made
  }
  const ask = (from: Holder, indices: readonly number[], { expectedMs }: { expectedMs: number }): OpenRequest => {
    const sentAtMs = clock.now()
    const { first: lane } = from.link.lanes
    const request = {
      holder: from,
      lane,
      indices,
      sentAtMs,
      dueAtMs: sentAtMs + expectedMs,
      controller: new AbortController(),
    }
    open.add(request)
    return request
  }
  const wayTo = (to: Holder, { expectedMs, lateMs = 0 }: { expectedMs: number; lateMs?: number }): Way => {
    return { holder: to, lane: to.link.lanes.first, expectedMs, lateMs }
  }
  return {
    tail,
    holder,
    ask,
    wayTo,
    slow: holder('slow'),
    fast: holder('fast'),
    pass: (ms: number) => clock.advance(ms),
  }
}
