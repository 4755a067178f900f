import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCid, parseTreeCid, blockCidFromDigest } from './cid.ts'
import { encodeFrame, FrameDecoder, WANT_BLOCKS_REQUEST, WANT_BLOCKS_RESPONSE } from './frame.ts'
import { wantBlocksRequest, wantBlocksResponse } from './testing/arbitraries.ts'
import { concat } from './concat.ts'
import { fromHex, outcomeOf, toHex } from './testing/bytes.ts'
import { wire } from './testing/vectors.ts'
import {
  decodeWantBlocksRequest,
  decodeWantBlocksResponse,
  type DeliveredBlock,
  encodeWantBlocksRequest,
  encodeWantBlocksResponse,
  MAX_BLOCK_DATA_BYTES,
  MAX_BLOCKS_PER_BATCH,
  MAX_REQUEST_RANGES,
  MAX_SENT_RESPONSE_BYTES,
} from './want-blocks.ts'

const TREE = parseTreeCid(wire.endToEnd[0]?.treeCid ?? '')
const BLOCK: DeliveredBlock = {
  index: 3n,
  cid: blockCidFromDigest(new Uint8Array(32)),
  data: new Uint8Array(8),
  proof: { mcodec: 0x12, index: 3, leafCount: 9, path: [new Uint8Array(32)] },
}

function responseOf(blocks: readonly DeliveredBlock[]): Uint8Array {
  return encodeWantBlocksResponse({ requestId: 1n, treeCid: TREE, blocks })
}

describe('WantBlocks requests', () => {
  const { request } = wire.wantBlocks

  it('are the bytes of the vector, both ways, with their frame', () => {
    const value = {
      requestId: BigInt(request.requestId),
      treeCid: decodeCid(fromHex(request.treeCid)),
      ranges: request.ranges.map(({ start, count }) => ({ start: BigInt(start), count: BigInt(count) })),
    }
    expect(toHex(encodeWantBlocksRequest(value))).toBe(request.payload)
    expect(decodeWantBlocksRequest(fromHex(request.payload))).toEqual(value)
    expect(toHex(encodeFrame(WANT_BLOCKS_REQUEST, fromHex(request.payload)))).toBe(request.frame)
    expect(new FrameDecoder().push(fromHex(request.frame))).toEqual([
      { type: WANT_BLOCKS_REQUEST, payload: fromHex(request.payload) },
    ])
  })

  it('come back as they were written', () => {
    fc.assert(
      fc.property(wantBlocksRequest, (value) => {
        expect(decodeWantBlocksRequest(encodeWantBlocksRequest(value))).toEqual(value)
      }),
      { numRuns: 600 },
    )
  })

  it('are refused when cut short at any length, and ignore bytes that follow', () => {
    const bytes = fromHex(request.payload)
    for (let length = 0; length < bytes.byteLength; length++) {
      expect(outcomeOf(() => decodeWantBlocksRequest(bytes.subarray(0, length)))).toBe('ERR_MESSAGE_INVALID')
    }
    expect(decodeWantBlocksRequest(concat(bytes, Uint8Array.of(1))).ranges.length).toBe(2)
  })

  it('say that blocks may come cut with bytes that upstream ignores, and with no others', () => {
    const value = decodeWantBlocksRequest(fromHex(request.payload))
    const cut = encodeWantBlocksRequest({ ...value, takesCutBlocks: true })

    expect(toHex(cut)).toBe(`${request.payload}515a01`)
    expect(decodeWantBlocksRequest(cut)).toEqual({ ...value, takesCutBlocks: true })
    for (const other of ['51', '515a', '515a02', '515a0100']) {
      expect(decodeWantBlocksRequest(fromHex(request.payload + other))).toEqual(value)
    }
  })

  it('are refused without a CID and with more ranges announced than there are', () => {
    expect(outcomeOf(() => decodeWantBlocksRequest(new Uint8Array(30)))).toBe('ERR_MESSAGE_INVALID')
    const huge = fromHex(request.payload)
    huge.fill(0xff, 48, 52)
    expect(() => decodeWantBlocksRequest(huge)).toThrow(/4294967295 ranges were announced/u)
  })

  it('fit the smallest cap in use, 1280 bytes, with the most ranges that we write', () => {
    const ranges = Array.from({ length: MAX_REQUEST_RANGES }, (_, i) => ({ start: BigInt(i), count: 1n }))
    const most = { requestId: 0n, treeCid: TREE, ranges, takesCutBlocks: true }
    expect(encodeWantBlocksRequest(most).byteLength).toBeLessThanOrEqual(1280)
    const more = { requestId: 0n, treeCid: TREE, ranges: [...ranges, { start: 0n, count: 1n }] }
    expect(outcomeOf(() => encodeWantBlocksRequest(more))).toBe('ERR_FRAME_TOO_LARGE')
  })
})

describe('WantBlocks responses', () => {
  it.each([wire.wantBlocks.response, wire.wantBlocks.emptyResponse])(
    'are the bytes of the vector with request id $requestId, both ways, with their frame',
    (vector) => {
      const decoded = decodeWantBlocksResponse(fromHex(vector.payload))
      expect(decoded.requestId).toBe(BigInt(vector.requestId))
      expect(toHex(decoded.treeCid.bytes)).toBe(vector.treeCid)
      expect(
        decoded.blocks.map(({ index, cid, data }) => ({
          index: Number(index),
          cid: toHex(cid.bytes),
          data: toHex(data),
        })),
      ).toEqual(vector.blocks)
      expect(toHex(encodeWantBlocksResponse(decoded))).toBe(vector.payload)
      expect(toHex(encodeFrame(WANT_BLOCKS_RESPONSE, fromHex(vector.payload)))).toBe(vector.frame)
      expect(new FrameDecoder().push(fromHex(vector.frame))).toEqual([
        { type: WANT_BLOCKS_RESPONSE, payload: fromHex(vector.payload) },
      ])
    },
  )

  it('come back as they were written', () => {
    fc.assert(
      fc.property(wantBlocksResponse, (value) => {
        expect(decodeWantBlocksResponse(encodeWantBlocksResponse(value))).toEqual(value)
      }),
      { numRuns: 300 },
    )
  })

  it('give the data as views of the payload', () => {
    const payload = responseOf([BLOCK])
    expect(decodeWantBlocksResponse(payload).blocks[0]?.data.buffer).toBe(payload.buffer)
  })

  it('are refused when cut short at any length, and when bytes follow', () => {
    const bytes = fromHex(wire.wantBlocks.response.payload)
    for (let length = 0; length < bytes.byteLength; length++) {
      expect(outcomeOf(() => decodeWantBlocksResponse(bytes.subarray(0, length)))).toBe('ERR_MESSAGE_INVALID')
    }
    expect(outcomeOf(() => decodeWantBlocksResponse(concat(bytes, Uint8Array.of(0))))).toBe('ERR_MESSAGE_INVALID')
  })

  it('are refused with 33 blocks and read with 32', () => {
    const full = responseOf(times(32, BLOCK))
    expect(decodeWantBlocksResponse(full).blocks.length).toBe(MAX_BLOCKS_PER_BATCH)
    expect(outcomeOf(() => responseOf(times(33, BLOCK)))).toBe('ERR_FRAME_TOO_LARGE')
    expect(outcomeOf(() => decodeWantBlocksResponse(withOneMore(full)))).toBe('ERR_MESSAGE_INVALID')
    const few = responseOf(times(31, BLOCK))
    expect(decodeWantBlocksResponse(withOneMore(few)).blocks.length).toBe(32)
  })

  it('are refused with a block without proof', () => {
    const bytes = responseOf([BLOCK])
    const proofLength = 4 + 8 + 2 + 38 + 4 + 8 + 2 + 38 + 4
    const data = bytes.slice(-8)
    const head = bytes.slice(0, proofLength + 2)
    head.fill(0, proofLength)
    new DataView(head.buffer).setUint32(0, proofLength + 2 - 4, true)
    expect(() => decodeWantBlocksResponse(concat(head, data))).toThrow(/without its proof/u)
  })

  it('are refused with bytes between the last block and the data', () => {
    const bytes = responseOf([BLOCK])
    const longer = concat(bytes.subarray(0, -8), Uint8Array.of(0), bytes.subarray(-8))
    new DataView(longer.buffer).setUint32(0, bytes.byteLength - 4 - 8 + 1, true)
    expect(outcomeOf(() => decodeWantBlocksResponse(longer))).toBe('ERR_MESSAGE_INVALID')
  })

  it('are refused with a block above 512 KiB, announced or written', () => {
    const large = { ...BLOCK, data: new Uint8Array(MAX_BLOCK_DATA_BYTES + 1) }
    expect(outcomeOf(() => responseOf([large]))).toBe('ERR_FRAME_TOO_LARGE')
    const largest = responseOf([{ ...BLOCK, data: new Uint8Array(MAX_BLOCK_DATA_BYTES) }])
    expect(decodeWantBlocksResponse(largest).blocks.length).toBe(1)
    const over = concat(largest, Uint8Array.of(0))
    over[4 + 8 + 2 + 38 + 4 + 8 + 2 + 38] = 1
    expect(outcomeOf(() => decodeWantBlocksResponse(over))).toBe('ERR_MESSAGE_INVALID')
  })

  it('are refused with more than 4 MiB of metadata', () => {
    const bytes = new Uint8Array(4_194_304 + 1 + 4)
    new DataView(bytes.buffer).setUint32(0, 4_194_305, true)
    expect(() => decodeWantBlocksResponse(bytes)).toThrow(/too many/u)
  })

  it('are not written above the payload that every version reads', () => {
    const large = { ...BLOCK, data: new Uint8Array(MAX_BLOCK_DATA_BYTES) }
    expect(responseOf(times(8, large)).byteLength).toBeLessThanOrEqual(MAX_SENT_RESPONSE_BYTES)
    expect(outcomeOf(() => responseOf(times(9, large)))).toBe('ERR_FRAME_TOO_LARGE')
  })
})

/** The response with its last block twice; all blocks are `BLOCK`. */
function withOneMore(payload: Uint8Array): Uint8Array {
  const metadataBytes = new DataView(payload.buffer).getUint32(0, true)
  const count = payload[4 + 8 + 2 + 38] ?? 0
  const headBytes = (metadataBytes - 52) / count
  const end = 4 + metadataBytes
  const longer = concat(
    payload.subarray(0, end),
    payload.slice(end - headBytes, end),
    payload.subarray(end),
    BLOCK.data,
  )
  new DataView(longer.buffer).setUint32(0, metadataBytes + headBytes, true)
  longer[4 + 8 + 2 + 38] = count + 1
  return longer
}

function times(count: number, block: DeliveredBlock): DeliveredBlock[] {
  return Array.from({ length: count }, () => block)
}
