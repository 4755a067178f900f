import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MemoryHub } from '../exchange/testing/memory-network.ts'
import { createMemorySettings } from '../store/memory-settings.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import type { NodeChange } from './node-feed.ts'
import { createTestNode, type TestNode } from './testing/memory-network.ts'

const ARCHIVE = Uint8Array.from({ length: 200_000 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 13) & 255)

describe('archives of communities as datasets of a node', () => {
  let hub: MemoryHub
  let owner: TestNode
  let member: TestNode
  const nodes: TestNode[] = []

  async function start(name: string, init: Parameters<typeof createTestNode>[2] = {}): Promise<TestNode> {
    const test = await createTestNode(hub, name, init)
    nodes.push(test)
    await test.node.start()
    return test
  }

  beforeEach(async () => {
    hub = new MemoryHub()
    owner = await start('owner')
    member = await start('member')
    hub.connect(owner.exchangeNode, member.exchangeNode)
  })

  afterEach(() => Promise.all(nodes.splice(0).map(({ node }) => node.stop())))

  it('go from one to another whole, and are announced by both', async () => {
    const cid = await owner.node.historyDatasets.publish(ARCHIVE)
    const told: number[] = []
    await member.node.historyDatasets.fetch(cid, {
      maxBytes: 1_000_000,
      onProgress: ({ doneBytes, sizeBytes }) => told.push(doneBytes / sizeBytes),
    })
    expect(await member.node.historyDatasets.isHeld(cid)).toBe(true)
    expect(await member.node.historyDatasets.read(cid)).toEqual(ARCHIVE)
    expect(told.at(-1)).toBe(1)
    expect(owner.network.provided).toEqual([cid.toString()])
    expect(member.network.provided).toEqual([cid.toString()])
  })

  it('have the CID that Status gives to the same bytes: its name and media type are in the manifest', async () => {
    const cid = await owner.node.historyDatasets.publish(ARCHIVE)
    const label = { filename: 'archive-data.bin', mimetype: 'application/octet-stream' }
    expect((await owner.node.upload(new Blob([ARCHIVE]), label)).manifestCid.toString()).toBe(cid.toString())
    expect((await owner.node.historyDatasets.publish(ARCHIVE)).toString()).toBe(cid.toString())
  })

  it('have no row among the files and transfers of a person', async () => {
    const changes: NodeChange[] = []
    owner.node.watch((change) => changes.push(change))
    const cid = await owner.node.historyDatasets.publish(ARCHIVE)
    await member.node.historyDatasets.fetch(cid, { maxBytes: 1_000_000 })
    await owner.node.upload(new Blob(['own']))
    for (const { node } of [owner, member]) {
      expect((await node.list()).map(({ manifestCid }) => manifestCid.toString())).not.toContain(cid.toString())
    }
    expect(owner.node.transfers.list().map(({ kind, name }) => `${kind} ${name}`)).toEqual(['upload Unnamed'])
    expect(member.node.transfers.list()).toEqual([])
    const listed = changes.flatMap((change) => (change.type === 'datasets' ? change.datasets : []))
    expect(listed.some(({ manifestCid }) => manifestCid.toString() === cid.toString())).toBe(false)
  })

  it('stay out of the files over a restart, and are listed from the moment a person fetches one', async () => {
    const [store, settings] = [createMemoryBlockStore(), createMemorySettings()]
    const first = await start('c', { store, settings })
    const cid = await first.node.historyDatasets.publish(ARCHIVE)
    await first.node.stop()
    const again = await start('d', { store, settings })
    expect(await again.node.list()).toEqual([])
    await again.node.fetch(cid)
    expect((await again.node.list()).map(({ manifestCid }) => manifestCid.toString())).toEqual([cid.toString()])
    expect(await again.node.historyDatasets.remove(cid)).toBe(true)
    expect(await again.node.historyDatasets.isHeld(cid)).toBe(true)
  })

  it('are refused before any block where the manifest names more than an archive may be', async () => {
    const cid = await owner.node.historyDatasets.publish(ARCHIVE)
    const refused = member.node.historyDatasets.fetch(cid, { maxBytes: ARCHIVE.byteLength - 1 })
    await expect(refused).rejects.toMatchObject({ code: 'ERR_ARCHIVE_TOO_LARGE' })
    expect(await member.store.getDataset(cid)).toBeUndefined()
  })

  it('are given up where nobody has them, or nobody has the rest', async () => {
    const cid = await owner.node.historyDatasets.publish(ARCHIVE)
    const manifestBytes = (await owner.store.getManifest(cid)) ?? new Uint8Array()
    await owner.node.historyDatasets.remove(cid)
    const fetching = member.node.historyDatasets.fetch(cid, { maxBytes: 1_000_000, patienceMs: 1 })
    await expect(fetching).rejects.toMatchObject({ code: 'ERR_MANIFEST_NOT_FOUND' })
    await member.store.addDataset({ manifestCid: cid, manifestBytes })
    const stalled = member.node.historyDatasets.fetch(cid, { maxBytes: 1_000_000, stallMs: 1 })
    await expect(stalled).rejects.toMatchObject({ code: 'ERR_NO_PEER_HAS_IT' })
    await expect(member.node.historyDatasets.read(cid)).rejects.toMatchObject({ code: 'ERR_BLOCK_NOT_FOUND' })
  })

  it('are removed once, and what was never here is not', async () => {
    const cid = await owner.node.historyDatasets.publish(ARCHIVE)
    expect(await member.node.historyDatasets.remove(cid)).toBe(false)
    expect(await owner.node.historyDatasets.remove(cid)).toBe(true)
    expect(await owner.node.historyDatasets.isHeld(cid)).toBe(false)
    expect(owner.network.unprovided).toContain(cid.toString())
    await expect(owner.node.historyDatasets.read(cid)).rejects.toMatchObject({ code: 'ERR_DATASET_NOT_FOUND' })
  })
})
