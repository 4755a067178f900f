import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cidText } from '../codec/cid.ts'
import { cidOf } from '../dataset/cid-of.ts'
import { QuireError } from '../errors.ts'
import type { BlockStore, UploadFile } from '../store/block-store.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import type { Transfer } from './transfer.ts'
import { Transfers } from './transfers.ts'
import { Uploads } from './uploads.ts'

const BLOCK = 4096
const GROUP_BYTES = 32 * BLOCK
const content = Uint8Array.from({ length: BLOCK * 200 + 77 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 13) & 255)
const FILE: UploadFile = { name: 'film.mp4', sizeBytes: content.byteLength, lastModifiedMs: 7 }
const options = { filename: 'film.mp4', blockSizeBytes: BLOCK, file: FILE }

/** The content in pieces of a group, with a word to say before each. */
class HeldContent implements AsyncIterable<Uint8Array> {
  readonly #before: (piece: number) => void | Promise<void>

  constructor(before: (piece: number) => void | Promise<void>) {
    this.#before = before
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let start = 0, piece = 0; start < content.byteLength; start += GROUP_BYTES, piece++) {
      await this.#before(piece)
      yield content.subarray(start, start + GROUP_BYTES)
    }
  }
}

describe('Uploads', () => {
  let store: BlockStore
  let transfers: Transfers
  let uploads: Uploads
  let changeCount: number

  beforeEach(async () => {
    store = createMemoryBlockStore()
    await store.start()
    begin()
  })

  afterEach(async () => {
    await transfers.stop()
    await store.stop()
  })

  /** The parts above the store, anew as after a restart. */
  function begin(): void {
    changeCount = 0
    transfers = new Transfers({ onChange: () => undefined })
    uploads = new Uploads({ store, transfers, onChange: () => changeCount++ })
  }

  const only = (): Transfer => {
    const [transfer] = transfers.list()
    if (transfer === undefined) throw new Error('there is no transfer')
    return transfer
  }

  /** An upload that hangs after four of seven groups, once two are stored. */
  async function hang(): Promise<{ outcome: Promise<unknown> }> {
    const source = new HeldContent((piece) => (piece < 4 ? undefined : new Promise(() => undefined)))
    const outcome = uploads.upload(source, options).catch((error: unknown) => error)
    await vi.waitFor(() => expect(only().doneBytes).toBeGreaterThanOrEqual(2 * GROUP_BYTES))
    return { outcome }
  }

  async function expectWhole(cid: { toString(): string }): Promise<void> {
    const { manifestCid } = await cidOf(new Blob([content]), { blockSizeBytes: BLOCK, filename: 'film.mp4' })
    expect(cid.toString()).toBe(cidText(manifestCid))
  }

  it('that the node’s stop cuts off are listed, and go on when the same file is given again', async () => {
    await hang()
    await transfers.stop()
    begin()
    const [left] = await uploads.listInterrupted()
    expect(left).toMatchObject({ file: FILE })
    const storedBytes = (left?.storedCount ?? 0) * BLOCK
    expect(storedBytes).toBeGreaterThanOrEqual(2 * GROUP_BYTES)

    const { manifestCid } = await uploads.upload(new Blob([content]), options)
    await expectWhole(manifestCid)
    expect(only()).toMatchObject({ continuedFromBytes: storedBytes, doneBytes: content.byteLength })
    expect(await uploads.listInterrupted()).toEqual([])
  })

  it('of another file begin anew and leave the interrupted one as it is', async () => {
    await hang()
    await transfers.stop()
    begin()
    const other = { ...FILE, lastModifiedMs: 8 }
    await uploads.upload(new Blob([content]), { ...options, file: other })
    expect(only().continuedFromBytes).toBeUndefined()
    expect(await uploads.listInterrupted()).toHaveLength(1)
  })

  it('leave nothing when a person stops them, running or paused', async () => {
    for (const isPaused of [false, true]) {
      begin()
      const { outcome } = await hang()
      if (isPaused) transfers.pause(only().id)
      await vi.waitFor(async () => expect(await store.listInterruptedUploads()).toHaveLength(isPaused ? 1 : 0))
      await transfers.cancel(only().id)
      expect(await outcome).toMatchObject({ name: 'AbortError' })
      await vi.waitFor(async () => expect(await store.listInterruptedUploads()).toEqual([]))
      expect((await store.space()).usedBytes).toBe(0)
    }
  })

  it('are paused and go on, and are not listed as interrupted meanwhile', async () => {
    const paused = Promise.withResolvers<void>()
    const source = new HeldContent((piece) => {
      if (piece === 5 && only().phase.state === 'moving' && only().continuedFromBytes === undefined) paused.resolve()
    })
    // The first reading pauses itself in the middle; the second goes through.
    void paused.promise.then(() => transfers.pause(only().id))
    const uploading = uploads.upload(source, options)
    await vi.waitFor(() => expect(only().phase).toEqual({ state: 'paused' }))
    await vi.waitFor(async () => expect(await store.listInterruptedUploads()).toHaveLength(1))
    expect(await uploads.listInterrupted()).toEqual([])
    transfers.resume(only().id)
    await expectWhole((await uploading).manifestCid)
  })

  it('that go on say how much of what is here was checked, before they add anything', async () => {
    await hang()
    await transfers.stop()
    begin()
    const storedBytes = ((await uploads.listInterrupted())[0]?.storedCount ?? 0) * BLOCK
    const [first, others] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const source = new HeldContent((piece) => (piece === 1 ? first.promise : piece === 5 ? others.promise : undefined))
    const uploading = uploads.upload(source, options)
    const phase = { state: 'checking', checkedBytes: GROUP_BYTES }
    await vi.waitFor(() => expect(only()).toMatchObject({ phase, doneBytes: storedBytes, bytesPerSecond: 0 }))
    first.resolve()
    await vi.waitFor(() => expect(only().phase.state).toBe('moving'))
    others.resolve()
    await expectWhole((await uploading).manifestCid)
  })

  it('that fail with the store are kept, those that fail with the file are not', async () => {
    for (const [error, kept] of [
      [new QuireError('ERR_STORE_FAILED', 'Broken.'), 1],
      [new QuireError('ERR_FILE_UNREADABLE', 'Gone.'), 0],
    ] as const) {
      begin()
      const source = new HeldContent((piece) => {
        if (piece === 4) throw error
      })
      await expect(uploads.upload(source, options)).rejects.toBe(error)
      await vi.waitFor(async () => expect(await uploads.listInterrupted()).toHaveLength(kept))
    }
  })

  it('that cannot go on, as the rest does not fit, stay as they were', async () => {
    await hang()
    await transfers.stop()
    begin()
    const full = new QuireError('ERR_STORE_FULL', 'Full.')
    const resumeUpload = store.resumeUpload.bind(store)
    store.resumeUpload = () => Promise.reject(full)
    await expect(uploads.upload(new Blob([content]), options)).rejects.toBe(full)
    expect(await uploads.listInterrupted()).toHaveLength(1)
    store.resumeUpload = resumeUpload
    await expectWhole((await uploads.upload(new Blob([content]), options)).manifestCid)
  })

  it('can be discarded, once', async () => {
    await hang()
    await transfers.stop()
    begin()
    const [left] = await uploads.listInterrupted()
    expect(await uploads.discard(left?.id ?? -1)).toBe(true)
    expect(await uploads.discard(left?.id ?? -1)).toBe(false)
    expect(await uploads.listInterrupted()).toEqual([])
    expect(changeCount).toBe(2)
  })

  it('without a file cannot be paused and leave nothing', async () => {
    const source = new HeldContent((piece) => (piece < 4 ? undefined : new Promise(() => undefined)))
    const { file: _file, ...anonymous } = options
    const outcome = uploads.upload(source, anonymous).catch((error: unknown) => error)
    await vi.waitFor(() => expect(only().doneBytes).toBeGreaterThan(0))
    expect(only().isPausable).toBe(false)
    await transfers.stop()
    expect(await outcome).toMatchObject({ code: 'ERR_NODE_STOPPED' })
    expect(await store.listInterruptedUploads()).toEqual([])
  })
})
