import { describe, expect, it } from 'vitest'
import type { TreeCid } from '../codec/cid.ts'
import { makeDataset, storeWith } from '../exchange/testing/sample-dataset.ts'
import { LocalFirstSource, noPeers, type PeerSource } from './local-first-source.ts'

/** Peers that give a block of one byte, its index. */
function peers(missing: readonly number[] = []) {
  const asked: number[] = []
  const getBlock = async (_treeCid: TreeCid, index: number): Promise<Uint8Array> => {
    asked.push(index)
    return Uint8Array.of(index)
  }
  return { asked, getBlock, isMissing: (index: number) => missing.includes(index) }
}

/** Peers that count every block as missing and never answer. */
function silentPeers(): PeerSource & { readonly signals: (AbortSignal | undefined)[] } {
  const signals: (AbortSignal | undefined)[] = []
  const getBlock: PeerSource['getBlock'] = (_treeCid, _index, { signal } = {}) => {
    signals.push(signal)
    return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
  }
  return { signals, getBlock, isMissing: () => true }
}

describe('LocalFirstSource', () => {
  it('reads from the store what is there, and asks peers for the rest alone', async () => {
    const dataset = await makeDataset(6)
    const store = await storeWith(dataset, [0, 2, 4])
    const swarm = peers()
    const source = new LocalFirstSource({ store, peers: swarm })
    const blocks = await Promise.all([0, 1, 2, 3, 4].map((index) => source.getBlock(dataset.treeCid, index)))
    expect(swarm.asked).toEqual([1, 3])
    expect(blocks[3]).toEqual(Uint8Array.of(3))
    expect(Buffer.compare(blocks[4] ?? new Uint8Array(), dataset.blocks[4]?.bytes ?? new Uint8Array())).toBe(0)
  })

  it('reads blocks that are asked for together in one go', async () => {
    const dataset = await makeDataset(6)
    const store = await storeWith(dataset)
    const reads: (readonly number[])[] = []
    const getBlocks: typeof store.getBlocks = (treeCid, indices) => {
      reads.push(indices)
      return store.getBlocks(treeCid, indices)
    }
    const source = new LocalFirstSource({ store: { getBlocks }, peers: noPeers })
    await Promise.all([5, 1, 1, 3].map((index) => source.getBlock(dataset.treeCid, index)))
    await source.getBlock(dataset.treeCid, 0)
    expect(reads).toEqual([[5, 1, 3], [0]])
  })

  it('tells every reader when the store fails', async () => {
    const failure = new Error('disk')
    const source = new LocalFirstSource({ store: { getBlocks: () => Promise.reject(failure) }, peers: noPeers })
    const { treeCid } = await makeDataset(1)
    const reads = [source.getBlock(treeCid, 0), source.getBlock(treeCid, 1)]
    for (const read of reads) await expect(read).rejects.toBe(failure)
  })

  it('rejects with the signal’s reason and asks no peer after an abort', async () => {
    const dataset = await makeDataset(2)
    const swarm = peers()
    const source = new LocalFirstSource({ store: await storeWith(dataset, []), peers: swarm })
    const controller = new AbortController()
    const reading = source.getBlock(dataset.treeCid, 1, { signal: controller.signal })
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(reading).rejects.toBe(reason)
    expect(swarm.asked).toEqual([])
  })

  it('asks peers beside the store where they know that the block is missing', async () => {
    const { treeCid } = await makeDataset(2)
    const never = (): Promise<never> => new Promise(() => undefined)
    const source = new LocalFirstSource({ store: { getBlocks: never }, peers: peers([1]) })
    expect(await source.getBlock(treeCid, 1)).toEqual(Uint8Array.of(1))
  })

  it('takes a block from the store that peers still count as missing, and lets go of them', async () => {
    const dataset = await makeDataset(2)
    const swarm = silentPeers()
    const source = new LocalFirstSource({ store: await storeWith(dataset), peers: swarm })
    const bytes = await source.getBlock(dataset.treeCid, 1)
    expect(Buffer.compare(bytes, dataset.blocks[1]?.bytes ?? new Uint8Array())).toBe(0)
    expect(swarm.signals[0]?.aborted).toBe(true)
  })

  it('lets go of peers, too, where the store fails', async () => {
    const failure = new Error('disk')
    const swarm = silentPeers()
    const source = new LocalFirstSource({ store: { getBlocks: () => Promise.reject(failure) }, peers: swarm })
    await expect(source.getBlock((await makeDataset(1)).treeCid, 0)).rejects.toBe(failure)
    expect(swarm.signals[0]?.aborted).toBe(true)
  })

  it('names the block that is missing where only this device counts', async () => {
    const dataset = await makeDataset(2)
    const source = new LocalFirstSource({ store: await storeWith(dataset, [0]), peers: noPeers })
    const reading = source.getBlock(dataset.treeCid, 1)
    await expect(reading).rejects.toMatchObject({ code: 'ERR_BLOCK_NOT_FOUND', details: { index: 1 } })
  })
})
