import { describe, expect, it } from 'vitest'
import { encodeFrame, WANT_BLOCKS_RESPONSE } from '../codec/frame.ts'
import { encodeWantBlocksResponse, type WantBlocksResponse } from '../codec/want-blocks.ts'
import { downloadBeside } from './testing/download-beside.ts'
import { downloadFrom } from './testing/download-from.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'
import { holdsAll, makeDataset } from './testing/sample-dataset.ts'
import { indicesOf, type Reply, type Script, ScriptedPeer } from './testing/scripted-peer.ts'
import { startFetcher, startHolder } from './testing/test-node.ts'

const dataset = await makeDataset(120)

describe('a peer that does not keep its word', () => {
  it('is passed over when it claims everything and has nothing', async () => {
    const { bad, report, isWhole } = await downloadBeside(dataset, { answer: (honest) => ({ ...honest, blocks: [] }) })

    expect(isWhole).toBe(true)
    expect(report).toMatchObject({ receivedBlocks: 0, isConnected: true })
    expect(bad.requests.length).toBeLessThan(8)
  })

  it('is not asked again and again while it is the only one', async () => {
    const large = await makeDataset(2000)
    const answer = (honest: WantBlocksResponse): Reply => ({ ...honest, blocks: [] })
    const { clock, bad, cancel } = await downloadFrom(large, { answer })

    await clock.advance(1900)
    expect(bad.requests.length).toBeLessThanOrEqual(4)
    await clock.advance(60_000)
    expect(bad.requests.length).toBeLessThan(20)
    await cancel()
  })

  it('is asked once for each block that it leaves out, until it says again that it has it', async () => {
    const answer = (honest: WantBlocksResponse): Reply => ({
      ...honest,
      blocks: honest.blocks.filter((block) => block.index % 2n === 0n),
    })
    const { clock, bad, cancel } = await downloadFrom(dataset, { answer })

    await clock.advance(2500)
    const asked = bad.requests.flatMap((request) => indicesOf(request.ranges))
    expect(asked.toSorted((a, b) => a - b)).toEqual(dataset.blocks.map((block) => block.index))
    await cancel()
  })

  it('is asked only for what it really has when it leaves out every other block', async () => {
    const { isWhole, report } = await downloadBeside(dataset, {
      answer: (honest) => ({ ...honest, blocks: honest.blocks.filter((block) => block.index % 2n === 0n) }),
    })

    expect(isWhole).toBe(true)
    expect(report?.receivedBlocks).toBeGreaterThan(0)
    expect(report?.failures).toBe(0)
  })

  it('loses its blocks to others when it never answers', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const honest = await startHolder(hub, { name: 'honest', dataset })
    const silent = await ScriptedPeer.start(hub, { name: 'silent', dataset, answer: () => 'silence' })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, clock })
    hub.connect(fetcher.network, silent.network)
    hub.connect(fetcher.network, honest.network)

    const finished = fetcher.exchange.download(dataset)
    const tookMs = await clock.advanceUntil(finished)
    await finished

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
    // Long before the time limit of its requests.
    expect(tookMs).toBeLessThan(3_000)
    const report = fetcher.exchange.report().peers.find((peer) => peer.peer === 'silent')
    expect(report).toMatchObject({ requests: silent.requests.length, receivedBlocks: 0 })
  })

  it('may answer too late without harm', async () => {
    const late: (() => void)[] = []
    const { clock, fetcher, finished } = await downloadFrom(dataset, {
      answer: (honest, request, peer) => {
        late.push(() => peer.answerLate(honest, request))
        return late.length > 2 ? honest : 'silence'
      },
    })
    await clock.advance(16_000)
    for (const answer of late.slice(0, 2)) answer()
    await clock.advanceUntil(finished)
    await finished

    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
    expect(fetcher.network.drops).toEqual([])
    expect(fetcher.exchange.report().peers[0]).toMatchObject({ timeouts: 2, lateAnswers: 2, receivedBlocks: 120 })
  })

  const leaving: [string, NonNullable<Script['answer']>][] = [
    ['between two answers', (honest, _request, peer) => (peer.requests.length < 2 ? honest : 'silence')],
    [
      'in the middle of a frame',
      (honest) => encodeFrame(WANT_BLOCKS_RESPONSE, encodeWantBlocksResponse(honest)).subarray(0, 5000),
    ],
  ]
  it.each(leaving)(
    'loses its blocks to others at once when it goes %s, and is welcome again',
    async (_when, answer) => {
      const { hub, bad, fetcher, finished, connectHonest } = await downloadFrom(dataset, { answer })
      await expect.poll(() => bad.requests.length).toBeGreaterThan(1)
      hub.disconnect(fetcher.network, bad.network)
      await connectHonest()
      await finished

      expect(await holdsAll(fetcher.store, dataset)).toBe(true)
      expect(fetcher.network.drops).toEqual([])
      expect(fetcher.exchange.report()).toMatchObject({ inFlightBytes: 0 })
    },
  )

  it('may claim blocks beyond the end without effect', async () => {
    const { isWhole } = await downloadBeside(dataset, {
      claim: (presence) => ({
        ...presence,
        ranges: [
          { start: 100n, count: 2n ** 63n },
          { start: 2n ** 62n, count: 5n },
        ],
      }),
    })

    expect(isWhole).toBe(true)
  })
})
