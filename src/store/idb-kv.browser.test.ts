import { deleteDB, type IDBPDatabase, openDB } from 'idb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cdp } from 'vitest/browser'
import { IdbKv } from './idb-kv.ts'
import { KV_TABLES, type KvReader, type KvWriter } from './kv.ts'

/** Playwright’s session speaks the browser’s protocol, of which vitest types nothing. */
interface Session {
  send(method: string, params: Record<string, unknown>): Promise<unknown>
}

const [key, value] = [Uint8Array.of(1), Uint8Array.of(2)]

describe('a connection to IndexedDB', () => {
  let name = ''
  let kv: IdbKv
  let held: IDBPDatabase | undefined
  beforeEach(() => {
    name = `kv-${crypto.randomUUID()}`
    kv = new IdbKv(name, { tables: KV_TABLES })
  })
  afterEach(async () => {
    held?.close()
    held = undefined
    await kv.close()
    await deleteDB(name)
  })

  const putKey = (): Promise<void> => kv.write(async (tx) => tx.put('settings', key, value))
  const getKey = (): Promise<Uint8Array | undefined> => kv.read((tx) => tx.get('settings', key))

  it('is opened again after the browser cleared the site’s data under it', async () => {
    await kv.open()
    await putKey()
    await clearSite()
    expect(await getKey()).toBeUndefined()
    await putKey()
    expect(await getKey()).toEqual(value)
  })

  it('runs transactions again that the browser took away in the middle', async () => {
    await kv.open()
    let runCount = 0
    const work = async (tx: KvWriter): Promise<void> => {
      runCount++
      // Each answer keeps the first transaction alive until the browser ends it.
      if (runCount === 1) await readForEver(tx)
      tx.put('settings', key, value)
    }
    const writing = kv.write(work)
    await clearSite()
    await writing
    expect(runCount).toBe(2)
    expect(await getKey()).toEqual(value)
  })

  it('gives way to another tab that upgrades the database, and says that it is of a later version', async () => {
    await kv.open()
    await putKey()
    held = await openDB(name, 1000)
    await expect(getKey()).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
  })

  it('says to close the other tabs where one holds the database against an upgrade', async () => {
    held = await openDB(name, 1, {
      upgrade: (created) => void created.createObjectStore('x'),
      blocking: () => undefined,
    })
    const upgrading = openDB(name, 1000)
    const waiting = new IdbKv(name, { tables: KV_TABLES, openTimeoutMs: 100 })
    await expect(waiting.open()).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
      message: /Close the other tabs/,
    })
    held.close()
    held = await upgrading
    await waiting.close()
  })

  it('does not hold up another tab with a connection that came too late', async () => {
    held = await openDB(name, 1, {
      upgrade: (created) => void created.createObjectStore('x'),
      blocking: () => undefined,
    })
    const deleting = deleteDB(name)
    const waiting = new IdbKv(name, { tables: KV_TABLES, openTimeoutMs: 100 })
    await expect(waiting.open()).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
    held.close()
    await deleting
    await waiting.open()
    expect(await waiting.read((tx) => tx.get('settings', key))).toBeUndefined()
    await waiting.close()
  })
})

async function readForEver(tx: KvReader): Promise<never> {
  while (true) await tx.get('settings', key)
}

async function clearSite(): Promise<void> {
  const session = cdp() as unknown as Session
  await session.send('Storage.clearDataForOrigin', { origin: location.origin, storageTypes: 'indexeddb' })
}
