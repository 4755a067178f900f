import { describe, expect, it } from 'vitest'
import { uploadDataset } from '../dataset/upload.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import { ChunkedUpload } from './chunked-upload.ts'

async function openStore(quotaBytes = 64 * 1024 ** 2) {
  const store = createMemoryBlockStore({ quotaBytes })
  await store.start()
  const open = (signal?: AbortSignal): ChunkedUpload =>
    new ChunkedUpload((content, whole) => uploadDataset(store, content, { signal: whole }), signal)
  return { store, open }
}

describe('ChunkedUpload', () => {
  it('makes the dataset that the same bytes in one piece make', async () => {
    const { store, open } = await openStore()
    const content = Uint8Array.from({ length: 200_000 }, (_, i) => i & 255)
    const whole = await uploadDataset(store, new Blob([content]))
    const upload = open()
    for (let start = 0; start < content.byteLength; start += 7_001) {
      await upload.write(content.subarray(start, start + 7_001))
    }
    await upload.write(new Uint8Array())
    expect((await upload.close()).manifestCid.toString()).toBe(whole.manifestCid.toString())
  })

  it('lets a writer wait until the store has taken what came before', async () => {
    const taken = Promise.withResolvers<void>()
    const upload = new ChunkedUpload(async (content) => {
      await taken.promise
      for await (const _ of content);
      throw new Error('enough')
    })
    await upload.write(new Uint8Array(2 * 1024 ** 2))
    let isWaiting = true
    const third = upload.write(new Uint8Array(1)).then(() => (isWaiting = false))
    await new Promise((resolve) => setImmediate(resolve))
    expect(isWaiting).toBe(true)
    taken.resolve()
    await third
    await expect(upload.close()).rejects.toThrow('enough')
  })

  it('refuses what are no bytes, too many at once, and any after its end', async () => {
    const { open } = await openStore()
    const upload = open()
    await expect(upload.write('text' as unknown as Uint8Array)).rejects.toMatchObject({ code: 'ERR_ARGUMENT_INVALID' })
    const tooMany = new Uint8Array(16 * 1024 ** 2 + 1)
    await expect(upload.write(tooMany)).rejects.toMatchObject({ code: 'ERR_ARGUMENT_INVALID' })
    await upload.write(new Uint8Array(1))
    await upload.close()
    await expect(upload.write(new Uint8Array(1))).rejects.toMatchObject({ code: 'ERR_ARGUMENT_INVALID' })
  })

  it('says at each call why it ended, and leaves nothing behind', async () => {
    const { store, open } = await openStore(1024 ** 2)
    const full = open()
    const write = async (): Promise<void> => {
      for (let i = 0; i < 64; i++) await full.write(new Uint8Array(1024 ** 2).fill(i))
    }
    await expect(write()).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    await expect(full.close()).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    expect((await store.space()).usedBytes).toBe(0)
    await expect(open().close()).rejects.toMatchObject({ code: 'ERR_EMPTY_FILE' })
  })

  it('is ended by its own abort and by the signal of its caller', async () => {
    const { store, open } = await openStore()
    const controller = new AbortController()
    const [one, two] = [open(), open(controller.signal)]
    for (const upload of [one, two]) await upload.write(new Uint8Array(300_000).fill(1))
    await one.abort()
    controller.abort(new DOMException('enough', 'AbortError'))
    await expect(one.close()).rejects.toMatchObject({ name: 'AbortError' })
    await expect(two.close()).rejects.toMatchObject({ name: 'AbortError', message: 'enough' })
    expect((await store.space()).usedBytes).toBe(0)
  })
})
