import { ByteReader, ByteWriter, invalid } from './binary.ts'
import { DIGEST_BYTES, SHA2_256 } from './cid.ts'

/** Nodes in a path; upstream’s cap, enough for 2^64 leaves. */
export const MAX_PATH_NODES = 64

const HEADER_BYTES = 28
const NODE_BYTES = 2 + DIGEST_BYTES

/** What ties one block to the root of its tree. */
export interface BlockProof {
  /** Multihash code of the tree’s hash; always 0x12, SHA-256. */
  readonly mcodec: number
  /** 0-based leaf. */
  readonly index: number
  /** As the peer says: compare it with the manifest’s block count. */
  readonly leafCount: number
  /** Siblings from the leaves up, 32 bytes each; 32 zero bytes where a node has no sibling. */
  readonly path: readonly Uint8Array[]
}

/** Bytes of a proof with a path of `depth` nodes. */
export function proofSizeBytes(depth: number): number {
  return HEADER_BYTES + NODE_BYTES * depth
}

/**
 * The binary form of a proof in a WantBlocks response: u64 mcodec, u64 index, u64 leaf count, u32 path length, then a
 * u16 length and the bytes of each node; little endian.
 *
 * Errors: `ERR_MESSAGE_INVALID` (a path of more than 64 nodes, a node that is not 32 bytes, an unknown hash).
 */
export function encodeProof(proof: BlockProof): Uint8Array {
  checkShape(proof.mcodec, proof.path.length)
  const writer = new ByteWriter(proofSizeBytes(proof.path.length))
  writer.u64(proof.mcodec).u64(proof.index).u64(proof.leafCount).u32(proof.path.length)
  for (const node of proof.path) {
    checkNodeLength(node.byteLength)
    writer.u16(node.byteLength).bytes(node)
  }
  return writer.finish()
}

/**
 * The proof that `bytes` hold, all of them; the path’s nodes are views. Whether it proves anything is not looked at
 * (`merkle/proof.ts`).
 *
 * Errors: `ERR_MESSAGE_INVALID`.
 */
export function decodeProof(bytes: Uint8Array): BlockProof {
  const reader = new ByteReader(bytes)
  const mcodec = reader.safeU64()
  const index = reader.safeU64()
  const leafCount = reader.safeU64()
  const pathLength = reader.u32()
  checkShape(mcodec, pathLength)
  const path = Array.from({ length: pathLength }, () => {
    const length = reader.u16()
    checkNodeLength(length)
    return reader.bytes(length)
  })
  if (reader.remaining > 0) throw invalid(`${reader.remaining} bytes follow the proof.`)
  return { mcodec, index, leafCount, path }
}

function checkShape(mcodec: number, pathLength: number): void {
  if (mcodec !== SHA2_256) throw invalid(`The proof’s hash 0x${mcodec.toString(16)} is not SHA-256.`)
  if (pathLength > MAX_PATH_NODES) throw invalid(`A proof of ${pathLength} nodes is too long.`)
}

function checkNodeLength(length: number): void {
  if (length !== DIGEST_BYTES) throw invalid(`A proof’s node has ${length} bytes, not ${DIGEST_BYTES}.`)
}
