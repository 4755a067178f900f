import { describe, expect, it, vi } from 'vitest'
import { BlockSet } from '../codec/block-set.ts'
import { manifestCidFromDigest, treeCidFromDigest } from '../codec/cid.ts'
import type { BlockPresence, IndexRange } from '../codec/message.ts'
import { BlockLedger } from './block-ledger.ts'
import { Holder } from './holder.ts'
import { MAX_SWARM_PEERS, MIN_PRESENCE_REFRESH_MS } from './limits.ts'
import { ReaderWants } from './reader-wants.ts'
import { Swarm } from './swarm.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { makeLink } from './testing/test-link.ts'

const DIGEST = new Uint8Array(32)
const BLOCK_COUNT = 200_000
const dataset = {
  manifestCid: manifestCidFromDigest(DIGEST),
  treeCid: treeCidFromDigest(DIGEST),
  blockSizeBytes: 65_536,
  blockCount: BLOCK_COUNT,
}

function makeSwarm() {
  const clock = new ManualClock()
  const ledger = new BlockLedger(new BlockSet(BLOCK_COUNT))
  const readers = new ReaderWants({ clock })
  const asked: string[] = []
  const ask = (_peer: string, { start, count }: { start: number; count: number }): void => {
    asked.push(`${start}+${count}`)
  }
  const swarm = new Swarm({ clock, ledger, readers, ask }, { dataset, downloadId: 5n })
  const link = makeLink(clock)
  const tell = (...ranges: IndexRange[]): boolean => swarm.learn(link.peer, presence(ranges))
  return { clock, ledger, readers, swarm, link, asked, tell }
}

function presence(ranges: IndexRange[]): BlockPresence {
  return { address: { treeCid: dataset.treeCid, index: 0n }, kind: 'have-range', ranges, downloadId: 5n }
}

function fail(): never {
  throw new Error('there is no such peer')
}

describe('asking what peers have', () => {
  it('goes window by window with the answers, three ahead of the first missing block', () => {
    const { swarm, link, asked, tell } = makeSwarm()
    swarm.add(link)
    expect(asked).toEqual(['0+16384'])
    tell({ start: 0n, count: 16_384n })
    tell({ start: 16_384n, count: 16_384n })
    tell({ start: 32_768n, count: 16_384n })
    expect(asked).toEqual(['0+16384', '16384+16384', '32768+16384'])
  })

  it('asks about the end of the dataset with what is left of it', () => {
    const { swarm, link, ledger, asked } = makeSwarm()
    ledger.markStored(Array.from({ length: 199_000 }, (_, index) => index))
    swarm.add(link)
    expect(asked).toEqual(['196608+3392'])
  })

  it('asks first about what a reader waits for, however far away', () => {
    const { swarm, link, readers, asked } = makeSwarm()
    void readers.want(150_000)
    swarm.add(link)
    expect(asked).toEqual(['147456+16384'])
  })

  it('asks a peer that holds a part again, ever later while it says nothing new', async () => {
    const { swarm, link, clock, asked, tell } = makeSwarm()
    swarm.add(link)
    tell({ start: 0n, count: 10n })
    tell({ start: 0n, count: 11n })
    tell({ start: 0n, count: 12n })
    asked.length = 0
    const times: number[] = []
    for (let second = 1; second <= 40; second++) {
      await clock.advance(1000)
      swarm.refresh()
      if (asked.includes('0+16384')) times.push(second)
      asked.length = 0
    }
    expect(times).toEqual([3, 9, 21, 36])
  })

  it('asks nothing more of a peer that has everything', () => {
    const { swarm, link, asked, tell } = makeSwarm()
    swarm.add(link)
    tell({ start: 0n, count: BigInt(BLOCK_COUNT) })
    swarm.refresh()
    expect(asked).toEqual(['0+16384'])
    expect(swarm.isComplete(link.peer)).toBe(true)
  })
})

describe('what peers say', () => {
  it('counts once, ascending, inside the dataset', () => {
    const { swarm, link, tell } = makeSwarm()
    swarm.add(link)
    tell(
      { start: 10n, count: 5n },
      { start: 12n, count: 100n },
      { start: 199_990n, count: 2n ** 64n - 1n },
      { start: 2n ** 63n, count: 1n },
      { start: 3n, count: 1n },
    )
    const holder = swarm.get(link.peer)
    expect([...(holder?.held.ranges() ?? [])]).toEqual([
      { start: 10, count: 5 },
      { start: 199_990, count: 10 },
    ])
  })

  it('is not taken from a peer that is not in the swarm', () => {
    const { tell } = makeSwarm()
    expect(tell({ start: 0n, count: 5n })).toBe(false)
  })

  it('counts peers that can give something', () => {
    const { swarm, link, ledger, tell } = makeSwarm()
    swarm.add(link)
    expect(swarm.counts()).toEqual({ asked: 1, holders: 0, delivering: 0, relayed: 0 })
    tell({ start: 7n, count: 1n })
    expect(swarm.counts()).toEqual({ asked: 1, holders: 1, delivering: 0, relayed: 0 })
    ledger.markStored([7])
    expect(swarm.counts().holders).toBe(0)
  })

  it('counts those whose blocks come through a relay', () => {
    const { swarm, link, clock } = makeSwarm()
    swarm.add(link)
    const isRelayed = vi.spyOn(link, 'isRelayed', 'get').mockReturnValue(true)
    expect(swarm.counts().relayed).toBe(0)
    swarm.get(link.peer)?.delivered(clock.now())
    expect(swarm.counts()).toMatchObject({ delivering: 1, relayed: 1 })
    isRelayed.mockReturnValue(false)
    expect(swarm.counts()).toMatchObject({ delivering: 1, relayed: 0 })
  })
})

describe('where there are more peers than places', () => {
  it('takes in one that was left out when another goes', () => {
    const { swarm, clock, asked } = makeSwarm()
    const links = Array.from({ length: MAX_SWARM_PEERS + 2 }, (_, i) => makeLink(clock, `peer ${i}`))
    for (const link of links) swarm.add(link)
    expect(swarm.size).toBe(MAX_SWARM_PEERS)
    const [first, second] = links.slice(-2)
    swarm.remove(first?.peer ?? fail())
    swarm.remove(links[0]?.peer ?? fail())

    expect(swarm.size).toBe(MAX_SWARM_PEERS)
    expect(swarm.get(second?.peer ?? fail())).toBeDefined()
    expect(asked).toHaveLength(MAX_SWARM_PEERS + 1)
  })

  it('goes on to those that were left out while the others have nothing that is missing', async () => {
    const { swarm, clock } = makeSwarm()
    const links = Array.from({ length: MAX_SWARM_PEERS + 1 }, (_, i) => makeLink(clock, `peer ${i}`))
    for (const link of links) swarm.add(link)
    const [useful, last] = [links[0]?.peer ?? fail(), links.at(-1)?.peer ?? fail()]
    swarm.learn(useful, presence([{ start: 0n, count: 5n }]))
    await clock.advance(MIN_PRESENCE_REFRESH_MS - 1)
    swarm.refresh()
    expect(swarm.get(last)).toBeUndefined()
    await clock.advance(1)
    swarm.refresh()

    expect(swarm.size).toBe(MAX_SWARM_PEERS)
    expect(swarm.get(last)).toBeDefined()
    expect(swarm.get(useful)).toBeDefined()
  })
})

describe('a peer’s word', () => {
  it('is trusted again after a rest, which is longer each time', async () => {
    const clock = new ManualClock()
    const holder = new Holder(makeLink(clock), 10)
    const restOf = async (): Promise<number> => {
      const startMs = clock.now()
      while (!holder.isUsable(clock.now())) await clock.advance(500)
      return clock.now() - startMs
    }
    holder.strike(clock.now())
    expect(holder.isUsable(clock.now())).toBe(true)
    holder.strike(clock.now())
    expect(await restOf()).toBe(2000)
    holder.strike(clock.now(), 'timeout')
    // Those that were on the way together count once.
    holder.strike(clock.now(), 'timeout')
    expect(await restOf()).toBe(4000)
    holder.delivered(clock.now())
    holder.strike(clock.now(), 'timeout')
    expect(await restOf()).toBe(2000)
  })
})
