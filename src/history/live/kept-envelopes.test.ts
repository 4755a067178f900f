import { describe, expect, it } from 'vitest'
import { MemoryKv } from '../../store/memory-kv.ts'
import { KeptEnvelopes } from './kept-envelopes.ts'
import type { KeptLimits, NewEnvelope } from './kept-room.ts'
import type { LiveTable } from './live-keys.ts'
import { COMMUNITY, DAY_MS, NOW_MS } from './testing/live-fixture.ts'
import type { CommunityId } from '../ids.ts'

const OTHER = `0x03${'22'.repeat(32)}` as CommunityId
const ALL = { fromMs: 0, toMs: NOW_MS + 1, limit: 1_000, maxBytes: 1_000_000 }

async function kept(limits?: KeptLimits): Promise<KeptEnvelopes> {
  const kv = new MemoryKv<LiveTable>()
  await kv.open()
  return new KeptEnvelopes(kv, limits)
}

/** Number `n`, `sizeBytes` large, sent `n` seconds before now unless told. */
function one(n: number, change: Partial<NewEnvelope> & { sizeBytes?: number } = {}): NewEnvelope {
  const id = new Uint8Array(32)
  new DataView(id.buffer).setUint32(28, n)
  return { id, atMs: NOW_MS - n * 1000, envelope: new Uint8Array(change.sizeBytes ?? 10).fill(n), ...change }
}

const numbersOf = ({ envelopes }: { envelopes: readonly { id: Uint8Array }[] }): number[] =>
  envelopes.map(({ id }) => new DataView(id.buffer, id.byteOffset).getUint32(28))

describe('kept envelopes', () => {
  it('are given oldest first, by time, each community its own', async () => {
    const store = await kept()
    await store.add(COMMUNITY, [one(1), one(3), one(2)])
    await store.add(OTHER, [one(9)])

    expect(numbersOf(await store.range(COMMUNITY, ALL))).toEqual([3, 2, 1])
    expect(numbersOf(await store.range(COMMUNITY, { ...ALL, fromMs: NOW_MS - 2000, toMs: NOW_MS - 1000 }))).toEqual([2])
  })

  it('take an id once, whatever time the second one bears', async () => {
    const store = await kept()

    expect(await store.add(COMMUNITY, [one(1), one(1)])).toBe(1)
    expect(await store.add(COMMUNITY, [one(1, { atMs: NOW_MS })])).toBe(0)
    expect(await store.totals(COMMUNITY)).toEqual({ count: 1, sizeBytes: 10 })
  })

  it('come in pages that a cursor joins without a gap, also among those of one moment', async () => {
    const store = await kept()
    await store.add(
      COMMUNITY,
      Array.from({ length: 25 }, (_, n) => one(n, { atMs: NOW_MS - 1 })),
    )

    const numbers: number[] = []
    let cursor: Uint8Array | undefined
    let pages = 0
    do {
      const page = await store.range(COMMUNITY, { ...ALL, limit: 10, cursor })
      numbers.push(...numbersOf(page))
      cursor = page.cursor
      pages++
    } while (cursor !== undefined)

    expect(numbers).toEqual(Array.from({ length: 25 }, (_, n) => n))
    expect(pages).toBe(3)
  })

  it('that could not be opened have half of the room, and what can be read keeps the other', async () => {
    const store = await kept({ maxCount: 10, maxBytes: 1_000 })
    await store.add(COMMUNITY, [one(100), one(101), one(102)])

    for (let n = 20; n > 0; n--) await store.add(COMMUNITY, [one(n, { isUnjudged: true })])
    expect(await store.add(COMMUNITY, [one(0, { isUnjudged: true, sizeBytes: 501 })])).toBe(0)

    const left = numbersOf(await store.range(COMMUNITY, ALL))
    expect(left.slice(0, 3)).toEqual([102, 101, 100])
    expect([4, 5]).toContain(left.slice(3).length)
    expect(left.slice(3)).toEqual([5, 4, 3, 2, 1].slice(-left.slice(3).length))
    expect(await store.totals(COMMUNITY)).toEqual({ count: left.length, sizeBytes: left.length * 10 })
    await store.prune(COMMUNITY, NOW_MS + 40 * DAY_MS)
    expect(await store.add(COMMUNITY, [one(6, { isUnjudged: true })])).toBe(1)
    expect(await store.totals(COMMUNITY)).toEqual({ count: 1, sizeBytes: 10 })
  })

  it('that could not be opened make room for newer ones of their kind by bytes, however large, and spare the newest', async () => {
    const store = await kept({ maxCount: 1_000, maxBytes: 1_000 })
    await store.add(COMMUNITY, [one(100, { sizeBytes: 400 })])

    for (let n = 20; n > 0; n--) await store.add(COMMUNITY, [one(n, { isUnjudged: true, sizeBytes: 200 })])

    expect(numbersOf(await store.range(COMMUNITY, ALL))).toEqual([100, 2, 1])
    expect(await store.has(COMMUNITY, one(3).id)).toBe(false)
  })

  it('come in pages of so many bytes, one envelope at least', async () => {
    const store = await kept()
    await store.add(COMMUNITY, [one(3, { sizeBytes: 500 }), one(2, { sizeBytes: 60 }), one(1, { sizeBytes: 60 })])

    const first = await store.range(COMMUNITY, { ...ALL, maxBytes: 100 })
    const second = await store.range(COMMUNITY, { ...ALL, maxBytes: 100, cursor: first.cursor })
    const third = await store.range(COMMUNITY, { ...ALL, maxBytes: 100, cursor: second.cursor })

    expect([first, second, third].map(numbersOf)).toEqual([[3], [2], [1]])
  })

  it.each([
    ['count', { maxCount: 300, maxBytes: 1_000_000 }],
    ['bytes', { maxCount: 1_000_000, maxBytes: 3_000 }],
  ])('give up the oldest where there are too many by %s, and their ids with them', async (_what, limits) => {
    const store = await kept(limits)
    await store.add(
      COMMUNITY,
      Array.from({ length: 300 }, (_, n) => one(n + 1)),
    )
    await store.add(COMMUNITY, [one(0)])

    const { count, sizeBytes } = await store.totals(COMMUNITY)
    const left = numbersOf(await store.range(COMMUNITY, ALL))
    expect({ count, sizeBytes }).toEqual({ count: left.length, sizeBytes: left.length * 10 })
    expect(count).toBeLessThanOrEqual(300)
    expect(left.at(-1)).toBe(0)
    expect(await store.has(COMMUNITY, one(300).id)).toBe(false)
  })

  it('are freed after 30 days, except those that nobody took yet', async () => {
    const store = await kept()
    const atMs = NOW_MS - 31 * DAY_MS
    await store.add(COMMUNITY, [one(1, { atMs }), one(2, { atMs, isUnsent: true }), one(3)])

    await store.prune(COMMUNITY, NOW_MS)

    expect(numbersOf(await store.range(COMMUNITY, ALL))).toEqual([2, 3])
    expect(await store.totals(COMMUNITY)).toEqual({ count: 2, sizeBytes: 20 })
    expect(numbersOf({ envelopes: await store.unsent(COMMUNITY) })).toEqual([2])
  })

  it('of a community go with it, and no other’s', async () => {
    const store = await kept()
    await store.add(COMMUNITY, [one(1, { isUnsent: true })])
    await store.add(OTHER, [one(2)])
    await store.setNewest(COMMUNITY, 'link', { clockMs: 5, envelope: Uint8Array.of(1) })

    await store.remove(COMMUNITY)

    expect(await store.newest(COMMUNITY, 'link')).toBeUndefined()
    expect(await store.unsent(COMMUNITY)).toEqual([])
    expect(await store.has(COMMUNITY, one(1).id)).toBe(false)
    expect(numbersOf(await store.range(OTHER, ALL))).toEqual([2])
  })
})

describe('the newest link', () => {
  it('is replaced by one with a greater clock, or with the same where that one is to win', async () => {
    const store = await kept()
    const set = (clockMs: number, byte: number, winsTie?: boolean): Promise<boolean> =>
      store.setNewest(COMMUNITY, 'link', { clockMs, envelope: Uint8Array.of(byte), winsTie })

    expect([await set(5, 1), await set(5, 2), await set(4, 3, true), await set(6, 4)]).toEqual([
      true,
      false,
      false,
      true,
    ])
    expect(await set(6, 5, true)).toBe(true)
    expect(await store.newest(COMMUNITY, 'link')).toMatchObject({ clockMs: 6, envelope: Uint8Array.of(5) })
    expect(await store.newest(COMMUNITY, 'description')).toBeUndefined()
  })
})
