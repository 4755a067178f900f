import { type ManifestCid, manifestCidFromDigest, type TreeCid, treeCidFromDigest } from '../codec/cid.ts'
import { encodeManifest, MAX_BLOCK_SIZE_BYTES, MIN_BLOCK_SIZE_BYTES } from '../codec/manifest.ts'
import { loadNodeHasher, sha256 } from '../merkle/hasher.ts'
import { buildTreeInSlices, rootOf } from '../merkle/tree.ts'
import { QuireError } from '../errors.ts'
import type { BlockGroup } from './block-groups.ts'
import { type DatasetLabel, fitLabel } from './dataset-name.ts'

/** A dataset as it stands once all its leaves are known. */
export interface SealedDataset {
  readonly manifestCid: ManifestCid
  readonly manifestBytes: Uint8Array
  readonly treeCid: TreeCid
  /** The whole tree, layer by layer from the leaves to the root, 32 bytes a node. */
  readonly nodes: Uint8Array
  readonly sizeBytes: number
  readonly blockSizeBytes: number
  readonly blockCount: number
}

const LEAF_BYTES = 32
const FIRST_LEAVES = 1024

/** Takes groups in order and closes with the tree and the manifest (generation C): 32 bytes of memory for each block. */
export class DatasetSeal {
  readonly #blockSizeBytes: number
  #leaves = new Uint8Array(FIRST_LEAVES * LEAF_BYTES)
  #blockCount = 0
  #sizeBytes = 0

  /** Errors: `ERR_OPTION_INVALID` (the block size is no power of two in 4 096 … 524 288). */
  constructor(blockSizeBytes: number) {
    const isAllowed = blockSizeBytes >= MIN_BLOCK_SIZE_BYTES && blockSizeBytes <= MAX_BLOCK_SIZE_BYTES
    if (!isAllowed || !Number.isInteger(Math.log2(blockSizeBytes))) {
      throw new QuireError('ERR_OPTION_INVALID', `A block size of ${blockSizeBytes} bytes is not allowed.`)
    }
    this.#blockSizeBytes = blockSizeBytes
  }

  /** Bytes of content taken so far. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  add(group: BlockGroup): void {
    this.#reserve(this.#blockCount + group.blocks.length)
    for (const block of group.blocks) this.#leaves.set(block.digest, LEAF_BYTES * this.#blockCount++)
    this.#sizeBytes += group.contentBytes
  }

  /** Errors: `ERR_EMPTY_FILE` (no leaves, no tree). */
  async close(label: DatasetLabel): Promise<SealedDataset> {
    if (this.#blockCount === 0) throw emptyFile()
    const hasher = await loadNodeHasher()
    const nodes = await buildTreeInSlices(this.#leaves.subarray(0, LEAF_BYTES * this.#blockCount), hasher)
    const treeCid = treeCidFromDigest(rootOf(nodes).slice())
    const sizeBytes = this.#sizeBytes
    const blockSizeBytes = this.#blockSizeBytes
    const manifestBytes = encodeManifest({ treeCid, datasetSizeBytes: sizeBytes, blockSizeBytes, ...fitLabel(label) })
    const manifestCid = manifestCidFromDigest(await sha256(manifestBytes))
    return { manifestCid, manifestBytes, treeCid, nodes, sizeBytes, blockSizeBytes, blockCount: this.#blockCount }
  }

  #reserve(leafCount: number): void {
    if (leafCount * LEAF_BYTES <= this.#leaves.byteLength) return
    const larger = new Uint8Array(this.#leaves.byteLength * 2)
    larger.set(this.#leaves)
    this.#leaves = larger
  }
}

/** What an upload of nothing is refused with. */
export function emptyFile(): QuireError {
  return new QuireError('ERR_EMPTY_FILE', 'This file is empty.')
}
