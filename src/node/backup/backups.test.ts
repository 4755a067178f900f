import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { asTreeCid, cidText, type ManifestCid } from '../../codec/cid.ts'
import { MemoryHub } from '../../exchange/testing/memory-network.ts'
import { createMemoryBlockStore } from '../../store/memory-block-store.ts'
import { createMemorySettings } from '../../store/memory-settings.ts'
import { createTestNode, type TestNode } from '../testing/memory-network.ts'
import type { Backup } from './backup-views.ts'

const BLOCK = 4096

function bytesOf(seed: number, blocks: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    { length: BLOCK * blocks - 7 },
    (_, i) => (Math.imul(i + seed * 977, 2_654_435_761) >>> 13) & 255,
  )
}

async function contentOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

describe('Backups', () => {
  let hub: MemoryHub
  const started: TestNode[] = []

  beforeEach(() => {
    hub = new MemoryHub()
  })

  afterEach(async () => {
    await Promise.all(started.splice(0).map(({ node }) => node.stop()))
  })

  async function start(name: string, init: Parameters<typeof createTestNode>[2] = {}) {
    const test = await createTestNode(hub, name, { settings: createMemorySettings(), ...init })
    await test.node.start()
    started.push(test)
    const told: Backup[] = []
    test.node.watch((change) => void (change.type === 'backup' && told.push(change.backup)))
    return { ...test, told }
  }

  const add = async ({ node }: TestNode, seed: number, blocks: number): Promise<ManifestCid> =>
    (await node.upload(new Blob([bytesOf(seed, blocks)]), { blockSizeBytes: BLOCK, filename: `${seed}.bin` }))
      .manifestCid

  const exported = async ({ node }: TestNode): Promise<Blob> => new Response(node.backups.export({})).blob()

  it('brings everything held to another device: content, pins, origins, times, switches and settings', async () => {
    const a = await start('a')
    const [kept, loose, quiet] = [await add(a, 1, 70), await add(a, 2, 3), await add(a, 3, 1)]
    await a.node.keeping.setPinned(loose, false)
    await a.node.setAnnounced(quiet, false)
    await a.node.uploadLimits.set({ totalBytesPerSecond: 50_000 })
    const archive = await a.node.historyDatasets.publish(Uint8Array.of(1, 2, 3))
    const backup = await exported(a)
    expect(a.told.at(-1)).toMatchObject({ kind: 'export', state: 'done', doneDatasets: 4, totalDatasets: 4 })

    const b = await start('b')
    const report = await b.node.backups.import(backup, {})
    expect(report).toMatchObject({ isWhole: true, datasetCount: 4, addedBlocks: 75, damagedBlocks: 0 })
    expect(report.datasets.map(({ outcome }) => outcome)).toEqual(['added', 'added', 'added', 'added'])
    const before = new Map((await a.store.listDatasets()).map((entry) => [cidText(entry.manifestCid), entry]))
    const after = await b.store.listDatasets()
    expect(after).toHaveLength(4)
    for (const entry of after) expect(entry).toEqual(before.get(cidText(entry.manifestCid)))
    expect(Buffer.compare(await contentOf(b.node.read(kept, { isLocal: true })), bytesOf(1, 70))).toBe(0)
    expect(b.node.isAnnounced(quiet)).toBe(false)
    expect(b.node.uploadLimits.limits).toMatchObject({ totalBytesPerSecond: 50_000 })
    expect(await b.node.historyDatasets.isHeld(archive)).toBe(true)
    expect(b.told.at(-1)).toMatchObject({ kind: 'import', state: 'done', doneBytes: backup.size, doneDatasets: 4 })
  })

  it('brings a part of a dataset as a part, which goes on where it was', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const cid = await add(a, 1, 60)
    const { bytes, manifest } = await a.node.findManifest(cid)
    await b.store.addDataset({ manifestCid: cid, manifestBytes: bytes })
    const treeCid = asTreeCid(manifest.treeCid)
    await b.store.putBlocks(treeCid, await a.store.getProvenBlocks(treeCid, [0, 17, 59]))
    const c = await start('c')
    expect(await c.node.backups.import(await exported(b), {})).toMatchObject({ addedBlocks: 3, isWhole: true })
    expect(await c.store.getDataset(cid)).toMatchObject({
      haveCount: 3,
      blockCount: 60,
      origin: 'fetch',
      isPinned: false,
    })
    expect(await c.node.fetch(cid)).toMatchObject({ haveCount: 60 })
  })

  it('adds nothing twice, keeps what was here, and pins what either has pinned', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const [shared, own] = [await add(a, 1, 5), await add(b, 2, 5)]
    await b.node.fetch(shared)
    const backup = await exported(a)
    expect(await b.node.backups.import(backup, {})).toMatchObject({ addedBlocks: 0, datasets: [{ outcome: 'known' }] })
    expect(await b.store.getDataset(shared)).toMatchObject({ isPinned: true, origin: 'fetch' })
    expect(await b.store.getDataset(own)).toMatchObject({ haveCount: 5 })
    expect((await b.store.space()).blockCount).toBe(10)
  })

  it('writes the blocks of a tree once, whatever the number of its names', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const content = new Blob([bytesOf(1, 40)])
    for (const filename of ['one', 'two']) await a.node.upload(content, { blockSizeBytes: BLOCK, filename })
    const backup = await exported(a)
    expect(backup.size).toBeLessThan(60 * BLOCK)
    expect(await b.node.backups.import(backup, {})).toMatchObject({ isWhole: true, addedBlocks: 40, datasetCount: 2 })
    expect(await b.node.list()).toMatchObject([{ haveCount: 40 }, { haveCount: 40 }])
  })

  it('takes what fits, says what does not, and lets nothing of it push out another', async () => {
    const a = await start('a')
    const [pinned, big, small] = [await add(a, 1, 20), await add(a, 2, 100), await add(a, 3, 20)]
    for (const cid of [big, small]) await a.node.keeping.setPinned(cid, false)
    const store = createMemoryBlockStore({ quotaBytes: 100 * BLOCK })
    const b = await start('b', { store, isEvicting: true })
    const report = await b.node.backups.import(await exported(a), {})
    expect(report).toMatchObject({ isWhole: true, datasetCount: 3 })
    expect(report.datasets[0]).toMatchObject({
      cid: cidText(big),
      outcome: 'refused',
      error: { code: 'ERR_STORE_FULL' },
    })
    const cids = (await b.node.list()).map(({ manifestCid }) => cidText(manifestCid))
    expect(cids.toSorted()).toEqual([pinned, small].map(cidText).toSorted())
  })

  it('ends with the stream that nobody reads any more, and with its signal', async () => {
    const a = await start('a')
    await add(a, 1, 400)
    const reader = a.node.backups.export({}).getReader()
    await reader.read()
    await reader.read()
    expect(a.told.at(-1)).toMatchObject({ kind: 'export', state: 'running' })
    await reader.cancel()
    expect(a.told.at(-1)).toMatchObject({ state: 'cancelled' })
    const second = a.node.backups.export({}).getReader()
    await second.read()
    a.node.backups.cancel(a.told.at(-1)?.id ?? '')
    await expect(contentOf(drained(second))).rejects.toThrow('cancelled')
    expect(a.told.at(-1)).toMatchObject({ state: 'cancelled' })
  })

  it('keeps what was added when an import is cancelled, and goes on with the next', async () => {
    const [a, b] = [await start('a'), await start('b')]
    const [first] = [await add(a, 1, 40), await add(a, 2, 400)]
    const backup = await exported(a)
    const half = new ReadableStream<Uint8Array>({
      start: async (controller) =>
        controller.enqueue(new Uint8Array(await backup.slice(0, backup.size * 0.7).arrayBuffer())),
      pull: () => new Promise(() => undefined),
    })
    const stopping = new AbortController()
    const importing = b.node.backups.import(half, { signal: stopping.signal })
    importing.catch(() => undefined)
    await vi.waitFor(async () => expect((await b.node.list())[0]?.haveCount).toBeGreaterThan(100))
    stopping.abort()
    await expect(importing).rejects.toMatchObject({ name: 'AbortError' })
    expect(b.told.at(-1)).toMatchObject({ kind: 'import', state: 'cancelled' })
    expect((await b.node.list())[0]?.haveCount).toBeGreaterThan(100)
    expect(await b.node.backups.import(backup, {})).toMatchObject({ isWhole: true })
    expect(await b.store.getDataset(first)).toMatchObject({ haveCount: 40 })
    expect((await b.store.space()).blockCount).toBe(440)
  })

  it('ends what runs when the node stops', async () => {
    const a = await start('a')
    const endless = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) })
    const importing = a.node.backups.import(endless, {})
    importing.catch(() => undefined)
    await a.node.stop()
    await expect(importing).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
  })
})

async function* drained(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}
