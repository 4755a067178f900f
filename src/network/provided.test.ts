import { describe, expect, it } from 'vitest'
import { manifestCidFromDigest, type ManifestCid } from '../codec/cid.ts'
import { MAX_ANNOUNCED_BY_CLIENT, MAX_ANNOUNCED_BY_SERVER, Provided } from './provided.ts'
import { silentLog } from './network-log.ts'

const cidOf = (number: number): ManifestCid => manifestCidFromDigest(new Uint8Array(32).fill(number))

/** What is told again and again, as kad-dht keeps it. */
function setUp({ maxCount = 2 } = {}) {
  const scheduled = new Set<string>()
  const told: string[] = []
  let whileTelling: (() => Promise<void>) | undefined
  let isDialable = true
  const provided = new Provided(
    {
      discovery: {
        mode: 'client',
        provide: async (cid) => {
          told.push(cid.toString())
          await whileTelling?.()
          scheduled.add(cid.toString())
          return 1
        },
        cancel: async (cid) => void scheduled.delete(cid.toString()),
      },
      servers: () => [],
      isDialable: () => isDialable,
      log: silentLog,
    },
    { maxCount },
  )
  return {
    provided,
    told,
    scheduled: () => [...scheduled].sort(),
    becomeDialable: (is: boolean) => void (isDialable = is),
    during: (act: () => Promise<void>) => void (whileTelling = act),
  }
}

const texts = (...numbers: number[]): string[] => numbers.map((number) => cidOf(number).toString()).sort()

describe('what is announced', () => {
  it('is all, up to the limit', async () => {
    const { provided, scheduled } = setUp()
    await provided.add(cidOf(1))
    await provided.add(cidOf(2))

    expect(scheduled()).toEqual(texts(1, 2))
    expect(provided.status()).toEqual({ wantedCount: 2, announcedCount: 2, maxCount: 2 })
  })

  it('is the newest beyond it', async () => {
    const { provided, scheduled } = setUp()
    for (const number of [1, 2, 3]) await provided.add(cidOf(number))

    expect(scheduled()).toEqual(texts(2, 3))
    expect(provided.status()).toEqual({ wantedCount: 3, announcedCount: 2, maxCount: 2 })
  })

  it('goes by when each came here, not by the order in which they are named', async () => {
    const { provided, scheduled, told } = setUp()
    await provided.add(cidOf(1), { sinceMs: 30 })
    await provided.add(cidOf(2), { sinceMs: 10 })
    await provided.add(cidOf(3), { sinceMs: 20 })
    await provided.add(cidOf(4), { sinceMs: 5 })

    expect(scheduled()).toEqual(texts(1, 3))
    expect(told).not.toContain(cidOf(4).toString())
  })

  it('counts one that is named twice once', async () => {
    const { provided, scheduled } = setUp()
    await provided.add(cidOf(1), { sinceMs: 1 })
    await provided.add(cidOf(2), { sinceMs: 2 })
    await provided.add(cidOf(1), { sinceMs: 1 })

    expect(scheduled()).toEqual(texts(1, 2))
    expect(provided.status().wantedCount).toBe(2)
  })

  it('takes in the newest that waits when one goes', async () => {
    const { provided, scheduled } = setUp()
    for (const number of [1, 2, 3, 4]) await provided.add(cidOf(number), { sinceMs: number })
    await provided.remove(cidOf(3))
    await provided.tellAll()

    expect(scheduled()).toEqual(texts(2, 4))
    expect(provided.status()).toEqual({ wantedCount: 3, announcedCount: 2, maxCount: 2 })
  })

  it('is told at once when one goes, without a new keeper', async () => {
    const { provided, told } = setUp({ maxCount: 1 })
    await provided.add(cidOf(1), { sinceMs: 1 })
    await provided.add(cidOf(2), { sinceMs: 2 })
    told.length = 0
    await provided.remove(cidOf(2))

    expect(told).toEqual(texts(1))
  })

  it('stays as it is when one goes that waited', async () => {
    const { provided, scheduled, told } = setUp({ maxCount: 1 })
    await provided.add(cidOf(1), { sinceMs: 1 })
    await provided.add(cidOf(2), { sinceMs: 2 })
    told.length = 0
    await provided.remove(cidOf(1))

    expect(told).toEqual([])
    expect(scheduled()).toEqual(texts(2))
  })

  it('is told again to a keeper that comes, up to the limit and the newest first', async () => {
    const { provided, told, becomeDialable } = setUp({ maxCount: 3 })
    becomeDialable(false)
    for (const number of [1, 2, 3, 4]) await provided.add(cidOf(number), { sinceMs: number })
    expect(told).toEqual([])
    becomeDialable(true)
    await provided.tellAll()

    expect(told).toEqual([4, 3, 2].map((number) => cidOf(number).toString()))
  })

  it('ends for one that is taken away while it is being told', async () => {
    const { provided, scheduled, during } = setUp()
    during(() => provided.remove(cidOf(1)))
    await provided.add(cidOf(1))

    expect(scheduled()).toEqual([])
  })

  it.each([
    ['client', MAX_ANNOUNCED_BY_CLIENT],
    ['server', MAX_ANNOUNCED_BY_SERVER],
  ] as const)('is at most what suits a %s', (mode, maxCount) => {
    const discovery = { mode, provide: async () => 1, cancel: async () => undefined }
    const provided = new Provided({ discovery, servers: () => [], isDialable: () => true, log: silentLog })

    expect(provided.status().maxCount).toBe(maxCount)
  })
})
