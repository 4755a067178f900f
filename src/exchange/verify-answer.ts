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
  /** Blocks that are what was asked for, proven. Their bytes are views of the answer’s frame, but for those that came cut. */
  readonly blocks: readonly ProvenBlock[]
  readonly fault: AnswerFault | undefined
}

/**
 * Checks an answer against what was asked: tree, indices, length, hash, and the proof’s index, leaf count, length and root.
 * A block that came without the zeros at its end gets them back first.
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
  const open = new Set(asked.indices)
  const blocks: ProvenBlock[] = []
  for (const whole of await Promise.all(answer.blocks.map((came) => wholeBlock(came, asked.dataset)))) {
    const { block, digest } = whole
    const index = Number(block.index)
    if (!open.delete(index))
      return { blocks, fault: { blame: 'peer', reason: 'It sent a block that was not asked for.' } }
    const fault = faultOf(whole, index, asked.dataset, hasher)
    if (fault !== undefined) return { blocks, fault }
    blocks.push({ index, digest, bytes: block.data, path: block.proof.path })
  }
  return { blocks, fault: undefined }
}

/** A block as it is hashed. */
interface WholeBlock {
  readonly block: DeliveredBlock
  readonly digest: Uint8Array
  readonly wasCut: boolean
}

/**
 * Fills a block up to the manifest’s size. One that is shorter than the manifest says and hashes to its CID is left as it is: the manifest
 * lies, not the peer.
 */
async function wholeBlock(block: DeliveredBlock, { blockSizeBytes }: DatasetRef): Promise<WholeBlock> {
  const digest = await sha256(block.data)
  const wasCut = block.data.byteLength < blockSizeBytes && !hasDigest(block.cid, digest)
  if (!wasCut) return { block, digest, wasCut }
  const data = new Uint8Array(blockSizeBytes)
  data.set(block.data)
  return { block: { ...block, data }, digest: await sha256(data), wasCut }
}

function faultOf(
  { block, digest: leaf, wasCut }: WholeBlock,
  index: number,
  dataset: DatasetRef,
  hasher: NodeHasher,
): AnswerFault | undefined {
  const { proof } = block
  if (!hasDigest(block.cid, leaf) && wasCut) {
    return { blame: 'doubt', reason: 'A block that came cut does not match its CID with the manifest’s block size.' }
  }
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
