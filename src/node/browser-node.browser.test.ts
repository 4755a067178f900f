import { deleteDB } from 'idb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { QuireError } from '../errors.ts'
import { Fence } from '../store/fence.ts'
import { HISTORY_TABLES } from '../store/history-kv.ts'
import { IdbKv } from '../store/idb-kv.ts'
import { type Kv, KV_TABLES } from '../store/kv.ts'
import { startBrowserNode } from './browser-node.ts'
import type { PageNode } from './page-node.ts'

/** A page has no files with synchronous handles, so all that the node keeps lies in IndexedDB. */
describe('the node of a browser without files', () => {
  let name = ''
  let node: PageNode
  let lost: Promise<QuireError>
  beforeEach(async () => {
    name = `test-${crypto.randomUUID()}`
    const { promise, resolve } = Promise.withResolvers<QuireError>()
    lost = promise
    node = await startBrowserNode({
      steal: new AbortController().signal,
      lockName: name,
      settings: { name, configUrl: null },
      onElected: () => undefined,
      onLost: resolve,
    })
  })
  afterEach(async () => {
    await Promise.all(['', '-history', '-live'].map((part) => deleteDB(`quire.${name}${part}`)))
  })

  /** As the next node does, while this one has not heard of it from its lock. */
  async function takeOver<Table extends string>(part: string, tables: readonly Table[], table: Table): Promise<void> {
    const database: Kv<Table> = new IdbKv(`quire.${name}${part}`, { tables })
    const next = new Fence({ table, onMoved: () => undefined }).guard(database)
    await next.open()
    await next.close()
  }

  it('stores nothing more once the next node has its blocks, says so and stops', async () => {
    await node.upload(new File(['before'], 'before.txt'))
    await takeOver('', KV_TABLES, 'settings')
    await expect(node.upload(new File(['after'], 'after.txt'))).rejects.toMatchObject({ code: 'ERR_NODE_MOVED' })
    expect(await lost).toMatchObject({ code: 'ERR_NODE_MOVED' })
  })

  it('says nothing more in communities once the next node has them', async () => {
    await node.history.setPerson({ displayName: 'Ada' })
    await takeOver('-history', HISTORY_TABLES, 'settings')
    await expect(node.history.setPerson({ displayName: 'Eve' })).rejects.toMatchObject({ code: 'ERR_NODE_MOVED' })
    expect(await lost).toMatchObject({ code: 'ERR_NODE_MOVED' })
  })
})
