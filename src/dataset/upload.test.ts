import { mkdtemp, openAsBlob } from 'node:fs'
import { rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asTreeCid, cidText } from '../codec/cid.ts'
import { QuireError } from '../errors.ts'
import type { BlockStore, DatasetEntry, UploadSession } from '../store/block-store.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import { GROUP_BLOCKS } from './block-groups.ts'
import { cidOf } from './cid-of.ts'
import { readDataset } from './download.ts'
import { uploadDataset, type UploadProgress } from './upload.ts'

const BLOCK = 4096
const content = Uint8Array.from({ length: BLOCK * 100 + 77 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 13) & 255)
const options = { blockSizeBytes: BLOCK }

/** What was put, and what became of the session. */
class SessionDouble implements UploadSession {
  readonly id = 1
  readonly storedCount = 0
  putBlocks = 0
  isDiscarded = false
  onPut: () => Promise<void> = async () => undefined

  async put(blocks: readonly unknown[]): Promise<void> {
    await this.onPut()
    this.putBlocks += blocks.length
  }

  commit(): Promise<DatasetEntry> {
    return Promise.reject(new Error('not in this test'))
  }

  async discard(): Promise<void> {
    this.isDiscarded = true
  }

  suspend(): Promise<void> {
    return Promise.reject(new Error('not in this test'))
  }
}

function storeOf(session: UploadSession): Pick<BlockStore, 'beginUpload' | 'resumeUpload'> {
  return { beginUpload: async () => session, resumeUpload: async () => undefined }
}

describe('uploadDataset', () => {
  let store: BlockStore
  let folder: string

  beforeEach(async () => {
    store = createMemoryBlockStore()
    await store.start()
    folder = await promisify(mkdtemp)(join(tmpdir(), 'quire-upload-'))
  })

  afterEach(async () => {
    await store.stop()
    await rm(folder, { recursive: true })
  })

  it('stores a file so that it reads back, under the CID that cidOf gives', async () => {
    const label = { filename: 'a.bin', mimetype: 'application/octet-stream' }
    const entry = await uploadDataset(store, new Blob([content]), { ...options, ...label })
    const sealed = await cidOf(new Blob([content]), { ...options, ...label })
    expect(cidText(entry.manifestCid)).toBe(cidText(sealed.manifestCid))
    expect(entry).toMatchObject({ origin: 'upload', blockCount: 101, haveCount: 101, manifest: label })
    const source = {
      async getBlock(_tree: unknown, index: number): Promise<Uint8Array> {
        const [block] = await store.getBlocks(asTreeCid(entry.manifest.treeCid), [index])
        return block?.bytes ?? new Uint8Array()
      },
    }
    const pieces: Uint8Array[] = []
    for await (const piece of readDataset(entry.manifest, source)) pieces.push(piece)
    expect(Buffer.compare(Buffer.concat(pieces), content)).toBe(0)
  })

  it('tells its progress up to the whole size', async () => {
    const told: UploadProgress[] = []
    await uploadDataset(store, new Blob([content]), { ...options, onProgress: (progress) => void told.push(progress) })
    expect(told.map(({ doneBytes }) => doneBytes)).toEqual(
      [32, 64, 96].map((n) => n * BLOCK).concat(content.byteLength),
    )
    expect(told.every(({ totalBytes }) => totalBytes === content.byteLength)).toBe(true)
  })

  it('holds a fixed number of blocks however slow the store and however long the content', async () => {
    const session = new SessionDouble()
    let read = 0
    let mostHeld = 0
    session.onPut = async () => {
      for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
      mostHeld = Math.max(mostHeld, read - session.putBlocks)
    }
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; read < 40 * GROUP_BLOCKS; read++) yield new Uint8Array(BLOCK)
    }
    const upload = uploadDataset(storeOf(session), endless(), options)
    await expect(upload).rejects.toThrow('not in this test')
    expect(session.putBlocks).toBe(40 * GROUP_BLOCKS)
    expect(mostHeld).toBeGreaterThan(GROUP_BLOCKS)
    expect(mostHeld).toBeLessThanOrEqual(5 * GROUP_BLOCKS)
  })

  it('writes two groups at once, and lets them end before it discards', async () => {
    const session = new SessionDouble()
    const second = Promise.withResolvers<void>()
    const wasDiscardedBefore = second.promise.then(() => session.isDiscarded)
    let putCount = 0
    session.onPut = async () => {
      putCount++
      if (putCount === 2) return second.promise
      const endLater = async (): Promise<void> => {
        for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate)
        second.resolve()
      }
      void endLater()
      throw new Error('no room')
    }
    await expect(uploadDataset(storeOf(session), new Blob([content]), options)).rejects.toThrow('no room')
    expect(putCount).toBe(2)
    expect(await wasDiscardedBefore).toBe(false)
    expect(session.isDiscarded).toBe(true)
  })

  it('leaves nothing behind when it is cancelled in the middle', async () => {
    const before = await store.space()
    const controller = new AbortController()
    const reason = new Error('cancelled')
    const onProgress = ({ doneBytes }: UploadProgress): void =>
      void (doneBytes > 40 * BLOCK && controller.abort(reason))
    const upload = uploadDataset(store, new Blob([content]), { ...options, onProgress, signal: controller.signal })
    await expect(upload).rejects.toBe(reason)
    expect(await store.space()).toEqual(before)
    expect(await store.listDatasets()).toEqual([])
  })

  it('stops at once when a stream that gives nothing is cancelled', async () => {
    const controller = new AbortController()
    let isReleased = false
    const silent = new ReadableStream<Uint8Array>({ cancel: () => void (isReleased = true) })
    const upload = uploadDataset(store, silent, { signal: controller.signal })
    await new Promise(setImmediate)
    controller.abort()
    await expect(upload).rejects.toMatchObject({ name: 'AbortError' })
    expect(isReleased).toBe(true)
  })

  it('refuses an empty file, and a stream that ends without a byte', async () => {
    await expect(uploadDataset(store, new Blob([]))).rejects.toMatchObject({ code: 'ERR_EMPTY_FILE' })
    const nothing = (async function* (): AsyncGenerator<Uint8Array> {})()
    await expect(uploadDataset(store, nothing)).rejects.toMatchObject({ code: 'ERR_EMPTY_FILE' })
    expect(await store.listDatasets()).toEqual([])
  })

  it('refuses a file that cannot fit before it reads a byte, with the numbers', async () => {
    const small = createMemoryBlockStore({ quotaBytes: 10 * BLOCK })
    await small.start()
    const blob = new Blob([content])
    blob.slice = () => {
      throw new Error('was read')
    }
    await expect(uploadDataset(small, blob, options)).rejects.toMatchObject({
      code: 'ERR_STORE_FULL',
      details: { neededBytes: expect.any(Number), freeBytes: expect.any(Number) },
    })
    await small.stop()
  })

  it('frees what a stream stored that turned out not to fit', async () => {
    const small = createMemoryBlockStore({ quotaBytes: 50 * BLOCK })
    await small.start()
    const upload = uploadDataset(small, new Blob([content]).stream(), options)
    await expect(upload).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    expect(await small.space()).toMatchObject({ usedBytes: 0, blockCount: 0 })
    await small.stop()
  })

  it.each([
    ['deleted', (path: string) => rm(path)],
    ['cut short', (path: string) => truncate(path, 10)],
    ['rewritten', (path: string) => writeFile(path, 'something else')],
  ])('says that a file cannot be read which was %s after it was chosen', async (_what, change) => {
    const path = join(folder, 'chosen.bin')
    await writeFile(path, content)
    const blob = await openAsBlob(path)
    await change(path)
    await expect(uploadDataset(store, blob, options)).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
    expect(await store.space()).toMatchObject({ usedBytes: 0 })
  })

  it('says that a file cannot be read which gives fewer bytes than it has', async () => {
    const blob = new Blob([content])
    const slice = blob.slice.bind(blob)
    blob.slice = (start = 0, end = 0) => slice(start, end - 1)
    await expect(uploadDataset(store, blob, options)).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
  })

  it('discards after a failed write and throws that failure, even when the discard fails too', async () => {
    const session = new SessionDouble()
    const failure = new QuireError('ERR_STORE_FAILED', 'The disk failed.')
    session.onPut = () => Promise.reject(failure)
    const upload = uploadDataset(storeOf(session), new Blob([content]), options)
    await expect(upload).rejects.toBe(failure)
    expect(session.isDiscarded).toBe(true)
    session.discard = () => Promise.reject(new Error('discard failed'))
    const again = uploadDataset(storeOf(session), new Blob([content]), options)
    await expect(again).rejects.toBe(failure)
  })

  describe('of a file that was cut off', () => {
    const file = { name: 'a.bin', sizeBytes: content.byteLength, lastModifiedMs: 7 }

    /** Stores two groups, then ends as `isKeptAfter` says. */
    async function cutOff(isKept: boolean): Promise<void> {
      const controller = new AbortController()
      const upload = uploadDataset(store, new Blob([content]), {
        ...options,
        file,
        signal: controller.signal,
        isKeptAfter: () => isKept,
        onProgress: ({ doneBytes }) => doneBytes >= 2 * GROUP_BLOCKS * BLOCK && controller.abort(),
      })
      await expect(upload).rejects.toMatchObject({ name: 'AbortError' })
    }

    it('keeps what was stored, goes on with it, and gives the same dataset', async () => {
      await cutOff(true)
      const [left] = await store.listInterruptedUploads()
      expect(left).toMatchObject({ file, storedCount: 2 * GROUP_BLOCKS })
      const begins: number[] = []
      const entry = await uploadDataset(store, new Blob([content]), {
        ...options,
        file,
        resumeId: left?.id,
        onBegin: ({ storedBytes }) => void begins.push(storedBytes),
      })
      expect(begins).toEqual([2 * GROUP_BLOCKS * BLOCK])
      const { manifestCid } = await cidOf(new Blob([content]), options)
      expect(cidText(entry.manifestCid)).toBe(cidText(manifestCid))
      expect(await store.listInterruptedUploads()).toEqual([])
    })

    it('believes the bytes, not the name: another content under the same name is stored as what it is', async () => {
      await cutOff(true)
      const [left] = await store.listInterruptedUploads()
      const other = content.toReversed()
      const entry = await uploadDataset(store, new Blob([other]), { ...options, file, resumeId: left?.id })
      const { manifestCid } = await cidOf(new Blob([other]), options)
      expect(cidText(entry.manifestCid)).toBe(cidText(manifestCid))
    })

    it('leaves nothing where nothing is to be kept, and begins anew where what was kept is gone', async () => {
      await cutOff(false)
      expect(await store.listInterruptedUploads()).toEqual([])
      const begins: number[] = []
      const onBegin = ({ storedBytes }: { storedBytes: number }): void => void begins.push(storedBytes)
      await uploadDataset(store, new Blob([content]), { ...options, file, resumeId: 12_345, onBegin })
      expect(begins).toEqual([0])
    })
  })
})
