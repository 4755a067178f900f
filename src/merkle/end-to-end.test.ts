/** From content to manifest CID: the end-to-end vectors, and the tables of published and computed values. */
import { describe, expect, it } from 'vitest'
import { blockCidFromDigest, manifestCidFromDigest, treeCidFromDigest } from '../codec/cid.ts'
import { decodeManifest, encodeManifest } from '../codec/manifest.ts'
import { decodeProof, encodeProof } from '../codec/proof.ts'
import { concat } from '../codec/concat.ts'
import { fromHex, toHex } from '../codec/testing/bytes.ts'
import { wire } from '../codec/testing/vectors.ts'
import { decodeWantBlocksResponse } from '../codec/want-blocks.ts'
import { loadNodeHasher, sha256 } from './hasher.ts'
import { verifyProof } from './proof.ts'
import { buildTree, pathOf, rootOf } from './tree.ts'

const hasher = await loadNodeHasher()
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const bytesOf = (length: number, byteAt: (i: number) => number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => byteAt(i))

async function seal(content: Uint8Array, blockSizeBytes = 65_536) {
  const digests: Uint8Array[] = []
  for (let start = 0; start < content.byteLength; start += blockSizeBytes) {
    const block = new Uint8Array(blockSizeBytes)
    block.set(content.subarray(start, start + blockSizeBytes))
    digests.push(await sha256(block))
  }
  const nodes = buildTree(concat(...digests), hasher)
  const treeCid = treeCidFromDigest(rootOf(nodes))
  const init = { treeCid, blockSizeBytes, datasetSizeBytes: content.byteLength }
  return { digests, nodes, treeCid, init, blockCids: digests.map((digest) => blockCidFromDigest(digest).toString()) }
}

async function manifestCidOf(bytes: Uint8Array): Promise<string> {
  return manifestCidFromDigest(await sha256(bytes)).toString()
}

describe('the end-to-end vectors', () => {
  const [single, five] = wire.endToEnd

  it('seal “some file contents” as a native node does', async () => {
    expect(wire.endToEnd.length).toBe(2)
    const content = text(single?.content_utf8 ?? '')
    expect(content.byteLength).toBe(single?.datasetSize)
    const sealed = await seal(content, single?.blockSize)
    expect(toHex(sealed.digests[0] ?? new Uint8Array())).toBe(single?.blockSha256)
    expect(sealed.blockCids).toEqual([single?.blockCid])
    expect(toHex(rootOf(sealed.nodes))).toBe(single?.treeRoot)
    expect([sealed.treeCid.toString(), toHex(sealed.treeCid.bytes)]).toEqual([single?.treeCid, single?.treeCidHex])
    const path = pathOf(sealed.nodes, 1, 0)
    expect(path.map(toHex)).toEqual(single?.proofPath)
    expect(toHex(encodeProof({ mcodec: 0x12, index: 0, leafCount: 1, path }))).toBe(single?.proofBinary)

    const plain = encodeManifest(sealed.init)
    expect([toHex(plain), await manifestCidOf(plain)]).toEqual([
      single?.manifestV0NoNames?.hex,
      single?.manifestV0NoNames?.cid,
    ])
    const names = { filename: single?.manifestV0WithNames?.filename, mimetype: single?.manifestV0WithNames?.mimetype }
    const named = encodeManifest({ ...sealed.init, ...names })
    expect([toHex(named), await manifestCidOf(named)]).toEqual([
      single?.manifestV0WithNames?.hex,
      single?.manifestV0WithNames?.cid,
    ])
    const legacy = fromHex(single?.legacyManifest2024?.hex ?? '')
    expect(await manifestCidOf(legacy)).toBe(single?.legacyManifest2024?.cid)
    expect(decodeManifest(legacy).treeCid.equals(sealed.treeCid)).toBe(true)
  })

  it('seal five blocks of 4 KiB with their proofs', async () => {
    const sealed = await seal(
      bytesOf(five?.datasetSize ?? 0, (i) => i % 251),
      five?.blockSize,
    )
    expect(sealed.blockCids).toEqual(five?.blockCids)
    expect([sealed.treeCid.toString(), toHex(sealed.treeCid.bytes)]).toEqual([five?.treeCid, five?.treeCidHex])
    const manifest = encodeManifest(sealed.init)
    expect([toHex(manifest), await manifestCidOf(manifest)]).toEqual([five?.manifestHex, five?.manifestCid])
    expect(five?.proofs?.length).toBe(5)
    for (const { index, proofBinary } of five?.proofs ?? []) {
      const path = pathOf(sealed.nodes, 5, index)
      expect(toHex(encodeProof({ mcodec: 0x12, index, leafCount: 5, path }))).toBe(proofBinary)
      const leaf = sealed.digests[index] ?? new Uint8Array()
      const claim = { ...decodeProof(fromHex(proofBinary)), leaf, root: rootOf(sealed.nodes) }
      expect(verifyProof(claim, hasher)).toBe(true)
    }
  })

  it('verify the blocks of the WantBlocks response', async () => {
    const { treeCid, blocks } = decodeWantBlocksResponse(fromHex(wire.wantBlocks.response.payload))
    for (const { index, cid, data, proof } of blocks) {
      const leaf = await sha256(data)
      expect(cid.equals(blockCidFromDigest(leaf))).toBe(true)
      expect([BigInt(proof.index), proof.leafCount]).toEqual([index, wire.wantBlocks.response.nleaves])
      expect(verifyProof({ ...proof, leaf, root: treeCid.multihash.digest }, hasher)).toBe(true)
    }
    expect(blocks.length).toBe(2)
  })
})

const HELLO_TREE = 'zDzSvJTf8JYwvysKPmG7BtzpbiAHfuwFMRphxm4hdvnMJ4XPJjKX'

/** What others published, in the generation that they wrote. */
const PUBLISHED = [
  ['C', 'lp-0008 agent storage skill\n', 'lp0008-upload.txt', 'zDvZRwzm6L91tfhtuGMSSt8ESiFX9eoHvWKfk2WczzaJCRUcUX4V'],
  ['C', 'Hello World!', 'hello.txt', 'zDvZRwzmAvGXfZyfdvz1FMD89V4yDXLCPW8NcfQk3wSN55Z3AfYd'],
] as const

const HELLO_A =
  '0a4d0a2601839a031220755c6167daa1ad7e80d86810278dae8c4c178a548bd3fb133f12fba2e7c0302210808004180c20829a0328123002420968656c6c6f2e7478744a0a746578742f706c61696e'
const HELLO_B =
  '0a4d0a2601839a031220755c6167daa1ad7e80d86810278dae8c4c178a548bd3fb133f12fba2e7c0302210808004180c20829a03281230023a0968656c6c6f2e747874420a746578742f706c61696e'

/** Content, blocks, first block CID, tree CID, manifest CID without names in A and B, and in C. */
const COMPUTED: readonly (readonly [string, Uint8Array, number, string, string, string, string])[] = [
  [
    'Hello World!',
    text('Hello World!'),
    1,
    'zDxWB8EDEnQkZkQhGr3zxmxcZ3Hwy11uqbUu14rztt6UDJk7wo44',
    HELLO_TREE,
    'zDvZRwzm4JvW4GEe2bXkCWH5nkmrzm5xMsZoqcePmwq8AB93kDya',
    'zDvZRwzm1uJLrABuHUmcnzzfjedHmSGJ6cGDgYMiuL3XFRxcyU8N',
  ],
  [
    'some file contents',
    text('some file contents'),
    1,
    'zDxWB8ED98hxJ51XwYaoQAwMdskCcmTaPR6Ce2wq88bjvjXRYuR9',
    'zDzSvJTezk7bJNQqFq8k1iHXY84psNuUfZVusA5bBQQUSuyzDSVL',
    'zDvZRwzm1ePSzKSXt57D5YxHwcSDmsCyYN65wW4HT7fuX9HrzFXy',
    'zDvZRwzmDuZWyWGSH6qZqF7ft1AGzxqxqRNQXfpPRKPPr389wS6s',
  ],
  [
    'one zero byte',
    new Uint8Array(1),
    1,
    'zDxWB8EDDWK5FyQxd7ZvgwYjWN7znXGrohEGiqaCUs717sM1SwMi',
    'zDzSvJTf8RviqW9HL7ppHPywc6dQZFY1JWpcNc1ZWsPt3aQue7AP',
    'zDvZRwzmBEof7ujVJQG1usMBDucQEXHqVggMxDH1KEPDh2VLsaLA',
    'zDvZRwzm7QrruUSiNbyEhWM4iYNziZmkf5g3CFSdJmNKMfQ2uvLi',
  ],
  [
    '65536 zero bytes',
    new Uint8Array(65_536),
    1,
    'zDxWB8EDDWK5FyQxd7ZvgwYjWN7znXGrohEGiqaCUs717sM1SwMi',
    'zDzSvJTf8RviqW9HL7ppHPywc6dQZFY1JWpcNc1ZWsPt3aQue7AP',
    'zDvZRwzmA2HNPKFuciURcWGzDUrU9Z3Laz9k1UUFx2rPiXtdvPom',
    'zDvZRwzmBqwJMyMBMyALf3AyVXvgUmXq9RQFFF7H4QrNEmEvXth4',
  ],
  [
    '65537 letters a',
    new Uint8Array(65_537).fill(97),
    2,
    'zDxWB8EDBSKAArnKW9GkTXzyTNmnNN6aJ3JzMYpVH2XRRSt8xSp9',
    'zDzSvJTfCCn4rQDNTLJLCmCv6Ke3G5Npu8WcCec93kKtwuaVsAxL',
    'zDvZRwzmA3m4n77wCn6SgCSc7FWyRYzyvxDW6rd2cJbQWEhbEnNG',
    'zDvZRwzkzXa1hQHijKbXXuGLXEQ6Z2R7roeMQirrGuULm7JHwAmb',
  ],
  [
    '196608 letters a',
    new Uint8Array(196_608).fill(97),
    3,
    'zDxWB8EDBSKAArnKW9GkTXzyTNmnNN6aJ3JzMYpVH2XRRSt8xSp9',
    'zDzSvJTf69hdxR6EZoSgMMAvmRP2n2Crr6K4JKEG7HcPwxLe5wmj',
    'zDvZRwzm76TQdx8eW3RLz726B8TxnqoTtWf5t3Ke6cjx69tckrtY',
    'zDvZRwzkxv5vMtiAdfNEcZd3cTiEiVMqrPfgefNmHnXyCctngCBK',
  ],
  [
    '200000 letters a',
    new Uint8Array(200_000).fill(97),
    4,
    'zDxWB8EDBSKAArnKW9GkTXzyTNmnNN6aJ3JzMYpVH2XRRSt8xSp9',
    'zDzSvJTf9DzmmpbyteN68Q1YYUAu1hB6qYiHvVq1unFfVMmL4jyR',
    'zDvZRwzm8BNcHG9irccBjzEYQxqH4uL9nDwiht7G57M9ZJwiPkPy',
    'zDvZRwzm9y1sw1HAfJnMVYiLSyYGNDR1X1i213yqtGCrDRuLrcMF',
  ],
  [
    '300000 bytes (31 i + 7) & 255',
    bytesOf(300_000, (i) => (31 * i + 7) & 255),
    5,
    'zDxWB8EDEf2QVRbJEndyTfTmM5EiS7cJT2kVL1sMnnKRc8KhDacR',
    'zDzSvJTfHWmNG2Fgjoex99NsBxkXfjFJtt3fBeqptQ3AgpFDkmGw',
    'zDvZRwzmANv2CoBgqUGf7FjDeJbfKK4JGsePMqsVbtr1aYDUFdi2',
    'zDvZRwzm8fcn9cwZXW7FByXfFPwXoxiR31Ps6B8rmYxh2gBes32s',
  ],
]

describe('the tables of published and computed values', () => {
  it.each(COMPUTED)('%s: blocks, tree and manifests without names', async (_what, content, ...row) => {
    const { init, blockCids, treeCid } = await seal(content)
    const current = encodeManifest(init)
    const cids = [
      blockCids[0],
      treeCid.toString(),
      await manifestCidOf(legacyManifest(current)),
      await manifestCidOf(current),
    ]
    expect([blockCids.length, ...cids]).toEqual(row)
  })

  it.each(PUBLISHED)('generation %s manifest of “%s”', async (_generation, content, filename, cid) => {
    const { init } = await seal(text(content))
    expect(await manifestCidOf(encodeManifest({ ...init, filename, mimetype: 'text/plain' }))).toBe(cid)
  })

  it.each([
    ['A', HELLO_A, 'zDvZRwzmAkhzDRPH5EW242gJBNZ2T7aoH2v1fVH66FxXL4kSbvyM'],
    ['B', HELLO_B, 'zDvZRwzm93r6pbHvCDtfXiLiLF96cXTiX5rkv1fWMLGfV1NJX8cr'],
  ])('the published “Hello World!” of generation %s', async (generation, hex, cid) => {
    expect(await manifestCidOf(fromHex(hex))).toBe(cid)
    const manifest = decodeManifest(fromHex(hex))
    expect(manifest).toMatchObject({ generation, filename: 'hello.txt', mimetype: 'text/plain', datasetSizeBytes: 12 })
    expect(manifest.treeCid.toString()).toBe(HELLO_TREE)
  })

  it('the published 48 bytes of generation B', async () => {
    const sealed = await seal(text('TFAtMDAwOCBTdG9yYWdlIGV2aWRlbmNlIDIwMjYtMDYtMTc='))
    expect(sealed.treeCid.toString()).toBe('zDzSvJTfCLXLeX7R4p2YEafYmXUuwTZjPVq7GFCoz2tgofrzKEb1')
    const names = `3a1c${toHex(text('lp0008-partials-evidence.txt'))}420a${toHex(text('text/plain'))}`
    const bytes = legacyManifest(encodeManifest(sealed.init), names)
    expect(await manifestCidOf(bytes)).toBe('zDvZRwzmAZMxY7KEZyfyAHdXgTujdzPMVxo8GeEqWULkSRhCq7Xn')
    expect(decodeManifest(bytes)).toMatchObject({ generation: 'B', filename: 'lp0008-partials-evidence.txt' })
  })

  it('the block of no bytes', async () => {
    const cid = blockCidFromDigest(await sha256(new Uint8Array()))
    expect(cid.toString()).toBe('zDxWB8EDDsokSpiTXNRpv1jS2LXjEdLgTiDfxFd7Eo8CSPKVj93r')
  })
})

/** The same manifest as generations A and B write it: no version, every field number one less; `names` is added. */
function legacyManifest(current: Uint8Array, names = ''): Uint8Array {
  const hex = toHex(current.subarray(4))
  const body = hex
    .replace(/^12/u, '0a')
    .replace(/18(80800420.*)28829a0330123802$/u, '10$1')
    .replace(/20((?:[89a-f].)*[0-7].)$/u, '18$1')
  const header = `${body}20829a0328123002${names}`
  return fromHex(`0a${toHex(Uint8Array.of(header.length / 2))}${header}`)
}
