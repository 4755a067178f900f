import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QuireError } from '../errors.ts'
import { BLOCK_SIZE_BYTES, makeDataset } from './dataset-fixture.contract.ts'
import { KvBlockStore } from './kv-block-store.ts'
import type { KvWriteOptions, KvWriter } from './kv.ts'
import { MemoryKv } from './memory-kv.ts'
import { quotaProbe } from './quota.ts'

const IDLE_SYNC_MS = 1000

/** Counts what was made durable, which can be made to fail. */
class CountingKv extends MemoryKv {
  durableCount = 0
  isFailing = false

  override async write<T>(work: (tx: KvWriter) => Promise<T>, { isDurable = false }: KvWriteOptions = {}): Promise<T> {
    if (isDurable && this.isFailing) throw new QuireError('ERR_STORE_FAILED', 'The disk does not answer.')
    const result = await super.write(work)
    if (isDurable) this.durableCount += 1
    return result
  }
}

describe('a store that makes its writes durable when it is idle', () => {
  let kv: CountingKv
  let store: KvBlockStore
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    kv = new CountingKv()
    store = new KvBlockStore({ kv, probe: quotaProbe({}) }, { idleSyncMs: IDLE_SYNC_MS })
    await store.start()
    kv.durableCount = 0
  })
  afterEach(() => void vi.useRealTimers())

  it('does so once, a second after the last write, and has nothing left to do when it stops', async () => {
    const { blocks } = await makeDataset(['a', 'b'])
    const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
    await vi.advanceTimersByTimeAsync(IDLE_SYNC_MS - 1)
    await session.put(blocks)
    await vi.advanceTimersByTimeAsync(IDLE_SYNC_MS - 1)
    expect(kv.durableCount).toBe(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(kv.durableCount).toBe(1)
    await vi.advanceTimersByTimeAsync(10 * IDLE_SYNC_MS)
    await store.stop()
    expect(kv.durableCount).toBe(1)
  })

  it('does so when it stops where it could not before', async () => {
    const { blocks } = await makeDataset(['a', 'b'])
    const session = await store.beginUpload({ blockSizeBytes: BLOCK_SIZE_BYTES })
    await session.put(blocks)
    kv.isFailing = true
    await vi.advanceTimersByTimeAsync(IDLE_SYNC_MS)
    kv.isFailing = false
    expect(kv.durableCount).toBe(0)
    await store.stop()
    expect(kv.durableCount).toBe(1)
  })
})
