/** Peers that lie about what they have, and peers that send what nobody asked for. */
import { describe, expect, it } from 'vitest'
import { CONTROL, encodeFrame, WANT_BLOCKS_RESPONSE } from '../codec/frame.ts'
import { encodeMessage } from '../codec/message.ts'
import { encodeWantBlocksResponse, type WantBlocksResponse } from '../codec/want-blocks.ts'
import { MAX_UNASKED_ANSWERS } from './limits.ts'
import { downloadBeside } from './testing/download-beside.ts'
import { downloadFrom } from './testing/download-from.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'
import { holdsAll, makeDataset } from './testing/sample-dataset.ts'
import { deliveredBlock, type Script, ScriptedPeer } from './testing/scripted-peer.ts'
import { startFetcher, startHolder } from './testing/test-node.ts'

const dataset = await makeDataset(120)
const NO_BLOCKS = /says that it has blocks, and does not give them/

describe('a peer that says it has everything', () => {
  const cases: [string, NonNullable<Script['answer']>][] = [
    ['answers without a block', (honest) => ({ ...honest, blocks: [] })],
    ['answers nothing', () => 'silence'],
  ]
  it.each(cases)('is dropped when it %s for minutes, also where it is the only one', async (_title, answer) => {
    const { clock, bad, fetcher, finished, connectHonest } = await downloadFrom(dataset, { answer })

    await clock.advance(30_000)
    expect(fetcher.network.drops).toEqual([])
    await clock.advance(270_000)
    expect(fetcher.network.drops).toMatchObject([{ peer: 'bad', reason: expect.stringMatching(NO_BLOCKS) }])
    expect(bad.requests.length).toBeLessThan(30)
    expect(fetcher.exchange.report()).toMatchObject({
      inFlightBytes: 0,
      peers: [{ isConnected: false, dropReason: expect.stringMatching(NO_BLOCKS) }],
    })

    // The download goes on as soon as somebody has what was claimed.
    await connectHonest()
    await clock.advanceUntil(finished)
    await finished
    expect(await holdsAll(fetcher.store, dataset)).toBe(true)
  })

  it('is kept when it gives one block between its silences', async () => {
    const answer: Script['answer'] = (honest, _request, peer) =>
      peer.requests.length % 4 === 0 ? { ...honest, blocks: honest.blocks.slice(0, 1) } : 'silence'
    const { clock, bad, fetcher, cancel } = await downloadFrom(dataset, { answer })

    await clock.advance(600_000)
    expect(fetcher.network.drops).toEqual([])
    expect(bad.requests.length).toBeGreaterThan(20)
    await cancel()
  })
})

describe('a peer that sends what nobody asked for', () => {
  const twice: Script['answer'] = (honest) => frames([honest, honest])

  it('is dropped when it answers every request twice, and its right answers count', async () => {
    const clock = new ManualClock()
    const hub = new MemoryHub()
    const bad = await ScriptedPeer.start(hub, { name: 'bad', dataset, answer: twice })
    const honest = await startHolder(hub, { name: 'honest', dataset })
    const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, clock })
    hub.connect(fetcher.network, bad.network)
    const reading = async (): Promise<void> => {
      // One request for each block, so that there are more second answers than are overlooked.
      for (let index = 0; index < 20; index++) await fetcher.exchange.getBlock(dataset, index)
    }
    const finished = reading()
    await clock.advanceUntil(() => fetcher.network.drops.length > 0)
    hub.connect(fetcher.network, honest.network)
    await clock.advanceUntil(finished)
    await finished

    expect(fetcher.network.drops).toMatchObject([{ peer: 'bad', reason: expect.stringMatching(/nobody asked/) }])
    const report = fetcher.exchange.report().peers.find(({ peer }) => peer === 'bad')
    expect(report).toMatchObject({ receivedBlocks: MAX_UNASKED_ANSWERS + 1, lateAnswers: MAX_UNASKED_ANSWERS + 1 })
  })

  it('is dropped when it claims nothing, is asked for nothing, and answers all the same', async () => {
    const { bad, fetcher, isWhole } = await downloadBeside(dataset, { claim: () => undefined })
    expect(isWhole).toBe(true)
    expect(bad.requests).toEqual([])

    const blocks = dataset.blocks.slice(0, 1).flatMap(({ index }) => deliveredBlock(dataset, index) ?? [])
    const answers = Array.from({ length: MAX_UNASKED_ANSWERS + 1 }, (_, i) => ({
      requestId: BigInt(i),
      treeCid: dataset.treeCid,
      blocks,
    }))
    bad.push(frames(answers))

    await expect
      .poll(() => fetcher.network.drops)
      .toMatchObject([{ peer: 'bad', reason: expect.stringMatching(/nobody asked/) }])
    expect(fetcher.exchange.report().peers.find(({ peer }) => peer === 'bad')).toMatchObject({ receivedBlocks: 0 })
  })

  it('may repeat old news of what it has without effect', async () => {
    const { fetcher, bad, isWhole } = await downloadBeside(dataset, {})
    const requestCount = bad.requests.length
    const ranges = [{ start: 0n, count: 120n }]
    const address = { treeCid: dataset.treeCid, index: 0n }
    const news = encodeMessage({
      wantList: { entries: [], full: false },
      blockPresences: [{ address, kind: 'have-range', ranges, downloadId: 1n }],
    })
    const receivedBytes = (): number =>
      fetcher.exchange.report().peers.find(({ peer }) => peer === 'bad')?.receivedBytes ?? 0
    const beforeBytes = receivedBytes()
    const frame = encodeFrame(CONTROL, news)
    for (let i = 0; i < 50; i++) await bad.send(fetcher.network.peer, frame)
    await expect.poll(receivedBytes).toBe(beforeBytes + 50 * frame.byteLength)

    expect(isWhole).toBe(true)
    expect(fetcher.network.drops).toEqual([])
    expect(bad.requests).toHaveLength(requestCount)
  })
})

function frames(answers: readonly WantBlocksResponse[]): Uint8Array {
  const parts = answers.map((answer) => encodeFrame(WANT_BLOCKS_RESPONSE, encodeWantBlocksResponse(answer)))
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
