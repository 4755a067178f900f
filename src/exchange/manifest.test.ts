import { describe, expect, it } from 'vitest'
import { encodeManifestRequest, encodeManifestResponse } from '../codec/manifest-exchange.ts'
import { MANIFEST_PROTOCOL, MANIFEST_REQUEST_BURST } from './limits.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub, type MemoryNode } from './testing/memory-network.ts'
import { isSame, makeDataset } from './testing/sample-dataset.ts'
import { recordStates, startHolder, startNode } from './testing/test-node.ts'

const dataset = await makeDataset(3)

/** A node that answers every manifest request with the same bytes, or never. */
async function startAnswering(hub: MemoryHub, name: string, bytes: Uint8Array | undefined): Promise<MemoryNode> {
  const node = hub.addNode(name)
  await node.handle(MANIFEST_PROTOCOL, (stream) => {
    if (bytes !== undefined) stream.send(bytes)
  })
  return node
}

const MORE_BYTES = 1_048_576
const WRONG = encodeManifestResponse({ status: 'found', bytes: new Uint8Array([1, 2, 3]) })

describe('fetching a manifest', () => {
  it('takes it from a peer that is connected', async () => {
    const hub = new MemoryHub()
    const holder = await startHolder(hub, { name: 'holder', dataset })
    const asker = await startNode(hub, { name: 'asker' })
    hub.connect(holder.network, asker.network)

    const bytes = await asker.exchange.fetchManifest(dataset.manifestCid)

    expect(isSame(bytes, dataset.manifestBytes)).toBe(true)
  })

  it('takes it from the store where it is there', async () => {
    const hub = new MemoryHub()
    const holder = await startHolder(hub, { name: 'holder', dataset })

    const bytes = await holder.exchange.fetchManifest(dataset.manifestCid)

    expect(isSame(bytes, dataset.manifestBytes)).toBe(true)
    expect(holder.network.lookupCount).toBe(0)
  })

  it('takes it from a peer that a lookup finds', async () => {
    const hub = new MemoryHub()
    const holder = await startHolder(hub, { name: 'holder', dataset })
    const asker = await startNode(hub, { name: 'asker' })
    await holder.network.provide(dataset.manifestCid)

    const bytes = await asker.exchange.fetchManifest(dataset.manifestCid, { peers: [holder.network.peer] })

    expect(isSame(bytes, dataset.manifestBytes)).toBe(true)
  })

  it('asks nobody for one that it found a moment ago', async () => {
    const hub = new MemoryHub()
    const holder = await startHolder(hub, { name: 'holder', dataset })
    const asker = await startNode(hub, { name: 'asker' })
    hub.connect(holder.network, asker.network)
    await asker.exchange.fetchManifest(dataset.manifestCid)
    hub.disconnect(holder.network, asker.network)

    const bytes = await asker.exchange.fetchManifest(dataset.manifestCid)

    expect(isSame(bytes, dataset.manifestBytes)).toBe(true)
  })

  it('says that nobody has it when all were asked and the lookup ended', async () => {
    const hub = new MemoryHub()
    const asker = await startNode(hub, { name: 'asker' })
    const others = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => startNode(hub, { name })))
    for (const other of others) hub.connect(asker.network, other.network)
    const { states, onState } = recordStates()

    await expect(asker.exchange.fetchManifest(dataset.manifestCid, { onState })).rejects.toMatchObject({
      code: 'ERR_MANIFEST_NOT_FOUND',
      details: { askedPeers: 6 },
    })
    expect(states).toEqual(Array.from({ length: 7 }, (_, asked) => `looking ${asked}`))
  })

  it('asks nobody any more once it has it', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const asker = await startNode(hub, { name: 'asker', clock })
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      hub.connect(asker.network, (await startHolder(hub, { name, dataset })).network)
    }
    const { states, onState } = recordStates()
    await asker.exchange.fetchManifest(dataset.manifestCid, { onState })
    await clock.advance(1_000)

    expect(states).toEqual(['looking 0', 'looking 1', 'looking 2', 'looking 3', 'looking 4'])
    expect(asker.network.opened).toHaveLength(4)
    expect(clock.timerCount).toBe(0)
  })

  it('drops a peer that gives other bytes and takes it from another', async () => {
    const hub = new MemoryHub()
    const liar = await startAnswering(hub, 'liar', WRONG)
    const asker = await startNode(hub, { name: 'asker' })
    hub.connect(asker.network, liar)
    const holder = await startHolder(hub, { name: 'holder', dataset })
    const finished = asker.exchange.fetchManifest(dataset.manifestCid, { waitForPeersMs: 60_000 })
    await expect.poll(() => asker.network.drops).toMatchObject([{ peer: 'liar' }])

    hub.connect(asker.network, holder.network)

    expect(isSame(await finished, dataset.manifestBytes)).toBe(true)
    expect(asker.exchange.report().peers.find((peer) => peer.peer === 'liar')?.dropReason).toMatch(/not the manifest/)
  })

  it('drops a peer whose answer is too large', async () => {
    const hub = new MemoryHub()
    const liar = await startAnswering(hub, 'liar', new Uint8Array([2, 0, 1, 0, 0]))
    const asker = await startNode(hub, { name: 'asker' })
    hub.connect(asker.network, liar)

    await expect(asker.exchange.fetchManifest(dataset.manifestCid)).rejects.toMatchObject({
      code: 'ERR_MANIFEST_NOT_FOUND',
    })
    expect(asker.network.drops).toMatchObject([{ peer: 'liar' }])
  })

  it('keeps nothing of what a peer sends after its answer', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const asker = await startNode(hub, { name: 'asker', clock })
    const endless = await startAnswering(hub, 'endless', encodeManifestResponse({ status: 'not-found' }))
    hub.connect(asker.network, endless)
    await expect(asker.exchange.fetchManifest(dataset.manifestCid)).rejects.toMatchObject({
      code: 'ERR_MANIFEST_NOT_FOUND',
    })

    endless.accepted[0]?.send(new Uint8Array(MORE_BYTES))
    await clock.advance(0)

    expect(asker.network.opened[0]?.readBufferLength).toBe(0)
  })

  it('passes a silent peer by and asks no more than four at a time', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const asker = await startNode(hub, { name: 'asker', clock })
    for (const name of ['a', 'b', 'c', 'd']) hub.connect(asker.network, await startAnswering(hub, name, undefined))
    const holder = await startHolder(hub, { name: 'holder', dataset })
    hub.connect(asker.network, holder.network)

    const finished = asker.exchange.fetchManifest(dataset.manifestCid)
    await clock.advance(1000)
    expect(asker.network.opened).toHaveLength(4)
    await clock.advanceUntil(finished)

    expect(isSame(await finished, dataset.manifestBytes)).toBe(true)
  })

  it('waits for somebody who has it, says so, and asks who joins at once', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const asker = await startNode(hub, { name: 'asker', clock })
    const holder = await startHolder(hub, { name: 'holder', dataset })
    const { states, onState } = recordStates()

    const finished = asker.exchange.fetchManifest(dataset.manifestCid, {
      waitForPeersMs: Number.POSITIVE_INFINITY,
      onState,
    })
    await clock.advance(10_000)
    expect(states.slice(0, 2)).toEqual(['looking 0', 'waiting no-peer'])
    hub.connect(asker.network, holder.network)

    expect(isSame(await finished, dataset.manifestBytes)).toBe(true)
  })

  it('stops with the signal’s reason and leaves nothing running', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const asker = await startNode(hub, { name: 'asker', clock })
    hub.connect(asker.network, await startAnswering(hub, 'silent', undefined))
    const stopping = new AbortController()
    const finished = asker.exchange.fetchManifest(dataset.manifestCid, { signal: stopping.signal })
    await clock.advance(100)

    stopping.abort(new Error('enough'))

    await expect(finished).rejects.toThrow('enough')
    await clock.advance(0)
    expect(clock.timerCount).toBe(0)
    expect(asker.network.opened[0]?.status).toBe('aborted')
  })

  it('ends with the node, and fails at once after it', async () => {
    const clock = new ManualClock()
    const asker = await startNode(new MemoryHub(), { name: 'asker', clock })
    const waiting = asker.exchange.fetchManifest(dataset.manifestCid, { waitForPeersMs: Number.POSITIVE_INFINITY })
    await clock.advance(1_000)

    await Promise.all([asker.exchange.stop(), expect(waiting).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })])
    expect(clock.timerCount).toBe(0)
    await expect(asker.exchange.fetchManifest(dataset.manifestCid)).rejects.toMatchObject({ code: 'ERR_NODE_STOPPED' })
  })
})

describe('serving manifests', () => {
  it('refuses a fifth request of one peer at the same time, and takes more when those have ended', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const holder = await startHolder(hub, { name: 'holder', dataset, clock })
    const greedy = hub.addNode('greedy')
    hub.connect(holder.network, greedy)
    const open = () => greedy.openStream(holder.network.peer, MANIFEST_PROTOCOL)
    const streams = await Promise.all([open(), open(), open(), open(), open()])
    await clock.advance(100)
    expect(streams.map((stream) => stream.status)).toEqual(['open', 'open', 'open', 'open', 'reset'])

    // Those that sent nothing are given up.
    await clock.advance(10_000)
    expect(streams.map((stream) => stream.status)).toEqual(Array.from({ length: 5 }, () => 'reset'))
    const next = await open()
    await clock.advance(100)
    expect(next.status).toBe('open')
  })

  it('keeps nothing of what a peer sends after its request', async () => {
    const { clock, holder, asker } = await connected()
    const stream = await asker.openStream(holder.network.peer, MANIFEST_PROTOCOL)
    stream.send(encodeManifestRequest(dataset.manifestCid))
    await clock.advance(0)
    stream.send(new Uint8Array(MORE_BYTES))
    await clock.advance(0)

    expect(stream.remoteWriteStatus).toBe('closed')
    expect(holder.network.accepted[0]?.readBufferLength).toBe(0)
  })

  it('drops a peer that asks without end, and ends its streams', async () => {
    const { clock, holder, asker } = await connected()
    const open = () => asker.openStream(holder.network.peer, MANIFEST_PROTOCOL)
    const first = await open()
    for (let count = 1; count < MANIFEST_REQUEST_BURST - 1; count++) await open()
    expect(holder.network.drops).toEqual([])
    await open()
    await clock.advance(0)

    expect(holder.network.drops).toMatchObject([{ peer: 'asker', reason: expect.stringMatching(/manifests/) }])
    expect(holder.exchange.report().peers).toMatchObject([{ isConnected: false, dropReason: expect.any(String) }])
    expect(first.status).toBe('aborted')
    expect(clock.timerCount).toBe(0)
  })

  it('bears with a peer that asks for a hundred, again and again', async () => {
    const { clock, holder, asker } = await connected()
    for (let round = 0; round < 20; round++) {
      for (let link = 0; link < 90; link++) {
        const stream = await asker.openStream(holder.network.peer, MANIFEST_PROTOCOL)
        stream.abort(new Error('enough'))
      }
      await clock.advance(3_000)
    }
    expect(holder.network.drops).toEqual([])
  })

  async function connected() {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const holder = await startHolder(hub, { name: 'holder', dataset, clock })
    const asker = hub.addNode('asker')
    hub.connect(holder.network, asker)
    return { clock, holder, asker }
  }
})
