/** Peers that ask for too much, for what cannot be, or for what they do not read, beside an honest one that is served. */
import { describe, expect, it } from 'vitest'
import { CONTROL, encodeFrame, WANT_BLOCKS_REQUEST } from '../codec/frame.ts'
import { encodeMessage, WANT_HAVE, type WantListEntry } from '../codec/message.ts'
import { decodeWantBlocksResponse, encodeWantBlocksRequest } from '../codec/want-blocks.ts'
import { BLOCK_EXCHANGE_PROTOCOL, CONTROL_BURST_BYTES, SEND_TIMEOUT_MS, STREAM_BURST } from './limits.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'
import type { MemoryStream } from './testing/memory-stream.ts'
import { holdsAll, makeDataset } from './testing/sample-dataset.ts'
import { ScriptedPeer } from './testing/scripted-peer.ts'
import { startFetcher, startHolder, type TestNode } from './testing/test-node.ts'

const dataset = await makeDataset(120)
const NONE = 2n ** 64n - 1n

async function holderAndBad(clock = new ManualClock()) {
  const hub = new MemoryHub()
  const holder = await startHolder(hub, { name: 'holder', dataset, clock })
  const bad = await ScriptedPeer.start(hub, { name: 'bad', dataset })
  hub.connect(holder.network, bad.network)
  return { clock, hub, holder, bad, to: holder.network.peer }
}

/** Once the bad peer is dropped: why, as network and report have it, and whether an honest one gets everything. */
async function outcome(hub: MemoryHub, holder: TestNode): Promise<{ reasons: unknown[]; isServed: boolean }> {
  await expect.poll(() => holder.network.drops).toHaveLength(1)
  const fetcher = await startFetcher(hub, { name: 'fetcher', dataset })
  hub.connect(fetcher.network, holder.network)
  await fetcher.exchange.download(dataset)
  const report = holder.exchange.report().peers.find(({ peer }) => peer === 'bad')
  const reasons = [holder.network.drops[0]?.reason, report?.isConnected === false && report.dropReason]
  return { reasons, isServed: await holdsAll(fetcher.store, dataset) }
}

function droppedFor(reason: RegExp) {
  return { reasons: [expect.stringMatching(reason), expect.stringMatching(reason)], isServed: true }
}

function wantList(index: bigint, rangeCount: bigint): Uint8Array {
  const entry: WantListEntry = {
    address: { treeCid: dataset.treeCid, index },
    priority: 0,
    cancel: false,
    wantType: WANT_HAVE,
    sendDontHave: false,
    rangeCount,
    downloadId: 1n,
  }
  return encodeFrame(CONTROL, encodeMessage({ wantList: { entries: [entry], full: false }, blockPresences: [] }))
}

function request(requestId: bigint, start: bigint, count: bigint): Uint8Array {
  const asked = { requestId, treeCid: dataset.treeCid, ranges: [{ start, count }] }
  return encodeFrame(WANT_BLOCKS_REQUEST, encodeWantBlocksRequest(asked))
}

function repeated(frame: Uint8Array, times: number): Uint8Array {
  const bytes = new Uint8Array(frame.byteLength * times)
  for (let i = 0; i < times; i++) bytes.set(frame, i * frame.byteLength)
  return bytes
}

describe('a peer that asks', () => {
  it('is dropped when its want lists flood', async () => {
    const { hub, holder, bad, to } = await holderAndBad()
    await bad.send(to, repeated(wantList(0n, 120n), CONTROL_BURST_BYTES / 1024))

    expect(await outcome(hub, holder)).toEqual(droppedFor(/more messages than anybody needs/))
    // Of thousands of want lists only a few were looked at.
    expect(bad.messages().length).toBeLessThan(20)
  })

  it('is not when it asks twenty times a second for an hour', async () => {
    const { clock, holder, bad, to } = await holderAndBad()
    for (let minute = 0; minute < 60; minute++) {
      await bad.send(to, repeated(wantList(0n, 120n), 20 * 60))
      await clock.advance(60_000)
    }

    expect(holder.network.drops).toEqual([])
  })

  it.each([
    ['about blocks', wantList(NONE, 1n)],
    ['for blocks', request(0n, NONE, 1n)],
  ])('is dropped when it asks %s beyond what any dataset can have', async (_title, frame) => {
    const { hub, holder, bad, to } = await holderAndBad()
    await bad.send(to, frame)

    expect(await outcome(hub, holder)).toEqual(droppedFor(/no dataset can have/))
  })

  it('gets nothing for ranges without end, which cost no look at the store', async () => {
    const { holder, bad, to } = await holderAndBad()
    let looks = 0
    const getProvenBlocks = holder.store.getProvenBlocks.bind(holder.store)
    holder.store.getProvenBlocks = (...asked) => {
      looks += 1
      return getProvenBlocks(...asked)
    }
    const stream = await bad.network.openStream(to, BLOCK_EXCHANGE_PROTOCOL)
    const answers = readAnswers(stream)
    stream.send(request(0n, 0n, NONE))
    stream.send(request(1n, 0n, 2n ** 32n))
    stream.send(request(2n, 5n, 1n))

    await expect.poll(() => answers).toEqual(['0: ', '1: ', '2: 5'])
    expect(looks).toBe(1)
  })

  it('gets one answer for each replay of its request, in its own turns', async () => {
    const { holder, bad, to } = await holderAndBad()
    const stream = await bad.network.openStream(to, BLOCK_EXCHANGE_PROTOCOL)
    const answers = readAnswers(stream)
    stream.send(repeated(request(7n, 3n, 1n), 50))

    await expect.poll(() => answers).toHaveLength(50)
    expect(new Set(answers)).toEqual(new Set(['7: 3']))
    expect(holder.exchange.report().peers[0]).toMatchObject({ served: 50, sentBlocks: 50 })
  })

  it('is dropped when it asks again and again and reads nothing', async () => {
    const { clock, hub, holder, bad, to } = await holderAndBad()
    for (let round = 0; round < 3; round++) {
      expect(holder.network.drops).toEqual([])
      const stream = await bad.network.openStream(to, BLOCK_EXCHANGE_PROTOCOL)
      stall(holder)
      stream.send(request(0n, 0n, 32n))
      await clock.advance(SEND_TIMEOUT_MS)
    }

    expect(await outcome(hub, holder)).toEqual(droppedFor(/does not read/))
  })

  it('is not when it reads again in between', async () => {
    const { clock, holder, bad, to } = await holderAndBad()
    for (let round = 0; round < 6; round++) {
      const stream = await bad.network.openStream(to, BLOCK_EXCHANGE_PROTOCOL)
      if (round % 2 === 0) stall(holder)
      stream.send(request(0n, 0n, 32n))
      await clock.advance(SEND_TIMEOUT_MS)
    }

    expect(holder.network.drops).toEqual([])
  })

  it.each([
    ['opens streams and keeps them', async () => undefined],
    ['opens streams and ends them', async (stream: MemoryStream) => stream.abort(new Error('over'))],
  ])('is dropped when it %s without end', async (_title, andThen) => {
    const { hub, holder, bad, to } = await holderAndBad()
    for (let i = 0; i <= STREAM_BURST && bad.network.joinedPeers().length > 0; i++) {
      await andThen(await bad.network.openStream(to, BLOCK_EXCHANGE_PROTOCOL))
      await new Promise((resolve) => setImmediate(resolve))
    }

    expect(await outcome(hub, holder)).toEqual(droppedFor(/streams without end/))
  })
})

/** What comes on a stream, one text an answer: “id: indices”. */
function readAnswers(stream: MemoryStream): string[] {
  const answers: string[] = []
  let bytes = new Uint8Array()
  stream.addEventListener('message', ({ data }) => {
    bytes = Uint8Array.from([...bytes, ...data.subarray()])
    while (bytes.byteLength >= 4) {
      const length = new DataView(bytes.buffer).getUint32(0, true)
      if (bytes.byteLength < 4 + length) return
      const { requestId, blocks } = decodeWantBlocksResponse(bytes.slice(5, 4 + length))
      answers.push(`${requestId}: ${blocks.map(({ index }) => index).join(' ')}`)
      bytes = bytes.slice(4 + length)
    }
  })
  return answers
}

/** The peer no longer reads what the node sends on the newest stream. */
function stall(node: TestNode): void {
  const stream = node.network.accepted.at(-1)
  if (stream !== undefined) stream.isStalled = true
}
