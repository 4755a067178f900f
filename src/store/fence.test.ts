import { describe, expect, it } from 'vitest'
import type { QuireError } from '../errors.ts'
import { Fence } from './fence.ts'
import { FullKv } from './full-kv.contract.ts'
import type { Kv } from './kv.ts'
import { MemoryKv } from './memory-kv.ts'

const [key, one, two] = [Uint8Array.of(1), Uint8Array.of(1), Uint8Array.of(2)]

describe('the fence of a database', () => {
  function node(database: Kv) {
    const moved: QuireError[] = []
    const fence = new Fence({ table: 'settings', onMoved: (reason) => moved.push(reason) })
    const kv = fence.guard(database)
    const put = (value: Uint8Array): Promise<void> => kv.write(async (tx) => tx.put('settings', key, value))
    return { fence, kv, put, moved }
  }

  it('lets a node write, through every connection that it opens, until the next node opens the database', async () => {
    const database = new MemoryKv()
    const [first, next] = [node(database), node(database)]
    await first.kv.open()
    await first.put(one)
    const other = first.fence.guard(database)
    await other.open()
    await other.write(async (tx) => tx.put('settings', key, two))
    await next.kv.open()
    expect(first.moved).toEqual([])
    await expect(first.put(one)).rejects.toMatchObject({ code: 'ERR_NODE_MOVED' })
    await expect(other.write(async (tx) => tx.delete('settings', key))).rejects.toMatchObject({
      code: 'ERR_NODE_MOVED',
    })
    expect(first.moved).toHaveLength(2)
    expect(await first.kv.read((tx) => tx.get('settings', key))).toEqual(two)
    await next.put(one)
    expect(next.moved).toEqual([])
  })

  it('does not let a node that was passed take the database back with a new connection', async () => {
    const database = new MemoryKv()
    const [first, next] = [node(database), node(database)]
    await first.kv.open()
    await next.kv.open()
    const late = first.fence.guard(database)
    await late.open()
    await expect(late.write(async (tx) => tx.put('settings', key, one))).rejects.toMatchObject({
      code: 'ERR_NODE_MOVED',
    })
    await next.put(two)
  })

  it('says that the node moved, whatever the work made of what the next node had changed', async () => {
    const database = new MemoryKv()
    const [first, next] = [node(database), node(database)]
    await first.kv.open()
    await next.kv.open()
    const work = async (): Promise<void> => {
      throw new Error('What it knew is not here any more.')
    }
    await expect(first.kv.write(work)).rejects.toMatchObject({ code: 'ERR_NODE_MOVED' })
    await expect(next.kv.write(work)).rejects.toThrow('not here any more')
  })

  it('refuses a node whose database was cleared, for what it keeps in mind is gone', async () => {
    const database = new MemoryKv()
    const first = node(database)
    await first.kv.open()
    await database.write(async (tx) => tx.delete('settings', new TextEncoder().encode('node-in-charge')))
    await expect(first.put(one)).rejects.toMatchObject({ code: 'ERR_NODE_MOVED' })
  })

  it('takes a database over that has no room for a mark', async () => {
    const database = new FullKv(new MemoryKv())
    const [first, next] = [node(database), node(database)]
    await first.kv.open()
    await first.put(one)
    database.isFull = true
    await next.kv.open()
    await expect(first.put(two)).rejects.toMatchObject({ code: 'ERR_NODE_MOVED' })
    await next.kv.write(async (tx) => tx.delete('settings', key))
    database.isFull = false
    await next.put(two)
    expect(next.moved).toEqual([])
  })

  it('claims the database with the next try where the first failed', async () => {
    const database = new MemoryKv()
    const first = node(database)
    await expect(first.fence.claim(database)).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
    await first.kv.open()
    await first.put(one)
  })
})
