/** Datasets that a running native node made (generation A, December 2025), made again here byte for byte. */
import { describe, expect, it } from 'vitest'
import { blockCidFromDigest, manifestCidFromDigest, treeCidFromDigest } from '../codec/cid.ts'
import { blockCountOf, checkManifest, decodeManifest } from '../codec/manifest.ts'
import { decodeTree, decodeTreeProof, encodeTree, encodeTreeProof } from '../codec/pb/tree.ts'
import { concat } from '../codec/concat.ts'
import { fromHex, outcomeOf, toHex } from '../codec/testing/bytes.ts'
import { generatedBlocks, type LiveCase, liveCases } from '../codec/testing/vectors.ts'
import { loadNodeHasher, sha256 } from './hasher.ts'
import { depthOf } from './layout.ts'
import { verifyProof } from './proof.ts'
import { buildTree, pathOf, rootOf } from './tree.ts'

const hasher = await loadNodeHasher()
const made = liveCases.filter(({ vector }) => vector.treeError === undefined)
const refused = liveCases.filter(({ vector }) => vector.treeError !== undefined)

async function digestsOf({ vector, generator }: LiveCase): Promise<Uint8Array[]> {
  const digests: Uint8Array[] = []
  for (const block of generatedBlocks(vector.size, vector.blockSize, generator)) digests.push(await sha256(block))
  return digests
}

describe('no data at all', () => {
  it.each(refused)('has no tree, as a native node says: $title', async (live) => {
    const digests = await digestsOf(live)
    expect(digests.length).toBe(live.vector.blocks)
    expect(outcomeOf(() => buildTree(concat(...digests), hasher))).toBe('ERR_TREE_EMPTY')
  })

  it('is one of the vectors, the others are made below', () => {
    expect([refused.length, made.length]).toEqual([1, 20])
  })
})

describe.each(made)('$title', (live) => {
  const { vector } = live

  it('has the native node’s blocks, tree and root', async () => {
    const digests = await digestsOf(live)
    const texts = digests.map((digest) => blockCidFromDigest(digest).toString())
    expect(texts.length).toBe(vector.blocks)
    expect(texts.slice(0, vector.blockCidsFirst?.length)).toEqual(vector.blockCidsFirst)
    expect(texts.at(-1)).toBe(vector.blockCidLast)
    expect(toHex(blockCidFromDigest(digests[0] ?? new Uint8Array()).bytes)).toBe(vector.blockCid0Hex)

    const nodes = buildTree(concat(...digests), hasher)
    const cid = treeCidFromDigest(rootOf(nodes))
    expect(toHex(rootOf(nodes))).toBe(vector.treeRootHex)
    expect([cid.toString(), toHex(cid.bytes)]).toEqual([vector.treeCid, vector.treeCidHex])
    expect(depthOf(digests.length) + 1).toBe(vector.treeLevels)

    const encoded = encodeTree({ leafCount: digests.length, nodes })
    expect(encoded.byteLength).toBe(vector.treeEncodedLen)
    // The file has the bytes of small trees only; of a large one the length, the root and the proofs are compared.
    expect(toHex(encoded)).toBe(vector.treeEncodedHex ?? toHex(encoded))
    expect(decodeTree(encoded)).toEqual({ leafCount: digests.length, nodes })

    expect(vector.proofs?.length).toBeGreaterThan(0)
    for (const proof of vector.proofs ?? []) {
      const path = pathOf(nodes, proof.nleaves, proof.index)
      const value = { mcodec: 0x12, index: proof.index, leafCount: proof.nleaves, path }
      expect(path.map(toHex)).toEqual(proof.path)
      expect(toHex(encodeTreeProof(value))).toBe(proof.encodedHex)
      const decoded = decodeTreeProof(fromHex(proof.encodedHex))
      expect(decoded).toEqual(value)
      const leaf = digests[proof.index] ?? new Uint8Array()
      expect(verifyProof({ ...decoded, leaf, root: rootOf(nodes) }, hasher)).toBe(proof.verifies)
    }
  })

  it('has manifests of generation A that are read as they were meant', async () => {
    expect(vector.manifests?.length).toBeGreaterThan(0)
    for (const { manifestHex, manifestCid, manifestCidHex, filename, mimetype } of vector.manifests ?? []) {
      const bytes = fromHex(manifestHex)
      const cid = manifestCidFromDigest(await sha256(bytes))
      expect([cid.toString(), toHex(cid.bytes)]).toEqual([manifestCid, manifestCidHex])
      const manifest = decodeManifest(bytes)
      expect(outcomeOf(() => checkManifest(manifest))).toBe('success')
      expect(manifest).toMatchObject({
        generation: 'A',
        datasetSizeBytes: vector.size,
        blockSizeBytes: vector.blockSize,
        filename: filename === '' ? undefined : filename,
        mimetype: mimetype === '' ? undefined : mimetype,
      })
      expect(manifest.treeCid.toString()).toBe(vector.treeCid)
      expect(blockCountOf(manifest)).toBe(vector.blocks)
    }
  })
})
