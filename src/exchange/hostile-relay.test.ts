/** A relay through which this node can be reached, and which breaks the rules as a peer. */
import { describe, expect, it } from 'vitest'
import { encodeManifestResponse } from '../codec/manifest-exchange.ts'
import { BLOCK_EXCHANGE_PROTOCOL, MANIFEST_PROTOCOL } from './limits.ts'
import { downloadFrom } from './testing/download-from.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'
import { holdsAll, makeDataset } from './testing/sample-dataset.ts'
import type { Script } from './testing/scripted-peer.ts'
import { startFetcher } from './testing/test-node.ts'

const dataset = await makeDataset(120)
const SILENT: Omit<Script, 'name' | 'dataset'> = { answer: () => 'silence' }

describe('a relay that claims blocks and gives none', () => {
  it('stays connected, and is asked for nothing more', async () => {
    const { clock, bad: relay, fetcher, cancel } = await downloadFrom(dataset, SILENT, { isRelay: true })
    await clock.advance(300_000)
    expect(fetcher.network.drops).toMatchObject([{ peer: 'bad', reason: expect.stringMatching(/not give them/) }])
    expect(fetcher.network.joinedPeers()).toEqual(['bad'])
    const { requests, controls } = relay
    const before = [requests.length, controls.length]
    await clock.advance(300_000)

    expect([requests.length, controls.length]).toEqual(before)
    expect(fetcher.network.drops).toHaveLength(1)
    expect(fetcher.exchange.report()).toMatchObject({ inFlightBytes: 0, peers: [{ dropReason: expect.any(String) }] })
    await cancel()
  })

  it('is neither heard nor served, and the rest comes from others', async () => {
    const {
      clock,
      bad: relay,
      fetcher,
      finished,
      connectHonest,
    } = await downloadFrom(dataset, SILENT, { isRelay: true })
    await clock.advance(300_000)
    for (const protocol of [BLOCK_EXCHANGE_PROTOCOL, MANIFEST_PROTOCOL]) {
      const stream = await relay.network.openStream(fetcher.network.peer, protocol)
      await clock.advance(0)
      expect(stream.status).toBe('reset')
    }

    await connectHonest()
    await clock.advanceUntil(finished)
    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
  })

  it('is a peer like others once its connection was made anew', async () => {
    const { clock, hub, bad: relay, fetcher, cancel } = await downloadFrom(dataset, SILENT, { isRelay: true })
    await clock.advance(300_000)
    const askedBefore = relay.controls.length
    hub.disconnect(fetcher.network, relay.network)
    hub.connect(fetcher.network, relay.network)
    await clock.advance(1_000)

    expect(relay.controls.length).toBeGreaterThan(askedBefore)
    await cancel()
  })
})

describe('a relay that gives wrong manifests', () => {
  it('is asked once', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const relay = hub.addNode('relay')
    let askedCount = 0
    await relay.handle(MANIFEST_PROTOCOL, (stream) => {
      askedCount += 1
      stream.send(encodeManifestResponse({ status: 'found', bytes: new Uint8Array(80) }))
    })
    const asker = await startFetcher(hub, { name: 'asker', dataset: await makeDataset(3), clock })
    asker.network.relays.add(relay.peer)
    hub.connect(asker.network, relay)
    const finished = asker.exchange.fetchManifest(dataset.manifestCid, { waitForPeersMs: 60_000 })
    await Promise.all([
      clock.advanceUntil(finished),
      expect(finished).rejects.toMatchObject({ code: 'ERR_MANIFEST_NOT_FOUND' }),
    ])

    expect(askedCount).toBe(1)
    expect(asker.network.joinedPeers()).toEqual(['relay'])
    expect(asker.network.drops).toMatchObject([{ peer: 'relay', reason: expect.stringMatching(/not the manifest/) }])
  })
})
