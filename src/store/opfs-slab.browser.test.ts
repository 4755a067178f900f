import { deleteDB } from 'idb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Order, Report } from './testing/files-store.worker.ts'

const BLOCK_SIZE_BYTES = 65_536

describe('a store with files, in a worker', () => {
  let databaseName = ''
  const workers: Worker[] = []
  beforeEach(() => {
    databaseName = `files-${crypto.randomUUID()}`
  })
  afterEach(async () => {
    for (const worker of workers.splice(0)) worker.terminate()
    await deleteDB(databaseName)
  })

  function newWorker(): Worker {
    const url = new URL('./testing/files-store.worker.ts', import.meta.url)
    const worker = new Worker(url, { type: 'module' })
    workers.push(worker)
    return worker
  }

  it('keeps blocks in files, gives their space back, and has everything after a restart', async () => {
    const worker = newWorker()
    await tell(worker, { do: 'start', databaseName })
    const whole = { prefix: 'a', blockCount: 40 }
    const uploaded = await tell(worker, { do: 'upload', ...whole, putCount: 40 })
    expect(uploaded).toMatchObject({ fileBytes: 40 * BLOCK_SIZE_BYTES, space: { blockCount: 40 } })
    await tell(worker, { do: 'stop' })
    const next = newWorker()
    await tell(next, { do: 'start', databaseName })
    expect(await tell(next, { do: 'check', ...whole })).toMatchObject({ isWhole: true })
    expect(await tell(next, { do: 'delete', ...whole })).toMatchObject({ fileBytes: 0, space: { usedBytes: 0 } })
  })

  it('goes on after its worker was ended in the middle of an upload', async () => {
    const worker = newWorker()
    await tell(worker, { do: 'start', databaseName })
    await tell(worker, { do: 'upload', prefix: 'a', blockCount: 40, putCount: 30 })
    worker.terminate()
    const next = newWorker()
    expect(await tell(next, { do: 'start', databaseName })).toMatchObject({
      interruptedCount: 1,
      space: { blockCount: 30 },
    })
    const done = await tell(next, { do: 'upload', prefix: 'a', blockCount: 40, putCount: 40 })
    expect(done).toMatchObject({ interruptedCount: 0, fileBytes: 40 * BLOCK_SIZE_BYTES })
    expect(await tell(next, { do: 'check', prefix: 'a', blockCount: 40 })).toMatchObject({ isWhole: true })
  })

  it('waits for the files while another worker still holds them', async () => {
    const worker = newWorker()
    await tell(worker, { do: 'start', databaseName })
    await tell(worker, { do: 'upload', prefix: 'a', blockCount: 4, putCount: 4 })
    const next = newWorker()
    const starting = tell(next, { do: 'start', databaseName })
    await tell(worker, { do: 'check', prefix: 'a', blockCount: 4 })
    worker.terminate()
    expect(await starting).toMatchObject({ space: { blockCount: 4 } })
    expect(await tell(next, { do: 'check', prefix: 'a', blockCount: 4 })).toMatchObject({ isWhole: true })
  })

  it('reads what was stored before there were files', async () => {
    const worker = newWorker()
    await tell(worker, { do: 'start', databaseName, usesFiles: false })
    await tell(worker, { do: 'upload', prefix: 'a', blockCount: 4, putCount: 4 })
    await tell(worker, { do: 'stop' })
    await tell(worker, { do: 'start', databaseName })
    expect(await tell(worker, { do: 'check', prefix: 'a', blockCount: 4 })).toMatchObject({
      isWhole: true,
      fileBytes: 0,
    })
    expect(await tell(worker, { do: 'delete', prefix: 'a', blockCount: 4 })).toMatchObject({ space: { usedBytes: 0 } })
  })

  it('says that there is no room where the files may not grow, and keeps what was there', async () => {
    const worker = newWorker()
    await tell(worker, { do: 'start', databaseName, bucketQuotaBytes: 8_000_000 })
    await tell(worker, { do: 'upload', prefix: 'a', blockCount: 10, putCount: 10 })
    const refused = await tell(worker, { do: 'upload', prefix: 'b', blockCount: 500, putCount: 499 })
    expect(refused).toEqual({ errorCode: 'ERR_STORE_FULL' })
    expect(await tell(worker, { do: 'check', prefix: 'a', blockCount: 10 })).toMatchObject({
      isWhole: true,
      space: { blockCount: 10 },
    })
  })
})

function tell(worker: Worker, order: Order): Promise<Report> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Report>) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
    worker.postMessage(order)
  })
}
