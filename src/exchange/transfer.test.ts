/** Transfers that are used again after a while, and by those who make mistakes. */
import { describe, expect, it } from 'vitest'
import type { BlockStore } from '../store/block-store.ts'
import { LINGER_MS, TICK_MS } from './limits.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'
import { holdsAll, makeDataset, storeWith } from './testing/sample-dataset.ts'
import { startHolder, startNode } from './testing/test-node.ts'

const dataset = await makeDataset(20)

describe('a transfer that nobody used for a while', () => {
  it('does not end under a download that is about to begin', async () => {
    const { clock, exchange, store, holdPresence, connect } = await fetcher()
    const cancelled = new AbortController()
    const first = exchange.download(dataset, { signal: cancelled.signal })
    await clock.advance(0)
    cancelled.abort(new Error('enough'))
    await expect(first).rejects.toThrow('enough')
    await clock.advance(LINGER_MS - TICK_MS)
    const release = holdPresence()
    const finished = exchange.download(dataset)
    await clock.advance(2 * TICK_MS)
    release()
    connect()
    await clock.advanceUntil(finished)
    await finished

    expect(await holdsAll(store, dataset)).toBe(true)
  })

  it('fetches again what it had read and was deleted since', async () => {
    const { clock, exchange, store, connect } = await fetcher()
    connect()
    await clock.advanceUntil(exchange.getBlock(dataset, 7))
    await clock.advance(TICK_MS)
    await store.deleteDataset(dataset.manifestCid)
    await store.addDataset(dataset)
    await clock.advanceUntil(exchange.download(dataset))

    expect(await holdsAll(store, dataset)).toBe(true)
  })
})

describe('a listener that fails', () => {
  it('ends its download with its error, and keeps nothing of the budget', async () => {
    const { clock, exchange, connect } = await fetcher()
    const onProgress = ({ haveCount }: { haveCount: number }): void => {
      if (haveCount > 0) throw new Error('broken')
    }
    const finished = exchange.download(dataset, { onProgress })
    connect()
    await Promise.all([clock.advanceUntil(finished), expect(finished).rejects.toThrow('broken')])
    await clock.advance(TICK_MS)

    expect(exchange.report().inFlightBytes).toBe(0)
  })
})

/** A node with nothing, beside a seeder once `connect` is called; `holdPresence` keeps its store from answering. */
async function fetcher() {
  const clock = new ManualClock()
  const hub = new MemoryHub()
  const seeder = await startHolder(hub, { name: 'seeder', dataset })
  const store = await storeWith(dataset, [])
  const presence: BlockStore['presence'] = store.presence.bind(store)
  let held = Promise.resolve()
  store.presence = async (treeCid) => {
    await held
    return presence(treeCid)
  }
  const { exchange, network } = await startNode(hub, { name: 'fetcher', store, clock })
  const holdPresence = (): (() => void) => {
    let release = (): void => undefined
    held = new Promise((resolve) => (release = resolve))
    return () => release()
  }
  return { clock, exchange, store, holdPresence, connect: () => hub.connect(network, seeder.network) }
}
