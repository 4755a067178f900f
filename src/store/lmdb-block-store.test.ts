import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeBlockStore } from './block-store.contract.ts'
import { makeDataset, plain, upload, texts } from './dataset-fixture.contract.ts'
import { createLmdbBlockStore } from './lmdb-block-store.ts'
import { KV_TABLES } from './kv.ts'
import { LmdbKv } from './lmdb-kv.ts'
import { createLmdbSettings } from './lmdb-settings.ts'

describeBlockStore('LMDB', {
  // Every operation in turn takes half a minute on a disk; the memory backend does that.
  crashStride: 5,
  async createBacking() {
    const path = await mkdtemp(join(tmpdir(), 'quire-store-'))
    return {
      connect: () => new LmdbKv(path, { tables: KV_TABLES }),
      remove: () => rm(path, { recursive: true, force: true }),
    }
  },
})

describe('a store in a folder', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quire-store-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('makes its folder, and has what was uploaded when it is opened again', async () => {
    const path = join(folder, 'data', 'store.v1')
    const dataset = await makeDataset(['a', 'b'])
    const before = createLmdbBlockStore({ path })
    await before.start()
    await upload(before, dataset)
    await before.stop()
    const after = createLmdbBlockStore({ path })
    await after.start()
    expect(texts(await after.getBlocks(dataset.treeCid, [0, 1]))).toEqual(plain(dataset.blocks))
    await after.stop()
  })

  it('has 20 GiB unless told otherwise, and no more free than the disk', async () => {
    const store = createLmdbBlockStore({ path: folder, quotaBytes: 2 ** 60 })
    await store.start()
    expect((await store.space()).freeBytes).toBeLessThan(2 ** 60)
    await store.stop()
    const usual = createLmdbBlockStore({ path: folder })
    await usual.start()
    expect((await usual.space()).quotaBytes).toBe(20 * 1024 ** 3)
    await usual.stop()
  })

  it('says that the folder is unusable where it cannot be made', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const store = createLmdbBlockStore({ path: join(file, 'store') })
    await expect(store.start()).rejects.toMatchObject({ code: 'ERR_STORE_FOLDER_UNUSABLE' })
  })

  it('refuses a folder that another process has open, until that process is gone', async () => {
    const script = `
      const { open } = await import('lmdb')
      const database = open({ path: process.argv[1], encoding: 'binary', keyEncoding: 'binary', noSubdir: false })
      database.get(new Uint8Array([1]))
      process.stdout.write('open')
      setInterval(() => {}, 1000)`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script, folder], { stdio: 'pipe' })
    await once(owner.stdout, 'data')
    const store = createLmdbBlockStore({ path: folder })
    await expect(store.start()).rejects.toMatchObject({ code: 'ERR_STORE_IN_USE' })
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    await store.start()
    expect(await store.listDatasets()).toEqual([])
    await store.stop()
  })

  it('keeps settings beside the blocks', async () => {
    const store = createLmdbBlockStore({ path: folder })
    await store.start()
    const settings = createLmdbSettings({ path: folder })
    expect(await settings.get('peer-key')).toBeUndefined()
    await settings.set('peer-key', Uint8Array.of(7, 8))
    await settings.close()
    await upload(store, await makeDataset(['a']))
    await store.stop()
    const again = createLmdbSettings({ path: folder })
    expect(await again.get('peer-key')).toEqual(Uint8Array.of(7, 8))
    await again.close()
  })
})
