import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cidText, manifestCidFromDigest, treeCidFromDigest } from '../codec/cid.ts'
import { encodeManifest } from '../codec/manifest.ts'
import { cidOf } from '../dataset/cid-of.ts'
import { isQuireError, QuireError } from '../errors.ts'
import { MemoryHub } from '../exchange/testing/memory-network.ts'
import { makeDataset, storeWith } from '../exchange/testing/sample-dataset.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import type { NodeChange } from './node-feed.ts'
import { createTestNode, type TestNode } from './testing/memory-network.ts'

const BLOCK = 4096
const content = Uint8Array.from({ length: BLOCK * 200 + 77 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 13) & 255)
const options = { blockSizeBytes: BLOCK, filename: 'a.bin' }
const UNKNOWN_CID = manifestCidFromDigest(new Uint8Array(32).fill(9))

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

async function contentOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

describe('QuireNode', () => {
  let hub: MemoryHub
  const started: TestNode[] = []

  beforeEach(() => {
    hub = new MemoryHub()
  })

  afterEach(async () => {
    await Promise.all(started.splice(0).map(({ node }) => node.stop()))
  })

  async function start(...parameters: Parameters<typeof createTestNode> extends [unknown, ...infer R] ? R : never) {
    const test = await createTestNode(hub, ...parameters)
    await test.node.start()
    started.push(test)
    return test
  }

  it('gives a file to another node, which then gives it to a third', async () => {
    const [a, b, c] = [await start('a'), await start('b'), await start('c')]
    const { manifestCid } = await a.node.upload(new Blob([content]), options)
    const fetched = await b.node.fetch(manifestCid)
    expect(fetched).toMatchObject({ origin: 'fetch', haveCount: 201, blockCount: 201 })
    expect(Buffer.compare(await contentOf(b.node.read(manifestCid, { isLocal: true })), content)).toBe(0)
    await vi.waitFor(() => expect(b.network.provided).toHaveLength(1))
    await a.node.stop()
    hub.disconnect(a.exchangeNode, b.exchangeNode)
    await c.node.fetch(manifestCid)
    expect(Buffer.compare(await contentOf(c.node.read(manifestCid, { isLocal: true })), content)).toBe(0)
  })

  it('lists an upload and a fetch with what became of them', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const { manifestCid } = await a.node.upload(new Blob([content]), options)
    await b.node.fetch(manifestCid)
    const whole = { doneBytes: content.byteLength, totalBytes: content.byteLength, phase: { state: 'done' } }
    expect(a.node.transfers.list()).toMatchObject([{ kind: 'upload', name: 'a.bin', cid: manifestCid, ...whole }])
    expect(b.node.transfers.list()).toMatchObject([{ kind: 'fetch', name: 'a.bin', cid: manifestCid, ...whole }])
  })

  it('answers a fetch of what is here at once, without a transfer', async () => {
    const a = await start('a')
    const { manifestCid } = await a.node.upload(new Blob([content]), options)
    expect(await a.node.fetch(manifestCid)).toMatchObject({ origin: 'upload' })
    expect(a.node.transfers.list()).toHaveLength(1)
  })

  it('joins a second fetch of the same dataset to the first', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const { manifestCid } = await a.node.upload(new Blob([content]), options)
    const both = await Promise.all([b.node.fetch(manifestCid), b.node.fetch(manifestCid)])
    expect(both[0]).toEqual(both[1])
    expect(b.node.transfers.list()).toHaveLength(1)
  })

  it('keeps what was verified when a fetch is aborted, and goes on from there', async () => {
    const dataset = await makeDataset(40)
    const half = await start('half', { store: await storeWith(dataset, upTo(20)) })
    const b = await start('b')
    hub.connect(half.exchangeNode, b.exchangeNode)
    const controller = new AbortController()
    const first = b.node.fetch(dataset.manifestCid, { signal: controller.signal })
    await vi.waitFor(async () => expect((await b.node.getDataset(dataset.manifestCid))?.haveCount).toBe(20))
    const reason = new Error('not now')
    controller.abort(reason)
    await expect(first).rejects.toBe(reason)
    await vi.waitFor(() => expect(b.node.transfers.list()).toMatchObject([{ phase: { state: 'cancelled' } }]))
    expect(await b.node.list()).toMatchObject([{ origin: 'fetch', haveCount: 20, blockCount: 40 }])

    const store = await storeWith(dataset)
    const served: number[] = []
    const getProvenBlocks = store.getProvenBlocks.bind(store)
    store.getProvenBlocks = (treeCid, indices, abort) => {
      served.push(...indices)
      return getProvenBlocks(treeCid, indices, abort)
    }
    const whole = await start('whole', { store })
    hub.disconnect(half.exchangeNode, b.exchangeNode)
    hub.connect(whole.exchangeNode, b.exchangeNode)
    expect(await b.node.fetch(dataset.manifestCid)).toMatchObject({ haveCount: 40 })
    expect(served.toSorted((x, y) => x - y)).toEqual(upTo(40).slice(20))
  })

  it('connects to the holders that a link names, and asks others all the same when they are gone', async () => {
    const [a, b] = [await start('a'), await start('b')]
    a.network.provideError = new Error('no keeper')
    const { manifestCid } = await a.node.upload(new Blob([content]), options)
    const unreachable = await start('c')
    hub.connect(a.exchangeNode, unreachable.exchangeNode)
    await b.node.fetch(manifestCid, { addresses: ['/memory/a'] })
    expect(b.network.connectedTo).toEqual([['/memory/a']])
    await unreachable.node.fetch(manifestCid, { addresses: ['/memory/nobody'] })
    expect(unreachable.logged).toContain('no holder named by the link could be reached')
  })

  it('takes the addresses of a link that joins a fetch which waits', async () => {
    const [a, b] = [await start('a'), await start('b')]
    a.network.provideError = new Error('no keeper')
    const { manifestCid } = await a.node.upload(new Blob([content]), options)
    const waiting = b.node.fetch(manifestCid)
    await vi.waitFor(() => expect(b.node.transfers.list()).toMatchObject([{ phase: { state: 'waiting' } }]))
    const joining = b.node.fetch(manifestCid, { addresses: ['/memory/a'] })
    expect(await waiting).toEqual(await joining)
    expect(b.node.transfers.list()).toHaveLength(1)
  })

  it('says that nobody has a dataset once its patience is over', async () => {
    const b = await start('b', { patience: { manifestMs: 0 } })
    await expect(b.node.fetch(UNKNOWN_CID)).rejects.toMatchObject({ code: 'ERR_MANIFEST_NOT_FOUND' })
    expect(b.node.transfers.list()).toMatchObject([{ phase: { state: 'failed' }, name: cidText(UNKNOWN_CID) }])
  })

  it('says while it waits whether the keeper is why, and when that changes', async () => {
    const b = await start('b')
    const phases: unknown[] = []
    b.node.watch((change) => change.type === 'transfer' && phases.push(change.transfer.phase))
    const failure = b.node.fetch(UNKNOWN_CID)
    await vi.waitFor(() => expect(phases).toContainEqual({ state: 'waiting', reason: 'no-peer' }))
    const error = new QuireError('ERR_KEEPER_UNREACHABLE', 'No answer.')
    b.network.setReachability({ state: 'no-keeper', error })
    await vi.waitFor(() => expect(phases.at(-1)).toEqual({ state: 'waiting', reason: 'keeper-down' }))
    const [transfer] = b.node.transfers.list()
    await b.node.transfers.cancel(transfer?.id ?? '')
    await expect(failure).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('refuses a fetch that cannot fit, with the numbers, before a block is asked for', async () => {
    const a = await start('a')
    const { manifestCid } = await a.node.upload(new Blob([content]), options)
    const b = await start('b', { store: createMemoryBlockStore({ quotaBytes: 50 * BLOCK }) })
    await expect(b.node.fetch(manifestCid)).rejects.toMatchObject({
      code: 'ERR_STORE_FULL',
      details: { neededBytes: expect.any(Number), freeBytes: expect.any(Number) },
    })
    expect(await b.node.list()).toEqual([])
  })

  it('refuses a manifest whose dataset cannot be held, before it is entered', async () => {
    const b = await start('b')
    const treeCid = treeCidFromDigest(new Uint8Array(32))
    const bytes = encodeManifest({ treeCid, blockSizeBytes: 5_000, datasetSizeBytes: 10 })
    b.store.getManifest = async () => bytes
    b.store.addDataset = () => Promise.reject(new Error('was entered'))
    await expect(b.node.fetch(UNKNOWN_CID)).rejects.toMatchObject({ code: 'ERR_MANIFEST_INVALID' })
  })

  it('reads a range, from here first and the rest from peers, and says so where only here counts', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const { manifestCid } = await a.node.upload(new Blob([content]), options)
    const range = { startByte: 5_000, endByte: 60_000 }
    const bytes = await contentOf(b.node.read(manifestCid, { range }))
    expect(Buffer.compare(bytes, content.subarray(5_000, 60_000))).toBe(0)
    const rest = contentOf(b.node.read(manifestCid, { isLocal: true }))
    await expect(rest).rejects.toMatchObject({ code: 'ERR_BLOCK_NOT_FOUND' })
    const missing = contentOf(b.node.read(UNKNOWN_CID, { isLocal: true }))
    await expect(missing).rejects.toMatchObject({ code: 'ERR_DATASET_NOT_FOUND' })
  })

  it('looks for the manifest of a dataset in the store once, however often it is read, until it is deleted', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const { manifestCid } = await a.node.upload(new Blob([content]), options)
    const looks = vi.spyOn(b.store, 'getManifest')
    for (const startByte of [0, 5, 9]) {
      await contentOf(b.node.read(manifestCid, { range: { startByte, endByte: startByte + 1 } }))
    }
    const [looksBefore] = [looks.mock.calls.length]
    await contentOf(b.node.read(manifestCid, { range: { startByte: 0, endByte: 1 } }))
    expect(looks.mock.calls.length).toBe(looksBefore)

    await b.node.delete(manifestCid)
    await expect(contentOf(b.node.read(manifestCid, { isLocal: true }))).rejects.toMatchObject({
      code: 'ERR_DATASET_NOT_FOUND',
    })
    expect(await contentOf(b.node.read(manifestCid, { range: { startByte: 0, endByte: 1 } }))).toHaveLength(1)
  })

  it('enters a dataset anew where it is read after a deletion during which a read began', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const { manifestCid } = await a.node.upload(new Blob([content]), options)
    const readFirstByte = () => contentOf(b.node.read(manifestCid, { range: { startByte: 0, endByte: 1 } }))
    const deleteDataset = b.store.deleteDataset.bind(b.store)
    vi.spyOn(b.store, 'deleteDataset').mockImplementationOnce(async (...parameters) => {
      await readFirstByte()
      return deleteDataset(...parameters)
    })
    expect(await b.node.delete(manifestCid)).toBe(true)
    await readFirstByte()
    expect(await b.node.list()).toHaveLength(1)
  })

  it('cancels what runs for a dataset before it deletes it, and announces it no more', async () => {
    const b = await start('b')
    const sealed = await cidOf(new Blob([content]), options)
    await b.store.addDataset(sealed)
    const failure = b.node.fetch(sealed.manifestCid)
    await vi.waitFor(() => expect(b.node.transfers.list()).toMatchObject([{ totalBytes: content.byteLength }]))
    const rejection = failure.catch((error: unknown) => error)
    expect(await b.node.delete(sealed.manifestCid)).toBe(true)
    expect(await rejection).toMatchObject({ name: 'AbortError' })
    expect(await b.node.list()).toEqual([])
    expect(b.network.unprovided).toHaveLength(1)
    expect(await b.node.delete(sealed.manifestCid)).toBe(false)
  })

  it('announces complete datasets when it starts, and no partial ones', async () => {
    const store = createMemoryBlockStore()
    const a = await start('a', { store })
    const { manifestCid } = await a.node.upload(new Blob([content]), options)
    await store.addDataset(await cidOf(new Blob(['something else']), options))
    a.network.provided.length = 0
    // A second node on the same store, as after a reload; the memory store does not survive a stop.
    const again = await start('again', { store })
    await vi.waitFor(() => expect(again.network.provided).toEqual([manifestCid.toString()]))
  })

  it('does not fail an upload because nobody could be told of it', async () => {
    const a = await start('a')
    a.network.provideError = new Error('no keeper')
    await expect(a.node.upload(new Blob([content]), options)).resolves.toMatchObject({ blockCount: 201 })
    await vi.waitFor(() => expect(a.logged).toContain('a dataset could not be announced'))
  })

  it('tells a watcher the present state and what changes, until it unsubscribes', async () => {
    const a = await start('a')
    const changes: NodeChange[] = []
    const unsubscribe = a.node.watch((change) => void changes.push(change))
    await vi.waitFor(() => expect(changes.map(({ type }) => type)).toEqual(['status', 'datasets', 'space', 'uploads']))
    await a.node.upload(new Blob([content]), options)
    await vi.waitFor(() => {
      expect(changes.findLast(({ type }) => type === 'datasets')).toMatchObject({ datasets: [{ origin: 'upload' }] })
      expect(changes.findLast(({ type }) => type === 'transfer')).toMatchObject({
        transfer: { phase: { state: 'done' } },
      })
    })
    unsubscribe()
    const { length } = changes
    await a.node.upload(new Blob(['other']), options)
    expect(changes).toHaveLength(length)
  })

  it('ends what runs when it stops, and answers nothing afterwards', async () => {
    const b = await start('b')
    const failure = b.node.fetch(UNKNOWN_CID)
    const rejection = failure.catch((error: unknown) => error)
    await vi.waitFor(() => expect(b.node.transfers.list()).toHaveLength(1))
    await b.node.stop()
    expect(await rejection).toMatchObject({ code: 'ERR_NODE_STOPPED' })
    await expect(b.node.list()).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
    await expect(b.node.upload(new Blob(['x']))).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
  })

  it('stops what had started when a part cannot start', async () => {
    const store = createMemoryBlockStore()
    const test = await createTestNode(hub, 'broken', { store })
    const failure = new Error('cannot listen')
    test.exchangeNode.handle = () => Promise.reject(failure)
    await expect(test.node.start()).rejects.toBe(failure)
    const listing = store.listDatasets()
    await expect(listing).rejects.toSatisfy((error) => isQuireError(error))
  })

  it('describes itself without names, CIDs or keys', async () => {
    const a = await start('a')
    const { manifestCid } = await a.node.upload(new Blob([content]), options)
    const text = await a.node.debugInfo()
    expect(text).toContain('datasets: 1')
    expect(text).not.toContain('a.bin')
    expect(text).not.toContain(cidText(manifestCid))
  })
})
