/** Valid values of every type on the wire, for property tests. */
import * as fc from 'fast-check'
import { type CID } from 'multiformats/cid'
import { blockCidFromDigest, manifestCidFromDigest, treeCidFromDigest } from '../cid.ts'
import { MAX_BLOCK_SIZE_BYTES } from '../manifest.ts'
import type { BlockAddress, BlockPresence, IndexRange, Message, WantListEntry } from '../message.ts'
import type { BlockProof } from '../proof.ts'
import type { DeliveredBlock, WantBlocksRequest, WantBlocksResponse } from '../want-blocks.ts'

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
export const digest = fc.uint8Array({ minLength: 32, maxLength: 32 })
const treeCid = digest.map(treeCidFromDigest)
const blockCid = digest.map(blockCidFromDigest)
export const manifestCid = digest.map(manifestCidFromDigest)
export const anyCid: fc.Arbitrary<CID> = fc.oneof(treeCid, blockCid, manifestCid)

const range: fc.Arbitrary<IndexRange> = fc.record({ start: u64, count: u64 })

const address: fc.Arbitrary<BlockAddress> = fc.record({ treeCid: anyCid, index: u64 })

const entry: fc.Arbitrary<WantListEntry> = fc.record({
  address,
  priority: fc.integer(),
  cancel: fc.boolean(),
  wantType: fc.nat({ max: 2 }),
  sendDontHave: fc.boolean(),
  rangeCount: u64,
  downloadId: u64,
})

const presence: fc.Arbitrary<BlockPresence> = fc.record({
  address,
  kind: fc.constantFrom('dont-have', 'have-range', 'complete'),
  ranges: fc.array(range, { maxLength: 4 }),
  downloadId: u64,
})

export const controlMessage: fc.Arbitrary<Message> = fc.record({
  wantList: fc.record({ entries: fc.array(entry, { maxLength: 3 }), full: fc.boolean() }),
  blockPresences: fc.array(presence, { maxLength: 3 }),
})

const count = fc.nat({ max: Number.MAX_SAFE_INTEGER })

export const blockProof: fc.Arbitrary<BlockProof> = fc.record({
  mcodec: fc.constant(0x12),
  index: count,
  leafCount: count,
  path: fc.array(digest, { maxLength: 6 }),
})

export const wantBlocksRequest: fc.Arbitrary<WantBlocksRequest> = fc.record(
  {
    requestId: u64,
    treeCid: anyCid,
    ranges: fc.array(range, { maxLength: 8 }),
    takesCutBlocks: fc.constant(true),
  },
  { requiredKeys: ['requestId', 'treeCid', 'ranges'] },
)

const block: fc.Arbitrary<DeliveredBlock> = fc.record({
  index: u64,
  cid: blockCid,
  data: fc.uint8Array({ maxLength: 64 }),
  proof: blockProof,
})

export const wantBlocksResponse: fc.Arbitrary<WantBlocksResponse> = fc.record({
  requestId: u64,
  treeCid,
  blocks: fc.array(block, { maxLength: 4 }),
})

export const manifestInit = fc.record(
  {
    treeCid,
    blockSizeBytes: fc.integer({ min: 1, max: MAX_BLOCK_SIZE_BYTES }),
    datasetSizeBytes: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    filename: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    mimetype: fc.string({ minLength: 1, maxLength: 20 }),
  },
  { requiredKeys: ['treeCid', 'blockSizeBytes', 'datasetSizeBytes'] },
)

/** The same bytes in pieces of arbitrary sizes, empty ones among them. */
export function chunksOf(bytes: Uint8Array): fc.Arbitrary<Uint8Array[]> {
  return fc.array(fc.nat({ max: bytes.byteLength }), { maxLength: 12 }).map((cuts) => {
    const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.byteLength]
    return edges.slice(1).map((end, i) => bytes.subarray(edges[i], end))
  })
}
