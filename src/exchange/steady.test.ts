import { describe, expect, it } from 'vitest'
import { QuireError } from '../errors.ts'
import type { BlockStore } from '../store/block-store.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'
import { holdsAll, isSame, makeDataset, storeWith } from './testing/sample-dataset.ts'
import { type Reply, ScriptedPeer } from './testing/scripted-peer.ts'
import { recordStates, startFetcher, startHolder, startNode } from './testing/test-node.ts'

const dataset = await makeDataset(400)

describe('peers that come and go', () => {
  it('uses a peer that joins in the middle', async () => {
    const hub = new MemoryHub()
    const first = await ScriptedPeer.start(hub, {
      name: 'first',
      dataset,
      // Only the first answer comes; then the other joins.
      answer: (honest): Reply => {
        if (first.requests.length === 1) return honest
        hub.connect(fetcher.network, late.network)
        return 'silence'
      },
    })
    const late = await startHolder(hub, { name: 'late', dataset })
    const clock = new ManualClock()
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, clock })
    hub.connect(fetcher.network, first.network)

    const finished = fetcher.exchange.download(dataset)
    await clock.advanceUntil(finished)
    await finished

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
    expect(late.exchange.report().peers[0]?.sentBlocks).toBeGreaterThan(200)
  })

  it('goes on with the same peer after it left and came back', async () => {
    const hub = new MemoryHub()
    const seeder = await startHolder(hub, { name: 'seeder', dataset })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    hub.connect(fetcher.network, seeder.network)
    let hasLeft = false
    const { states, onState } = recordStates()

    await fetcher.exchange.download(dataset, {
      onState,
      onProgress: ({ haveCount }) => {
        if (haveCount === 0 || hasLeft) return
        hasLeft = true
        hub.disconnect(fetcher.network, seeder.network)
        queueMicrotask(() => hub.connect(fetcher.network, seeder.network))
      },
    })

    expect(hasLeft).toBe(true)
    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
    expect(states.at(-1)).toBe('moving 1')
  })

  it('opens its stream again when it ended', async () => {
    const hub = new MemoryHub()
    const seeder = await startHolder(hub, { name: 'seeder', dataset })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    hub.connect(fetcher.network, seeder.network)
    await fetcher.exchange.getBlock(dataset, 0)
    const idle = fetcher.network.opened.at(-1)
    idle?.abort(new Error('idle for too long'))

    await fetcher.exchange.getBlock(dataset, 1)

    expect(fetcher.network.opened).toHaveLength(2)
  })
})

describe('waiting', () => {
  it('looks, then says that nobody is there, and goes on when somebody comes', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, clock })
    const { states, onState } = recordStates()

    const finished = fetcher.exchange.download(dataset, { onState })
    await clock.advance(60_000)
    expect(states).toEqual(['looking 0', 'waiting no-peer'])
    const seeder = await startHolder(hub, { name: 'seeder', dataset, clock })
    await seeder.network.provide(dataset.manifestCid)
    await clock.advanceUntil(finished)
    await finished

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
    expect(states.at(-1)).toBe('moving 1')
    // 2 s, 4 s, 8 s … apart.
    expect(fetcher.network.lookupCount).toBeGreaterThan(3)
    expect(fetcher.network.lookupCount).toBeLessThan(12)
  })

  it('says that those who are connected do not have it', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, clock })
    const empty = await startNode(hub, { name: 'empty', clock })
    hub.connect(fetcher.network, empty.network)
    const { states, onState } = recordStates()
    const stopping = new AbortController()

    const finished = fetcher.exchange.download(dataset, { onState, signal: stopping.signal })
    await clock.advance(10_000)
    stopping.abort(new Error('enough'))

    await expect(finished).rejects.toThrow('enough')
    expect(states).toEqual(['looking 1', 'waiting no-holder'])
  })

  it('gives up after the time that it was given, counted from the last time somebody had it', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const half = await startHolder(hub, {
      name: 'half',
      dataset,
      clock,
      indices: dataset.blocks.slice(0, 200).map((b) => b.index),
    })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, clock, giveUpAfterMs: 30_000 })
    hub.connect(fetcher.network, half.network)

    const finished = fetcher.exchange.download(dataset)
    const read = fetcher.exchange.getBlock(dataset, 399)
    const outcomes = Promise.allSettled([finished, read])
    const tookMs = await clock.advanceUntil(outcomes)

    await expect(finished).rejects.toMatchObject({ code: 'ERR_NO_PEER_HAS_IT' })
    await expect(read).rejects.toMatchObject({ code: 'ERR_NO_PEER_HAS_IT' })
    expect(tookMs).toBeGreaterThanOrEqual(30_000)
    expect((await fetcher.store.presence(dataset.treeCid))?.size).toBe(200)
  })
})

describe('cancelling', () => {
  it('rejects with the reason, keeps what is verified, and fetches the rest the next time', async () => {
    const hub = new MemoryHub()
    const seeder = await startHolder(hub, { name: 'seeder', dataset })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
    hub.connect(fetcher.network, seeder.network)
    const stopping = new AbortController()
    const finished = fetcher.exchange.download(dataset, {
      signal: stopping.signal,
      onProgress: ({ haveCount }) => {
        if (haveCount > 0) stopping.abort(new Error('cancelled'))
      },
    })
    await expect(finished).rejects.toThrow('cancelled')

    await fetcher.exchange.download(dataset)

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
    expect(seeder.exchange.report().peers[0]?.sentBlocks).toBe(400)
  })

  it('ends everything when the node stops, with what is verified written', async () => {
    const hub = new MemoryHub()
    const seeder = await startHolder(hub, { name: 'seeder', dataset })
    const clock = new ManualClock()
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, clock })
    hub.connect(fetcher.network, seeder.network)
    const finished = fetcher.exchange.download(dataset)
    const read = fetcher.exchange.getBlock(dataset, 399)
    const outcomes = Promise.allSettled([finished, read])
    await read

    await fetcher.exchange.stop()

    expect(await outcomes).toMatchObject([{ reason: { code: 'ERR_NODE_STOPPED' } }, { status: 'fulfilled' }])
    expect((await fetcher.store.presence(dataset.treeCid))?.has(399)).toBe(true)
    expect(fetcher.exchange.report().inFlightBytes).toBe(0)
    expect(clock.timerCount).toBe(0)
  })

  it('forgets a transfer that nobody has used for a while', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, clock })
    const stopping = new AbortController()
    const finished = fetcher.exchange.download(dataset, { signal: stopping.signal })
    await clock.advance(1000)
    stopping.abort(new Error('cancelled'))
    await expect(finished).rejects.toThrow('cancelled')

    await clock.advance(20_000)

    expect(clock.timerCount).toBe(0)
  })
})

describe('a reader beside bulk', () => {
  it('gets its block next, and nobody fetches it again', async () => {
    const hub = new MemoryHub()
    const large = await makeDataset(4000)
    const seeder = await startHolder(hub, { name: 'seeder', dataset: large })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset: large })
    hub.connect(fetcher.network, seeder.network)
    let bytes: Uint8Array | undefined
    let haveWhenRead = 0
    let reading: Promise<void> | undefined

    await fetcher.exchange.download(large, {
      onProgress: ({ haveCount }) => {
        if (haveCount === 0 || reading !== undefined) return
        reading = fetcher.exchange.getBlock(large, 3999).then(async (block) => {
          bytes = block
          haveWhenRead = (await fetcher.store.presence(large.treeCid))?.size ?? 0
        })
      },
    })
    await reading

    expect(isSame(bytes ?? new Uint8Array(), large.blocks[3999]?.bytes)).toBe(true)
    expect(haveWhenRead).toBeLessThan(3000)
    expect(seeder.exchange.report().peers[0]?.sentBlocks).toBe(4000)
  })
})

describe('bounds', () => {
  it('never has more on the way than its budget, however slow the store', async () => {
    const hub = new MemoryHub()
    const large = await makeDataset(1000)
    const seeders = [
      await startHolder(hub, { name: 'first', dataset: large }),
      await startHolder(hub, { name: 'second', dataset: large }),
    ]
    const store = slowStore(await storeWith(large, []))
    const budgetBytes = 512 * 1024
    const fetcher = await startNode(hub, { name: 'fetcher', store, budgetBytes })
    for (const seeder of seeders) hub.connect(fetcher.network, seeder.network)

    await fetcher.exchange.download(large)

    const { inFlightHighWaterBytes, inFlightBytes } = fetcher.exchange.report()
    expect(await holdsAll(store, large)).toBe(true)
    expect(inFlightHighWaterBytes).toBeGreaterThan(128 * 1024)
    expect(inFlightHighWaterBytes).toBeLessThanOrEqual(budgetBytes)
    expect(inFlightBytes).toBe(0)
  })

  it('fails with the store’s error when it is full, and gives its budget back', async () => {
    const hub = new MemoryHub()
    const seeder = await startHolder(hub, { name: 'seeder', dataset })
    const full = new QuireError('ERR_STORE_FULL', 'There is no room.')
    const store = replacePut(await storeWith(dataset, []), () => Promise.reject(full))
    const fetcher = await startNode(hub, { name: 'fetcher', store })
    hub.connect(fetcher.network, seeder.network)
    const stopping = new AbortController()

    const read = fetcher.exchange.getBlock(dataset, 399, { signal: stopping.signal })
    await expect(fetcher.exchange.download(dataset)).rejects.toBe(full)
    stopping.abort(new Error('enough'))
    await Promise.allSettled([read])

    await expect.poll(() => fetcher.exchange.report().inFlightBytes).toBe(0)
    expect(seeder.network.joinedPeers()).toEqual(['fetcher'])
  })
})

/** A store with another `putBlocks`. */
function replacePut(inner: BlockStore, putBlocks: BlockStore['putBlocks']): BlockStore {
  return new Proxy(inner, {
    get(target, property) {
      if (property === 'putBlocks') return putBlocks
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** A store whose writes take a turn of the event loop for each block. */
function slowStore(inner: BlockStore): BlockStore {
  return replacePut(inner, async (treeCid, blocks) => {
    for (let turn = 0; turn < blocks.length; turn++) await new Promise((resolve) => setImmediate(resolve))
    await inner.putBlocks(treeCid, blocks)
  })
}
