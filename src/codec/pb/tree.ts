/**
 * Trees and proofs as protobuf: how native nodes keep them, used to compare ours with theirs.
 *
 *   tree:  1 hash · 2 leaf count · 3 repeated { 1 node }, all layers from the leaves to the root
 *   proof: 1 hash · 2 index · 3 leaf count · 4 repeated { 1 node }, the path from the bottom up
 *
 * Source: logos-storage-nim, merkletree/codex/coders.nim; the caps are its own.
 */
import { invalid } from '../binary.ts'
import { DIGEST_BYTES, SHA2_256 } from '../cid.ts'
import { type BlockProof, MAX_PATH_NODES } from '../proof.ts'
import { bytes, message, repeated, required, uint64 } from './schema.ts'

const MAX_TREE_BYTES = 104_857_600
const MAX_PROOF_BYTES = 1_048_576
/** Tag, length, tag, length, digest. */
const NODE_BYTES = 4 + DIGEST_BYTES

const node = message({ value: required(1, bytes) })

const treeMessage = message({
  mcodec: required(1, uint64),
  leafCount: required(2, uint64),
  nodes: repeated(3, node, Math.floor(MAX_TREE_BYTES / NODE_BYTES)),
})

const proofMessage = message({
  mcodec: required(1, uint64),
  index: required(2, uint64),
  leafCount: required(3, uint64),
  path: repeated(4, node, MAX_PATH_NODES),
})

export interface EncodedTree {
  readonly leafCount: number
  /** 32 bytes each, leaves first, root last. */
  readonly nodes: Uint8Array
}

export function encodeTree(tree: EncodedTree): Uint8Array {
  const count = tree.nodes.byteLength / DIGEST_BYTES
  return treeMessage.encode({
    mcodec: BigInt(SHA2_256),
    leafCount: BigInt(tree.leafCount),
    nodes: Array.from({ length: count }, (_, i) => ({
      value: tree.nodes.subarray(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES),
    })),
  })
}

/** Errors: `ERR_MESSAGE_INVALID`. Whether the nodes make a tree is not looked at. */
export function decodeTree(input: Uint8Array): EncodedTree {
  if (input.byteLength > MAX_TREE_BYTES) throw invalid(`A tree of ${input.byteLength} bytes is too large.`)
  const { mcodec, leafCount, nodes } = treeMessage.decode(input)
  checkHash(mcodec)
  const flat = new Uint8Array(nodes.length * DIGEST_BYTES)
  nodes.forEach(({ value }, i) => flat.set(checkNode(value), i * DIGEST_BYTES))
  return { leafCount: toCount(leafCount), nodes: flat }
}

export function encodeTreeProof(proof: BlockProof): Uint8Array {
  return proofMessage.encode({
    mcodec: BigInt(proof.mcodec),
    index: BigInt(proof.index),
    leafCount: BigInt(proof.leafCount),
    path: proof.path.map((value) => ({ value })),
  })
}

/** Errors: `ERR_MESSAGE_INVALID`. */
export function decodeTreeProof(input: Uint8Array): BlockProof {
  if (input.byteLength > MAX_PROOF_BYTES) throw invalid(`A proof of ${input.byteLength} bytes is too large.`)
  const { mcodec, index, leafCount, path } = proofMessage.decode(input)
  checkHash(mcodec)
  return {
    mcodec: SHA2_256,
    index: toCount(index),
    leafCount: toCount(leafCount),
    path: path.map(({ value }) => checkNode(value)),
  }
}

function checkHash(mcodec: bigint): void {
  if (mcodec !== BigInt(SHA2_256)) throw invalid(`The hash 0x${mcodec.toString(16)} is not SHA-256.`)
}

function checkNode(value: Uint8Array): Uint8Array {
  if (value.byteLength !== DIGEST_BYTES) throw invalid(`A node has ${value.byteLength} bytes, not ${DIGEST_BYTES}.`)
  return value
}

function toCount(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid(`The number ${value} is too large.`)
  return Number(value)
}
