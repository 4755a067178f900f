import { expect, it } from 'vitest'
import { treeCidFromDigest } from '../codec/cid.ts'
import { encodeFrame, WANT_BLOCKS_REQUEST } from '../codec/frame.ts'
import { encodeWantBlocksRequest, MAX_BLOCKS_PER_BATCH, type WantBlocksRequest } from '../codec/want-blocks.ts'
import { QuireError } from '../errors.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { MemoryStream } from './testing/memory-stream.ts'
import { makeLink } from './testing/test-link.ts'

const treeCid = treeCidFromDigest(new Uint8Array(32))

it('of a request with more ranges than an answer has blocks only the fact is kept, as hundreds may wait', async () => {
  const clock = new ManualClock()
  const requests: WantBlocksRequest[] = []
  const link = makeLink(clock, 'peer', {
    onRequest: async (_link, request) => {
      requests.push(request)
    },
  })
  const [ours, theirs] = MemoryStream.pair('/test/1.0.0')
  link.accept(ours)
  for (const count of [MAX_BLOCKS_PER_BATCH, MAX_BLOCKS_PER_BATCH + 1]) {
    const ranges = Array.from({ length: count }, (_, i) => ({ start: BigInt(2 * i), count: 1n }))
    theirs.send(
      encodeFrame(WANT_BLOCKS_REQUEST, encodeWantBlocksRequest({ requestId: BigInt(count), treeCid, ranges })),
    )
  }
  await clock.advance(0)

  expect(requests.map(({ requestId, ranges }) => [requestId, ranges.length])).toEqual([
    [BigInt(MAX_BLOCKS_PER_BATCH), MAX_BLOCKS_PER_BATCH],
    [BigInt(MAX_BLOCKS_PER_BATCH + 1), 0],
  ])
})

it('a failure of ours to answer ends the stream that asked, and is not laid to the peer', async () => {
  const clock = new ManualClock()
  const reasons: string[] = []
  const link = makeLink(clock, 'peer', {
    onRequest: () => Promise.reject(new QuireError('ERR_FRAME_TOO_LARGE', 'The answer is too large.')),
    onViolation: (_link, reason) => reasons.push(reason),
  })
  const [ours, theirs] = MemoryStream.pair('/test/1.0.0')
  link.accept(ours)
  const ranges = [{ start: 0n, count: 1n }]
  theirs.send(encodeFrame(WANT_BLOCKS_REQUEST, encodeWantBlocksRequest({ requestId: 1n, treeCid, ranges })))
  await clock.advance(0)

  expect(ours.status).toBe('aborted')
  expect(reasons).toEqual([])
})
