/** Time limits on links that are slow, and on peers that only seem so. */
import { describe, expect, it } from 'vitest'
import { encodeFrame, WANT_BLOCKS_RESPONSE } from '../codec/frame.ts'
import { encodeWantBlocksResponse } from '../codec/want-blocks.ts'
import { FIRST_REQUEST_TIMEOUT_MS } from './limits.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryHub } from './testing/memory-network.ts'
import { makeDataset } from './testing/sample-dataset.ts'
import { ScriptedPeer } from './testing/scripted-peer.ts'
import { startFetcher } from './testing/test-node.ts'

const dataset = await makeDataset(1, { blockSizeBytes: 65_536 })

describe('a request to a peer over a slow link', () => {
  it('goes on beyond its limit while bytes come', async () => {
    const { fetcher, clock } = await beside({ bytesPerSecond: 3000 })
    const finished = fetcher.exchange.download(dataset)
    const tookMs = await clock.advanceUntil(finished)
    await finished

    expect(tookMs).toBeGreaterThan(FIRST_REQUEST_TIMEOUT_MS)
    expect(fetcher.exchange.report().peers[0]).toMatchObject({ requests: 1, timeouts: 0, receivedBlocks: 1 })
  })

  it.each([0, 100, 1000])('ends at its limit where only %d bytes come in a second', async (bytesPerSecond) => {
    const { fetcher, clock } = await beside({ bytesPerSecond })
    const stopping = new AbortController()
    const finished = fetcher.exchange.download(dataset, { signal: stopping.signal })
    await clock.advance(FIRST_REQUEST_TIMEOUT_MS + 1000)
    stopping.abort(new Error('enough'))

    await expect(finished).rejects.toThrow('enough')
    expect(fetcher.exchange.report().peers[0]).toMatchObject({ timeouts: 1, receivedBlocks: 0 })
  })
})

/** A node beside a peer whose answers come in pieces, one each half second. */
async function beside({ bytesPerSecond }: { bytesPerSecond: number }) {
  const clock = new ManualClock()
  const hub = new MemoryHub()
  const pieceBytes = bytesPerSecond / 2
  const peer = await ScriptedPeer.start(hub, {
    name: 'slow',
    dataset,
    answer: (honest, request) => {
      const frame = encodeFrame(WANT_BLOCKS_RESPONSE, encodeWantBlocksResponse(honest))
      const sendFrom = (at: number): void => {
        if (at >= frame.byteLength || pieceBytes === 0) return
        peer.answerLate(frame.subarray(at, at + pieceBytes), request)
        clock.setTimeout(() => sendFrom(at + pieceBytes), 500)
      }
      sendFrom(0)
      return 'silence'
    },
  })
  const fetcher = await startFetcher(hub, { name: 'fetcher', dataset, clock })
  hub.connect(fetcher.network, peer.network)
  return { fetcher, clock }
}
