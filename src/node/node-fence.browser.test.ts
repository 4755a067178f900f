import { deleteDB } from 'idb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fence } from '../store/fence.ts'
import { IdbKv } from '../store/idb-kv.ts'
import { type Kv, KV_TABLES } from '../store/kv.ts'
import { NodeLock } from './node-lock.ts'
import type { StoppedNodeOrder, StoppedNodeReport } from './testing/stopped-node.worker.ts'

const [key, own, stale] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]

describe('a node that was robbed of its lock while it stood still', () => {
  let name = ''
  let worker: Worker
  let lock: NodeLock
  let kv: Kv
  beforeEach(() => {
    name = `fence-${crypto.randomUUID()}`
    worker = new Worker(new URL('./testing/stopped-node.worker.ts', import.meta.url), { type: 'module' })
    lock = new NodeLock({ name })
    kv = new Fence({ table: 'settings', onMoved: () => undefined }).guard(new IdbKv(name, { tables: KV_TABLES }))
  })
  afterEach(async () => {
    worker.terminate()
    lock.release()
    await kv.close()
    await deleteDB(name)
  })

  it('goes on before it hears of that, and writes nothing beside the next node', async () => {
    const reports = listen(worker)
    const gate = URL.createObjectURL(new Blob(['shut']))
    const order: StoppedNodeOrder = { lockName: name, databaseName: name, gate, key, value: stale }
    worker.postMessage(order)
    await reports('running')
    await lock.acquire({ steal: AbortSignal.abort(), onLost: () => undefined })
    await kv.open()
    await kv.write(async (tx) => tx.put('settings', key, own))
    URL.revokeObjectURL(gate)
    expect(await reports('wrote')).toEqual({ type: 'wrote', outcome: 'ERR_NODE_MOVED', hadHeard: false })
    await reports('stops')
    expect(await kv.read((tx) => tx.get('settings', key))).toEqual(own)
  })
})

/** Gives the report of a type, that has come or will. */
function listen(worker: Worker): (type: StoppedNodeReport['type']) => Promise<StoppedNodeReport> {
  const come = new Map<string, PromiseWithResolvers<StoppedNodeReport>>()
  const of = (type: string): PromiseWithResolvers<StoppedNodeReport> => {
    const known = come.get(type) ?? Promise.withResolvers<StoppedNodeReport>()
    come.set(type, known)
    return known
  }
  worker.addEventListener('message', ({ data }: MessageEvent<StoppedNodeReport>) => of(data.type).resolve(data))
  return (type) => of(type).promise
}
