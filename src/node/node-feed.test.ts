import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QuireError } from '../errors.ts'
import { MemoryHub } from '../exchange/testing/memory-network.ts'
import { makeDataset, storeWith } from '../exchange/testing/sample-dataset.ts'
import type { DatasetEntry } from '../store/block-store.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import type { QuireNode } from './quire-node.ts'
import { createTestNode, type TestNode } from './testing/memory-network.ts'

const BLOCKS = 40

describe('what a watcher is told of datasets', () => {
  const started: TestNode[] = []

  // Nothing here may have to wait for what is told again from time to time.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval'] }))

  afterEach(async () => {
    vi.useRealTimers()
    await Promise.all(started.splice(0).map(({ node }) => node.stop()))
  })

  async function startPair(heldCount: number) {
    const dataset = await makeDataset(BLOCKS)
    const hub = new MemoryHub()
    const held = Array.from({ length: heldCount }, (_, index) => index)
    const holder = await createTestNode(hub, 'holder', { store: await storeWith(dataset, held) })
    const store = createMemoryBlockStore()
    const own = await createTestNode(hub, 'own', { store })
    for (const test of [holder, own]) {
      await test.node.start()
      started.push(test)
    }
    hub.connect(holder.exchangeNode, own.exchangeNode)
    return { dataset, store, node: own.node }
  }

  /** Resolves when the node tells of a dataset of which it has so many blocks. */
  function toldOf(node: QuireNode, haveCount: number): Promise<DatasetEntry> {
    return new Promise((resolve) => {
      const unsubscribe = node.watch((change) => {
        const found = change.type === 'datasets' && change.datasets.find((entry) => entry.haveCount === haveCount)
        if (!found) return
        unsubscribe()
        resolve(found)
      })
    })
  }

  it('is there from the beginning of a fetch, before a block has come', async () => {
    const { dataset, node } = await startPair(0)
    const told = toldOf(node, 0)
    node.fetch(dataset.manifestCid).catch(() => undefined)
    expect(await told).toMatchObject({ manifestCid: dataset.manifestCid, blockCount: BLOCKS })
  })

  it('counts what was stored by a fetch that failed soon after it began', async () => {
    const { dataset, node, store } = await startPair(BLOCKS)
    const putBlocks = store.putBlocks.bind(store)
    let freeCount = 7
    store.putBlocks = async (treeCid, blocks, options) => {
      if (blocks.length > freeCount) throw new QuireError('ERR_STORE_FULL', 'Full.')
      freeCount -= blocks.length
      await putBlocks(treeCid, blocks, options)
    }
    const told = toldOf(node, 7)
    await expect(node.fetch(dataset.manifestCid)).rejects.toMatchObject({ code: 'ERR_STORE_FULL' })
    expect(await told).toMatchObject({ manifestCid: dataset.manifestCid, blockCount: BLOCKS })
  })
})
