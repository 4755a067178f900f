import { describe, expect, it } from 'vitest'
import { type StoreHarness, useStores } from './contract-stores.contract.ts'
import type { KvEntry, KvReader } from './kv.ts'

const ALL = { start: new Uint8Array(), end: Uint8Array.of(0xff, 0xff) }

/** What the three key-value drivers must do alike. */
export function describeKv(harness: StoreHarness): void {
  describe('key-value driver', () => {
    const stores = useStores(harness)

    it('orders keys as unsigned bytes, from the first to before the last, up to a limit', async () => {
      const kv = stores.connect()
      await kv.open()
      await kv.write(async (tx) => {
        for (const key of [[2], [0x80], [1, 5], [1], [3, 0], [3]])
          tx.put('settings', Uint8Array.from(key), new Uint8Array(1))
      })
      await kv.write(async (tx) => tx.put('trees', Uint8Array.of(2, 2), new Uint8Array(1)))
      const keys = (range: Parameters<KvReader['keys']>[1]) => kv.read((tx) => tx.keys('settings', range))
      expect((await keys(ALL)).map(String)).toEqual(['1', '1,5', '2', '3', '3,0', '128'])
      const part = { start: Uint8Array.of(1, 5), end: Uint8Array.of(3, 0) }
      expect((await keys(part)).map(String)).toEqual(['1,5', '2', '3'])
      expect((await keys({ ...part, limit: 2 })).map(String)).toEqual(['1,5', '2'])
      await kv.write(async (tx) => tx.delete('trees', Uint8Array.of(2, 2)))
    })

    it('gives keys and values of a range together, with the write’s own changes among them', async () => {
      const kv = stores.connect()
      await kv.open()
      const [one, two, three] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]
      await kv.write(async (tx) =>
        [one, two, three].forEach((key) => tx.put('settings', key, Uint8Array.of(9, ...key))),
      )
      const texts = (entries: readonly KvEntry[]): string[] =>
        entries.map(({ key, value }) => `${String(key)}:${String(value)}`)
      expect(texts(await kv.read((tx) => tx.entries('settings', ALL)))).toEqual(['1:9,1', '2:9,2', '3:9,3'])
      const part = { start: two, end: Uint8Array.of(4), limit: 1 }
      expect(texts(await kv.read((tx) => tx.entries('settings', part)))).toEqual(['2:9,2'])
      const changed = await kv.write(async (tx) => {
        tx.delete('settings', one)
        tx.put('settings', two, two)
        return tx.entries('settings', ALL)
      })
      expect(texts(changed)).toEqual(['2:2', '3:9,3'])
    })

    it('lets a write see its own changes', async () => {
      const kv = stores.connect()
      await kv.open()
      const [one, two, three] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]
      await kv.write(async (tx) => [one, two].forEach((key) => tx.put('settings', key, key)))
      const seen = await kv.write(async (tx) => {
        tx.delete('settings', one)
        tx.put('settings', two, three)
        tx.put('settings', three, three)
        return {
          keys: await tx.keys('settings', ALL),
          first: await tx.keys('settings', { ...ALL, limit: 1 }),
          has: await Promise.all([one, two, three].map((key) => tx.has('settings', key))),
          values: await Promise.all([one, two].map((key) => tx.get('settings', key))),
        }
      })
      expect(seen.keys.map(String)).toEqual(['2', '3'])
      expect(seen.first.map(String)).toEqual(['2'])
      expect(seen.has).toEqual([false, true, true])
      expect(seen.values).toEqual([undefined, three])
    })

    it('writes all of a transaction or nothing', async () => {
      const kv = stores.connect()
      await kv.open()
      const failure = new Error('No.')
      const write = kv.write(async (tx) => {
        tx.put('settings', Uint8Array.of(1), Uint8Array.of(1))
        await tx.get('settings', Uint8Array.of(1))
        throw failure
      })
      await expect(write).rejects.toBe(failure)
      expect(await kv.read((tx) => tx.get('settings', Uint8Array.of(1)))).toBeUndefined()
    })

    it('runs writes one after the other, so that none is lost', async () => {
      const kv = stores.connect()
      await kv.open()
      const key = Uint8Array.of(1)
      const increment = () =>
        kv.write(async (tx) => {
          const [count = 0] = (await tx.get('settings', key)) ?? []
          tx.put('settings', key, Uint8Array.of(count + 1))
        })
      await Promise.all(Array.from({ length: 20 }, increment))
      expect(await kv.read((tx) => tx.get('settings', key))).toEqual(Uint8Array.of(20))
    })

    it('hands out copies, and keeps empty values', async () => {
      const kv = stores.connect()
      await kv.open()
      const [key, empty] = [Uint8Array.of(1), Uint8Array.of(2)]
      await kv.write(async (tx) => {
        tx.put('settings', key, Uint8Array.of(1, 2))
        tx.put('settings', empty, new Uint8Array())
      })
      const copy = await kv.read((tx) => tx.get('settings', key))
      copy?.fill(9)
      expect(await kv.read((tx) => tx.get('settings', key))).toEqual(Uint8Array.of(1, 2))
      expect(await kv.read((tx) => tx.get('settings', empty))).toEqual(new Uint8Array())
    })
  })
}
