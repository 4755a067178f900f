import { digestOf, hasDigest, type ManifestCid, type TreeCid } from '../codec/cid.ts'
import type { DeliveredBlock, WantBlocksResponse } from '../codec/want-blocks.ts'
import { type NodeHasher, sha256 } from '../merkle/hasher.ts'
import { verifyProof } from '../merkle/proof.ts'
import type { ProvenBlock } from '../store/block-store.ts'

/** What is fetched: a manifest’s content, with the numbers that every block is checked against. */
export interface DatasetRef {
  readonly manifestCid: ManifestCid
  readonly treeCid: TreeCid
  /** Of every block, the last one’s padding included. */
  readonly blockSizeBytes: number
  readonly blockCount: number
}

/**
 * What is wrong with an answer.
 *
 * `peer`: it broke the rules. `manifest`: the block is proven to be in the tree and yet is not as the manifest says;
 * a hash cannot be forged, so the manifest lies. `doubt`: the proof holds for another number of blocks than the
 * manifest’s; either of the two may lie, so the peer is left alone and not used for this dataset.
 */
export interface AnswerFault {
  readonly blame: 'peer' | 'manifest' | 'doubt'
  readonly reason: string
}

export interface CheckedAnswer {
  /** Blocks that are what was asked for, proven. Their bytes are views of the answer’s frame. */
  readonly blocks: readonly ProvenBlock[]
  readonly fault: AnswerFault | undefined
}

/**
 * Checks an answer against what was asked: tree, indices, length, hash, and the proof’s index, leaf count, length and root.
 *
 * The first fault ends the check; blocks proven before it count.
 */
export async function verifyAnswer(
  answer: WantBlocksResponse,
  asked: { dataset: DatasetRef; indices: readonly number[] },
  hasher: NodeHasher,
): Promise<CheckedAnswer> {
  if (!answer.treeCid.equals(asked.dataset.treeCid)) {
    return { blocks: [], fault: { blame: 'peer', reason: 'It answered for another dataset.' } }
  }
  const digests = await Promise.all(answer.blocks.map((block) => sha256(block.data)))
  const open = new Set(asked.indices)
  const blocks: ProvenBlock[] = []
  for (const [i, block] of answer.blocks.entries()) {
    const digest = digests[i]
    if (digest === undefined) break
    const index = Number(block.index)
    if (!open.delete(index))
      return { blocks, fault: { blame: 'peer', reason: 'It sent a block that was not asked for.' } }
    const fault = faultOf(block, { index, digest }, asked.dataset, hasher)
    if (fault !== undefined) return { blocks, fault }
    blocks.push({ index, digest, bytes: block.data, path: block.proof.path })
  }
  return { blocks, fault: undefined }
}

function faultOf(
  block: DeliveredBlock,
  found: { index: number; digest: Uint8Array },
  dataset: DatasetRef,
  hasher: NodeHasher,
): AnswerFault | undefined {
  const { proof } = block
  const { index, digest: leaf } = found
  if (!hasDigest(block.cid, leaf)) return { blame: 'peer', reason: 'A block’s bytes do not match its CID.' }
  if (proof.index !== index) return { blame: 'peer', reason: 'A block’s proof is for another place.' }
  const claim = { leaf, index, path: proof.path, root: digestOf(dataset.treeCid) }
  if (!verifyProof({ ...claim, leafCount: proof.leafCount }, hasher)) {
    return { blame: 'peer', reason: 'A block’s proof does not lead to the dataset.' }
  }
  if (block.data.byteLength !== dataset.blockSizeBytes) {
    return {
      blame: 'manifest',
      reason: `Its blocks have ${block.data.byteLength} bytes, not ${dataset.blockSizeBytes}.`,
    }
  }
  if (proof.leafCount !== dataset.blockCount) {
    return { blame: 'doubt', reason: `Its proof counts ${proof.leafCount} blocks, not ${dataset.blockCount}.` }
  }
  return undefined
}
