import { expect, it } from 'vitest'
import { treeCidFromDigest } from '../codec/cid.ts'
import { FrameStream } from './frame-stream.ts'
import { BLOCK_EXCHANGE_PROTOCOL } from './limits.ts'
import { PeerBook } from './peer-counters.ts'
import { RequestLane, type RequestLaneComponents } from './request-lane.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'

const REQUEST = { treeCid: treeCidFromDigest(new Uint8Array(32)), ranges: [{ start: 0n, count: 1n }] }

it('a request that was given up while the stream is opened is not sent', async () => {
  const { clock, lane, openNow, receivedBytes } = await slowLane()
  const stopping = new AbortController()
  const asked = lane.requestBlocks(REQUEST, { timeoutMs: 5_000, signal: stopping.signal })
  stopping.abort(new Error('enough'))
  await expect(asked).rejects.toThrow('enough')
  openNow()
  await clock.advance(0)
  expect(lane.isOpen).toBe(true)
  expect(receivedBytes()).toBe(0)

  lane.requestBlocks(REQUEST, { timeoutMs: 5_000, signal: new AbortController().signal }).catch(() => undefined)
  await clock.advance(0)
  expect(receivedBytes()).toBeGreaterThan(0)
})

/** A lane whose stream opens when it is told to, and what its peer has received. */
async function slowLane() {
  const clock = new ManualClock()
  const hub = new MemoryHub()
  const [network, remote] = [hub.addNode('here'), hub.addNode('there')]
  hub.connect(network, remote)
  let bytes = 0
  await remote.handle(BLOCK_EXCHANGE_PROTOCOL, (stream) =>
    stream.addEventListener('message', ({ data }) => (bytes += data.byteLength)),
  )
  let openNow = (): void => undefined
  const isOpened = new Promise<void>((resolve) => (openNow = resolve))
  const openStream = network.openStream.bind(network)
  network.openStream = async (...asked) => {
    await isOpened
    return openStream(...asked)
  }
  const attach: RequestLaneComponents['attach'] = (stream, of) => {
    const attached: FrameStream = new FrameStream(
      { stream, clock },
      { onFrame: () => undefined, onBytes: () => undefined, onEnd: (error) => of.ended(attached, error) },
      { maxBufferedBytes: 1024 },
    )
    return attached
  }
  const lane = new RequestLane(
    {
      peer: remote.peer,
      network,
      clock,
      counters: new PeerBook().of(remote.peer),
      isReading: () => false,
      roundTripMs: () => undefined,
      isRelayed: () => false,
      closing: new AbortController().signal,
      attach,
    },
    { connection: 'shared' },
  )
  return { clock, lane, openNow: () => openNow(), receivedBytes: () => bytes }
}
