import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QuireError } from '../errors.ts'
import type { UploadSessionApi } from './api.ts'
import type { NodeClient } from './client.ts'
import { serveDouble } from './testing/served-client.ts'
import { DATASET, type ServedNodeDouble } from './testing/served-node-double.ts'

const FULL = new QuireError('ERR_STORE_FULL', 'There is no room.', { details: { neededBytes: 9, freeBytes: 1 } })

/** What the node has of an upload. */
function sessionDouble() {
  const written: number[] = []
  const aborted = Promise.withResolvers<void>()
  const session = {
    write: vi.fn<UploadSessionApi['write']>(async (bytes) => void written.push(...bytes)),
    close: vi.fn<UploadSessionApi['close']>(async () => DATASET),
    abort: vi.fn<UploadSessionApi['abort']>(async () => aborted.resolve()),
  }
  return { written, aborted: aborted.promise, session }
}

describe('an upload piece by piece, across a port', () => {
  let node: ServedNodeDouble
  let client: NodeClient
  let stopServing: () => void
  let stop: () => void
  let double: ReturnType<typeof sessionDouble>

  beforeEach(() => {
    ;({ node, client, stopServing, stop } = serveDouble())
    double = sessionDouble()
    node.onOpenUpload = () => double.session
  })
  afterEach(() => stop())

  it('gives the node the bytes in their order, and the caller the dataset', async () => {
    const upload = await client.openUpload()
    const own = Uint8Array.of(1, 2)
    await upload.write(own)
    await upload.write(Uint8Array.of(3))
    expect(own.byteLength).toBe(2)
    expect(await upload.close()).toEqual(DATASET)
    expect(double.written).toEqual([1, 2, 3])
  })

  it('says why the node refused, with the code and its numbers', async () => {
    double.session.write.mockRejectedValue(FULL)
    const upload = await client.openUpload()
    await expect(upload.write(Uint8Array.of(1))).rejects.toMatchObject({
      name: 'QuireError',
      code: 'ERR_STORE_FULL',
      details: { neededBytes: 9, freeBytes: 1 },
    })
    node.onOpenUpload = () => {
      throw FULL
    }
    await expect(client.openUpload()).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
  })

  it('aborts at the node when the caller does, once, and takes nothing more', async () => {
    const upload = await client.openUpload()
    await upload.abort()
    await upload.abort()
    expect(double.session.abort).toHaveBeenCalledOnce()
    await expect(upload.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'ERR_ARGUMENT_INVALID' })
    await expect(upload.close()).rejects.toMatchObject({ code: 'ERR_ARGUMENT_INVALID' })
  })

  it('aborts at the node when the signal does, in the middle of a write', async () => {
    double.session.write.mockReturnValue(new Promise(() => undefined))
    const controller = new AbortController()
    const upload = await client.openUpload({ signal: controller.signal })
    const writing = upload.write(Uint8Array.of(1))
    controller.abort('enough')
    await expect(writing).rejects.toBe('enough')
    await double.aborted
    await expect(upload.close()).rejects.toBe('enough')
  })

  it('is aborted at the node when its page is answered no more', async () => {
    const upload = await client.openUpload()
    await upload.write(Uint8Array.of(1))
    stopServing()
    await double.aborted
    expect(double.session.abort).toHaveBeenCalledOnce()
  })

  it('rejects what waits when the node is gone', async () => {
    double.session.close.mockReturnValue(new Promise(() => undefined))
    const upload = await client.openUpload()
    const closing = upload.close()
    client.fail(new QuireError('ERR_WORKER_DIED', 'It is gone.'))
    await expect(closing).rejects.toMatchObject({ code: 'ERR_WORKER_DIED' })
  })
})
