/** Peers whose frames do not end, come a byte a time, or break off. */
import { describe, expect, it } from 'vitest'
import { CONTROL, encodeFrame, WANT_BLOCKS_RESPONSE } from '../codec/frame.ts'
import { encodeWantBlocksResponse } from '../codec/want-blocks.ts'
import { FRAME_TIMEOUT_MS, MAX_INBOUND_BUFFERED_BYTES } from './limits.ts'
import { downloadBeside } from './testing/download-beside.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'
import { makeDataset } from './testing/sample-dataset.ts'
import { type Script, ScriptedPeer } from './testing/scripted-peer.ts'
import { startFetcher } from './testing/test-node.ts'

const dataset = await makeDataset(120)
const ENDLESS = /a frame that does not end/

describe('a peer that answers with frames that do not end', () => {
  const clock = new ManualClock()
  const cases: [string, NonNullable<Script['answer']>][] = [
    [
      'stops in the middle of an answer',
      (honest) => {
        const frame = encodeFrame(WANT_BLOCKS_RESPONSE, encodeWantBlocksResponse(honest))
        return frame.subarray(0, frame.byteLength / 2)
      },
    ],
    ['stops in the middle of a header', () => Uint8Array.of(9, 9, 9)],
    [
      'sends a byte a second',
      (honest, request, peer) => {
        peer.trickle(honest, request, { clock, everyMs: 1000 })
        return 'silence'
      },
    ],
  ]

  it.each(cases)('is dropped when it %s, and the rest comes from others', async (_title, reply) => {
    // Its stream carries one answer after the other, so that only the first can be the one that does not end.
    const answer: Script['answer'] = (honest, request, peer) =>
      peer.requests.length === 1 ? reply(honest, request, peer) : 'silence'
    const { fetcher, isWhole, report } = await downloadBeside(dataset, { answer }, { clock, afterMs: FRAME_TIMEOUT_MS })

    expect(isWhole).toBe(true)
    expect(fetcher.network.drops).toMatchObject([{ peer: 'bad', reason: expect.stringMatching(ENDLESS) }])
    expect(report).toMatchObject({ isConnected: false, dropReason: expect.stringMatching(ENDLESS), receivedBlocks: 0 })
  })
})

describe('a peer that sends frames of its own that do not end', () => {
  it('is dropped after a minute of single bytes', async () => {
    const { clock, bad, fetcher } = await connected()
    await bad.send(fetcher.network.peer, header(500_000))
    for (let second = 0; second < 59; second++) {
      await bad.send(fetcher.network.peer, new Uint8Array(1))
      await clock.advance(1000)
    }
    expect(fetcher.network.drops).toEqual([])
    await clock.advance(1000)

    expect(fetcher.network.drops).toMatchObject([{ peer: 'bad', reason: expect.stringMatching(ENDLESS) }])
  })

  it('may send any number of frames for longer than that', async () => {
    const { clock, bad, fetcher } = await connected()
    const frame = encodeFrame(CONTROL, new Uint8Array([0x0a, 0x02, 0x10, 0x00]))
    // Cut so that a frame is always open.
    await bad.send(fetcher.network.peer, frame.subarray(0, 3))
    for (let second = 0; second < 100; second++) {
      await bad.send(fetcher.network.peer, Uint8Array.from([...frame.subarray(3), ...frame.subarray(0, 3)]))
      await clock.advance(1000)
    }

    expect(fetcher.network.drops).toEqual([])
  })

  it('is dropped before more of one is kept than any want list needs', async () => {
    const { bad, fetcher } = await connected()
    await bad.send(fetcher.network.peer, header(15 * 1024 * 1024))
    await bad.send(fetcher.network.peer, new Uint8Array(2 * MAX_INBOUND_BUFFERED_BYTES))
    await expect.poll(() => fetcher.network.drops).toHaveLength(1)

    // A chunk of the transport at most came after the limit.
    expect(fetcher.exchange.report().peers[0]?.receivedBytes).toBeLessThan(MAX_INBOUND_BUFFERED_BYTES + 20_000)
  })
})

async function connected() {
  const clock = new ManualClock()
  const hub = new MemoryHub()
  const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, clock })
  const bad = await ScriptedPeer.start(hub, { name: 'bad', dataset })
  hub.connect(fetcher.network, bad.network)
  return { clock, bad, fetcher }
}

function header(payloadBytes: number): Uint8Array {
  const bytes = new Uint8Array(5)
  new DataView(bytes.buffer).setUint32(0, 1 + payloadBytes, true)
  bytes[4] = CONTROL
  return bytes
}
