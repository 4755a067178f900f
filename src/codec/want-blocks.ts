/**
 * Asking for blocks and answering: the binary frames 1 and 2 of the block exchange.
 *
 *   request:  u64 requestId · u16 length, tree CID · u32 ranges · each u64 start, u64 count · Quire’s: “QZ”, 1
 *   response: u32 metadata length · metadata · the blocks’ data in the same order
 *   metadata: u64 requestId · u16 length, tree CID · u32 blocks ·
 *             each u64 index · u16 length, block CID · u32 data length · u16 length, proof
 *
 * Little endian. An empty response is a normal answer: the peer has none of it, or refuses. Source: logos-storage-nim
 * after PR #1411, wantblocks.nim.
 *
 * What Quire writes behind the ranges says that blocks may come without the zeros at their end, which the last block of a
 * dataset is filled up with: upstream does not look at it and sends all bytes.
 */
import type { CID } from 'multiformats/cid'
import { QuireError } from '../errors.ts'
import { ByteReader, ByteWriter, invalid } from './binary.ts'
import { startFrame, WANT_BLOCKS_RESPONSE } from './frame.ts'
import { decodeMessageCid, type IndexRange } from './message.ts'
import { type BlockProof, decodeProof, encodeProof } from './proof.ts'
import { sameBytes } from './same-bytes.ts'

/**
 * Blocks in one request and one response. Upstream’s July 2026 nodes allowed 256, later ones refuse more than 32, so 32
 * is what every version reads and answers.
 */
export const MAX_BLOCKS_PER_BATCH = 32
/** Ranges in one request that fit the smallest cap in use: 1280 bytes less 55 of header and trailer, 16 each. */
export const MAX_REQUEST_RANGES = 76
/** Bytes of one block: the largest block size of the network. */
export const MAX_BLOCK_DATA_BYTES = 524_288
/** Bytes of a response’s metadata. */
const MAX_METADATA_BYTES = 4_194_304
const CUT_BLOCKS_TRAILER = Uint8Array.of(0x51, 0x5a, 1)
/** Payload that every version accepts: 4 + 4 MiB of metadata + a 128 KiB batch. */
export const MAX_SENT_RESPONSE_BYTES = 4_325_380

export interface WantBlocksRequest {
  readonly requestId: bigint
  readonly treeCid: CID
  readonly ranges: readonly IndexRange[]
  /** Zeros at a block’s end may be left out of the answer. */
  readonly takesCutBlocks?: boolean | undefined
}

export interface DeliveredBlock {
  readonly index: bigint
  readonly cid: CID
  /** Padded to the block size, unless the asker takes cut blocks; decoded, a view of the payload. */
  readonly data: Uint8Array
  readonly proof: BlockProof
}

export interface WantBlocksResponse {
  readonly requestId: bigint
  readonly treeCid: CID
  readonly blocks: readonly DeliveredBlock[]
}

/** Errors: `ERR_FRAME_TOO_LARGE` (more than 76 ranges, which the newest nodes would not read). */
export function encodeWantBlocksRequest(request: WantBlocksRequest): Uint8Array {
  const { treeCid, ranges, takesCutBlocks = false } = request
  if (ranges.length > MAX_REQUEST_RANGES) {
    throw new QuireError(
      'ERR_FRAME_TOO_LARGE',
      `A request has at most ${MAX_REQUEST_RANGES} ranges, not ${ranges.length}.`,
    )
  }
  const trailer = takesCutBlocks ? CUT_BLOCKS_TRAILER : new Uint8Array()
  const writer = new ByteWriter(8 + 2 + treeCid.bytes.byteLength + 4 + ranges.length * 16 + trailer.byteLength)
  writer.u64(request.requestId)
  writeCid(writer, treeCid).u32(ranges.length)
  for (const range of ranges) writer.u64(range.start).u64(range.count)
  return writer.bytes(trailer).finish()
}

/**
 * A request of a peer; the ranges are as written, so a count may be 0 or reach beyond the tree. Bytes after the ranges
 * that are not Quire’s are ignored, as upstream does.
 *
 * Errors: `ERR_MESSAGE_INVALID`.
 */
export function decodeWantBlocksRequest(payload: Uint8Array): WantBlocksRequest {
  const reader = new ByteReader(payload)
  const requestId = reader.u64()
  const treeCid = readCid(reader)
  const rangeCount = reader.u32()
  if (rangeCount * 16 > reader.remaining) throw invalid(`${rangeCount} ranges were announced and fewer are there.`)
  const ranges = Array.from({ length: rangeCount }, () => ({ start: reader.u64(), count: reader.u64() }))
  const takesCutBlocks = sameBytes(reader.bytes(reader.remaining), CUT_BLOCKS_TRAILER)
  return { requestId, treeCid, ranges, ...(takesCutBlocks && { takesCutBlocks }) }
}

/**
 * The payload of an answer.
 *
 * Errors: `ERR_FRAME_TOO_LARGE` (more than 32 blocks, a block above 512 KiB, or a payload above what every version
 * reads: send fewer blocks).
 */
export function encodeWantBlocksResponse(response: WantBlocksResponse): Uint8Array {
  return writeResponse(response, (payloadBytes) => new ByteWriter(payloadBytes))
}

/** The same as a frame, each block copied once. */
export function encodeWantBlocksResponseFrame(response: WantBlocksResponse): Uint8Array {
  return writeResponse(response, (payloadBytes) => startFrame(WANT_BLOCKS_RESPONSE, payloadBytes))
}

function writeResponse(response: WantBlocksResponse, start: (payloadBytes: number) => ByteWriter): Uint8Array {
  const { blocks, treeCid } = response
  const proofs = blocks.map((block) => encodeProof(block.proof))
  const metadataBytes = blocks.reduce(
    (sum, block, i) => sum + 16 + block.cid.bytes.byteLength + (proofs[i]?.byteLength ?? 0),
    8 + 2 + treeCid.bytes.byteLength + 4,
  )
  const dataBytes = blocks.reduce((sum, block) => sum + block.data.byteLength, 0)
  checkSendable(blocks, 4 + metadataBytes + dataBytes)
  const writer = start(4 + metadataBytes + dataBytes)
  writer.u32(metadataBytes).u64(response.requestId)
  writeCid(writer, treeCid).u32(blocks.length)
  blocks.forEach((block, i) => {
    const proof = proofs[i] ?? new Uint8Array()
    writer.u64(block.index)
    writeCid(writer, block.cid).u32(block.data.byteLength).u16(proof.byteLength).bytes(proof)
  })
  for (const block of blocks) writer.bytes(block.data)
  return writer.finish()
}

/**
 * A response of a peer; every `data` is a view of `payload`. Nothing is verified yet: not the tree, the indices, the
 * hashes, nor the proofs.
 *
 * Errors: `ERR_MESSAGE_INVALID` (more than 32 blocks, a block above 512 KiB, a block without proof, lengths that do not
 * add up).
 */
export function decodeWantBlocksResponse(payload: Uint8Array): WantBlocksResponse {
  const reader = new ByteReader(payload)
  const metadataBytes = reader.u32()
  if (metadataBytes > MAX_METADATA_BYTES) throw invalid(`${metadataBytes} bytes of metadata are too many.`)
  const metadata = new ByteReader(reader.bytes(metadataBytes))
  const requestId = metadata.u64()
  const treeCid = readCid(metadata)
  const blockCount = metadata.u32()
  if (blockCount > MAX_BLOCKS_PER_BATCH) throw invalid(`${blockCount} blocks are more than a response may hold.`)
  const heads = Array.from({ length: blockCount }, () => readBlockHead(metadata))
  if (metadata.remaining > 0) throw invalid(`${metadata.remaining} bytes follow the metadata.`)
  const dataBytes = heads.reduce((sum, head) => sum + head.dataBytes, 0)
  if (dataBytes !== reader.remaining)
    throw invalid(`${dataBytes} bytes of data were announced, ${reader.remaining} came.`)
  const blocks = heads.map(({ dataBytes: length, ...head }) => ({ ...head, data: reader.bytes(length) }))
  return { requestId, treeCid, blocks }
}

function checkSendable(blocks: readonly DeliveredBlock[], payloadBytes: number): void {
  const isLarge = blocks.some((block) => block.data.byteLength > MAX_BLOCK_DATA_BYTES)
  if (blocks.length <= MAX_BLOCKS_PER_BATCH && payloadBytes <= MAX_SENT_RESPONSE_BYTES && !isLarge) return
  throw new QuireError('ERR_FRAME_TOO_LARGE', `${blocks.length} blocks in ${payloadBytes} bytes are too much to send.`)
}

function readBlockHead(reader: ByteReader): Omit<DeliveredBlock, 'data'> & { dataBytes: number } {
  const index = reader.u64()
  const cid = readCid(reader)
  const dataBytes = reader.u32()
  if (dataBytes > MAX_BLOCK_DATA_BYTES) throw invalid(`A block of ${dataBytes} bytes is too large.`)
  const proofBytes = reader.u16()
  // The layout lets 0 mean “no proof”, which upstream’s engine then dereferences: a block without one is worth nothing.
  if (proofBytes === 0) throw invalid('A block came without its proof.')
  return { index, cid, dataBytes, proof: decodeProof(reader.bytes(proofBytes)) }
}

function readCid(reader: ByteReader): CID {
  return decodeMessageCid(reader.bytes(reader.u16()))
}

function writeCid(writer: ByteWriter, cid: CID): ByteWriter {
  return writer.u16(cid.bytes.byteLength).bytes(cid.bytes)
}
