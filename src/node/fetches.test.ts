import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cidText } from '../codec/cid.ts'
import { MemoryHub } from '../exchange/testing/memory-network.ts'
import { makeDataset, type SampleDataset, storeWith } from '../exchange/testing/sample-dataset.ts'
import type { BlockStore } from '../store/block-store.ts'
import { createMemoryBlockStore } from '../store/memory-block-store.ts'
import { createMemorySettings } from '../store/memory-settings.ts'
import type { SettingsStore } from '../store/settings-store.ts'
import { FetchJournal, type FetchRecord } from './fetch-journal.ts'
import { createTestNode, type TestNode } from './testing/memory-network.ts'
import type { Transfer } from './transfer.ts'

const BLOCKS = 40
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('Fetches', () => {
  let hub: MemoryHub
  let dataset: SampleDataset
  let store: BlockStore
  let settings: SettingsStore
  const started: TestNode[] = []

  beforeEach(async () => {
    hub = new MemoryHub()
    dataset = await makeDataset(BLOCKS)
    store = createMemoryBlockStore()
    settings = createMemorySettings()
  })

  afterEach(async () => {
    await Promise.all(started.splice(0).map(({ node }) => node.stop()))
  })

  async function start(...[name, init]: [string, NonNullable<Parameters<typeof createTestNode>[2]>?]) {
    const test = await createTestNode(hub, name, init)
    await test.node.start()
    started.push(test)
    return test
  }

  /** The node whose restarts are told of: one store and one journal. */
  const startOwn = (name: string): Promise<TestNode> => start(name, { store, settings })

  /** A node that has some of the blocks and notes which it serves. */
  async function startHolder(name: string, indices: readonly number[] = upTo(BLOCKS)) {
    const held = await storeWith(dataset, indices)
    const served: number[] = []
    const getProvenBlocks = held.getProvenBlocks.bind(held)
    held.getProvenBlocks = (treeCid, asked, abort) => {
      served.push(...asked)
      return getProvenBlocks(treeCid, asked, abort)
    }
    return { ...(await start(name, { store: held })), served }
  }

  /** Ends a node as a crash does: it is told nothing and hears no more. */
  function crash({ exchangeNode }: TestNode): void {
    for (const peer of exchangeNode.joinedPeers()) {
      const remote = hub.node(peer)
      if (remote !== undefined) hub.disconnect(exchangeNode, remote)
    }
  }

  const remembered = (): Promise<FetchRecord[]> => {
    return new FetchJournal({ settings, log: () => undefined }).load()
  }

  const only = ({ node }: TestNode): Transfer => {
    const [transfer, ...others] = node.transfers.list()
    if (transfer === undefined || others.length > 0) throw new Error('there is not one transfer')
    return transfer
  }

  const haveCount = async (): Promise<number | undefined> => (await store.getDataset(dataset.manifestCid))?.haveCount

  /** Half of the dataset comes from a holder of that half; then there is nobody who has the rest. */
  async function fetchHalf(own: TestNode): Promise<void> {
    const half = await startHolder('half', upTo(20))
    hub.connect(half.exchangeNode, own.exchangeNode)
    own.node.fetch(dataset.manifestCid, { addresses: ['/memory/half'] }).catch(() => undefined)
    await vi.waitFor(async () => expect(await haveCount()).toBe(20))
    await vi.waitFor(async () => expect(await remembered()).toHaveLength(1))
    hub.disconnect(half.exchangeNode, own.exchangeNode)
  }

  it('go on by themselves after a crash, from other peers, and fetch no block twice', async () => {
    const first = await startOwn('own')
    await fetchHalf(first)
    crash(first)

    const whole = await startHolder('whole')
    const second = await startOwn('own-again')
    expect(only(second)).toMatchObject({ kind: 'fetch', cid: dataset.manifestCid })
    hub.connect(whole.exchangeNode, second.exchangeNode)

    await vi.waitFor(() => expect(only(second)).toMatchObject({ phase: { state: 'done' } }))
    expect(whole.served.toSorted((a, b) => a - b)).toEqual(upTo(BLOCKS).slice(20))
    expect(only(second).continuedFromBytes).toBe(20 * dataset.blockSizeBytes)
    await vi.waitFor(async () => expect(await remembered()).toEqual([]))
  })

  it('are listed once a restart would know them', async () => {
    const own = await startOwn('own')
    const set = vi.spyOn(settings, 'set')
    const { promise: written, resolve: write } = Promise.withResolvers<void>()
    set.mockImplementationOnce(() => written)
    own.node.fetch(dataset.manifestCid).catch(() => undefined)
    await vi.waitFor(() => expect(set).toHaveBeenCalled())
    expect(own.node.transfers.list()).toEqual([])
    write()
    await vi.waitFor(() => expect(only(own)).toMatchObject({ kind: 'fetch' }))
  })

  it('go on after a node that was stopped, and dial the holders of the link again', async () => {
    const first = await startOwn('own')
    await fetchHalf(first)
    await first.node.stop()
    expect(await remembered()).toMatchObject([{ addresses: ['/memory/half'], isPaused: false }])

    const second = await startOwn('own-again')
    await vi.waitFor(() => expect(second.network.connectedTo).toContainEqual(['/memory/half']))
  })

  it('dial the holders again when the network is back', async () => {
    const own = await startOwn('own')
    own.network.setReachability({ state: 'offline' })
    own.node.fetch(dataset.manifestCid, { addresses: ['/memory/later'] }).catch(() => undefined)
    await vi.waitFor(() => expect(own.network.connectedTo).toHaveLength(1))
    await startHolder('later')
    own.network.setReachability({ state: 'reachable', relays: 1 })
    await vi.waitFor(() => expect(only(own)).toMatchObject({ phase: { state: 'done' } }))
    expect(own.network.connectedTo).toHaveLength(2)
  })

  it('stay paused over a restart, say what is here, and go on when they are resumed', async () => {
    const first = await startOwn('own')
    await fetchHalf(first)
    first.node.transfers.pause(only(first).id)
    await vi.waitFor(async () => expect(await remembered()).toMatchObject([{ isPaused: true }]))
    crash(first)

    const whole = await startHolder('whole')
    const second = await startOwn('own-again')
    hub.connect(whole.exchangeNode, second.exchangeNode)
    await vi.waitFor(() => expect(only(second)).toMatchObject({ doneBytes: 20 * dataset.blockSizeBytes }))
    expect(only(second)).toMatchObject({ phase: { state: 'paused' }, isPausable: true })
    expect(whole.served).toEqual([])

    second.node.transfers.resume(only(second).id)
    await vi.waitFor(() => expect(only(second)).toMatchObject({ phase: { state: 'done' } }))
  })

  it('are said to be paused only once a restart would know it', async () => {
    const first = await startOwn('own')
    await fetchHalf(first)
    const write = Promise.withResolvers<void>()
    const set = settings.set.bind(settings)
    settings.set = async (key, value) => {
      await write.promise
      await set(key, value)
    }

    first.node.transfers.pause(only(first).id)
    await new Promise((resolve) => setImmediate(resolve))
    expect(only(first).phase.state).not.toBe('paused')
    write.resolve()

    await vi.waitFor(() => expect(only(first).phase.state).toBe('paused'))
    expect(await remembered()).toMatchObject([{ isPaused: true }])
  })

  it('ask for nothing while they are paused', async () => {
    const own = await startOwn('own')
    const fetching = own.node.fetch(dataset.manifestCid)
    await vi.waitFor(() => expect(only(own).phase.state).toBe('waiting'))
    own.node.transfers.pause(only(own).id)
    const whole = await startHolder('whole')
    hub.connect(whole.exchangeNode, own.exchangeNode)
    await vi.waitFor(() => expect(own.exchangeNode.joinedPeers()).toHaveLength(1))
    expect(only(own).phase).toEqual({ state: 'paused' })
    own.node.transfers.resume(only(own).id)
    expect(await fetching).toMatchObject({ haveCount: BLOCKS })
  })

  it('are resumed by whoever asks for the same dataset', async () => {
    const own = await startOwn('own')
    const first = own.node.fetch(dataset.manifestCid)
    await vi.waitFor(() => expect(own.node.transfers.list()).toHaveLength(1))
    own.node.transfers.pause(only(own).id)
    await startHolder('whole')
    const second = own.node.fetch(dataset.manifestCid, { addresses: ['/memory/whole'] })
    expect(await second).toEqual(await first)
    expect(own.node.transfers.list()).toHaveLength(1)
  })

  it('are over for the next start when they are stopped, or aborted by who asked', async () => {
    const own = await startOwn('own')
    const stopped = own.node.fetch(dataset.manifestCid).catch((error: unknown) => error)
    await vi.waitFor(async () => expect(await remembered()).toHaveLength(1))
    await own.node.transfers.cancel(only(own).id)
    expect(await stopped).toMatchObject({ name: 'AbortError' })
    await vi.waitFor(async () => expect(await remembered()).toEqual([]))

    const controller = new AbortController()
    const aborted = own.node.fetch(dataset.manifestCid, { signal: controller.signal }).catch(() => undefined)
    await vi.waitFor(async () => expect(await remembered()).toHaveLength(1))
    controller.abort()
    await aborted
    await vi.waitFor(async () => expect(await remembered()).toEqual([]))
  })

  it('are not taken up where everything is here already, or the record names no dataset', async () => {
    store = await storeWith(dataset)
    const journal = new FetchJournal({ settings, log: () => undefined })
    journal.put({ cid: cidText(dataset.manifestCid), addresses: [], isPaused: false, startedAtMs: 1 })
    journal.put({ cid: 'no CID', addresses: [], isPaused: false, startedAtMs: 2 })
    await journal.settled()
    const own = await startOwn('own')
    expect(own.node.transfers.list()).toEqual([])
    await vi.waitFor(async () => expect(await remembered()).toEqual([]))
  })

  it('do not call a dataset unknown while the device is offline', async () => {
    const own = await start('own', { store, settings, patience: { manifestMs: 0 } })
    own.network.setReachability({ state: 'offline' })
    const fetching = own.node.fetch(dataset.manifestCid, { addresses: ['/memory/whole'] })
    await vi.waitFor(() => expect(only(own).phase).toEqual({ state: 'waiting', reason: 'offline' }))
    await startHolder('whole')
    own.network.setReachability({ state: 'reachable', relays: 1 })
    expect(await fetching).toMatchObject({ haveCount: BLOCKS })
  })

  it('tell where the blocks are, live while something fetches them', async () => {
    const own = await startOwn('own')
    expect(await own.node.blockMap(dataset.manifestCid, 8)).toBeUndefined()
    await fetchHalf(own)
    const live = await own.node.blockMap(dataset.manifestCid, 8)
    expect(live).toMatchObject({ isLive: true, blockCount: BLOCKS, cellBlocks: 5 })
    expect([...(live?.counts.subarray(0, 4) ?? [])]).toEqual([5, 0, 0, 0])
    expect([...(live?.counts.subarray(28) ?? [])]).toEqual([0, 0, 0, 5])
    crash(own)
    const again = await start('again', { store })
    expect(await again.node.blockMap(dataset.manifestCid, 8)).toMatchObject({ isLive: false, blockCount: BLOCKS })
  })
})
