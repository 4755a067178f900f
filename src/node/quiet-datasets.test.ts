/** Datasets of communities on a device that was switched off in the middle of something. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ManifestCid } from '../codec/cid.ts'
import { MemoryHub } from '../exchange/testing/memory-network.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import { createMemorySettings } from '../store/memory-settings.ts'
import { createTestNode, type TestNode } from './testing/memory-network.ts'

const ARCHIVE = Uint8Array.from({ length: 200_000 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 13) & 255)
const KEY = 'quiet-datasets'

describe('after a crash, datasets of communities', () => {
  let hub: MemoryHub
  let disk: {
    readonly store: ReturnType<typeof createMemoryBlockStore>
    readonly settings: ReturnType<typeof createMemorySettings>
  }
  let owner: TestNode
  let cid: ManifestCid
  const nodes: TestNode[] = []

  const start = async (name: string, init: Parameters<typeof createTestNode>[2] = {}): Promise<TestNode> => {
    const test = await createTestNode(hub, name, init)
    nodes.push(test)
    await test.node.start()
    return test
  }
  const noted = async (): Promise<unknown> => JSON.parse(new TextDecoder().decode(await disk.settings.get(KEY)))
  const listed = async ({ node }: TestNode): Promise<string[]> =>
    (await node.list()).map(({ manifestCid }) => manifestCid.toString())

  beforeEach(async () => {
    hub = new MemoryHub()
    disk = { store: createMemoryBlockStore(), settings: createMemorySettings() }
    owner = await start('owner')
    cid = await owner.node.historyDatasets.publish(ARCHIVE)
  })
  afterEach(() => Promise.all(nodes.splice(0).map(({ node }) => node.stop())))

  it('that were noted and not stored yet are a person’s, where a person fetches one', async () => {
    const before = await start('before', disk)
    await before.node.historyDatasets.quiet.add(cid)
    hub.connect(owner.exchangeNode, before.exchangeNode)
    await before.node.fetch(cid)
    expect(await listed(before)).toEqual([cid.toString()])
  })

  it('that were noted and are not stored are forgotten at the next start', async () => {
    const before = await start('before', disk)
    await before.node.historyDatasets.quiet.add(cid)
    await before.node.stop()
    expect(await noted()).toEqual([cid.toString()])
    const again = await start('again', disk)
    expect(again.node.historyDatasets.quiet.has(cid)).toBe(false)
    expect(await noted()).toEqual([])
  })

  it('that came in part stay out of the files, and go on where they were', async () => {
    const before = await start('before', disk)
    const manifestBytes = (await owner.store.getManifest(cid)) ?? new Uint8Array()
    await before.node.historyDatasets.quiet.add(cid)
    await disk.store.addDataset({ manifestCid: cid, manifestBytes })
    await before.node.stop()
    const again = await start('again', disk)
    expect(await listed(again)).toEqual([])
    expect(await again.node.historyDatasets.isHeld(cid)).toBe(false)
    hub.connect(owner.exchangeNode, again.exchangeNode)
    await again.node.historyDatasets.fetch(cid, { maxBytes: 1_000_000 })
    expect(await again.node.historyDatasets.read(cid)).toEqual(ARCHIVE)
    expect(await listed(again)).toEqual([])
    expect(await again.node.historyDatasets.remove(cid)).toBe(true)
    expect(await noted()).toEqual([])
  })
})
