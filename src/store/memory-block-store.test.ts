import { describe, expect, it } from 'vitest'
import { describeBlockStore } from './block-store.contract.ts'
import { makeDataset, upload } from './dataset-fixture.contract.ts'
import { createMemoryBlockStore } from './memory-block-store.ts'
import { MemoryKv } from './memory-kv.ts'
import { createMemorySettings } from './memory-settings.ts'

describeBlockStore('memory', {
  async createBacking() {
    const kv = new MemoryKv()
    return {
      // The object is the disk; closing one connection must not close the others.
      connect: () => ({
        open: () => kv.open(),
        close: async () => undefined,
        read: (work) => kv.read(work),
        write: (work) => kv.write(work),
      }),
      remove: () => kv.close(),
    }
  },
})

describe('createMemoryBlockStore', () => {
  it('holds datasets up to its quota', async () => {
    const store = createMemoryBlockStore({ quotaBytes: 1_000_000 })
    await store.start()
    await upload(store, await makeDataset(['a', 'b']))
    expect(await store.space()).toMatchObject({ quotaBytes: 1_000_000, blockCount: 2 })
    await store.stop()
  })

  it('refuses to work before its start and after its stop', async () => {
    const store = createMemoryBlockStore()
    await expect(store.listDatasets()).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
    await store.start()
    await store.stop()
    await expect(store.space()).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
  })
})

describe('createMemorySettings', () => {
  it('gives back what was set last', async () => {
    const settings = createMemorySettings()
    expect(await settings.get('peer-key')).toBeUndefined()
    await settings.set('peer-key', Uint8Array.of(1))
    await settings.set('peer-key', Uint8Array.of(2, 3))
    expect(await settings.get('peer-key')).toEqual(Uint8Array.of(2, 3))
  })
})
