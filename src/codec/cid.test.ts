import * as fc from 'fast-check'
import { base32 } from 'multiformats/bases/base32'
import { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import {
  asTreeCid,
  blockCidFromDigest,
  decodeCid,
  digestOf,
  manifestCidFromDigest,
  parseManifestCid,
  parseTreeCid,
  treeCidFromDigest,
} from './cid.ts'
import { digest } from './testing/arbitraries.ts'
import { concat } from './concat.ts'
import { fromHex, outcomeOf, toHex } from './testing/bytes.ts'
import { wire } from './testing/vectors.ts'

const MANIFEST_TEXT = wire.manifestProtocol.request.cid
const BLOCK_TEXT = wire.endToEnd[0]?.blockCid ?? ''
const TREE_TEXT = wire.endToEnd[0]?.treeCid ?? ''
const TREE_HEX = wire.endToEnd[0]?.treeCidHex ?? ''

describe('the CIDs of the Codex data model', () => {
  it.each(wire.testCids)('decodes and encodes $name of the golden tests', ({ hex, string }) => {
    const cid = decodeCid(fromHex(hex))
    expect(cid.toString()).toBe(string)
    expect(toHex(cid.bytes)).toBe(hex)
  })

  it('writes the same text as a native node', () => {
    expect(parseTreeCid(TREE_TEXT).toString()).toBe(TREE_TEXT)
    expect(toHex(parseTreeCid(TREE_TEXT).bytes)).toBe(TREE_HEX)
    expect(treeCidFromDigest(fromHex(wire.endToEnd[0]?.treeRoot ?? '')).toString()).toBe(TREE_TEXT)
    expect(blockCidFromDigest(fromHex(wire.endToEnd[0]?.blockSha256 ?? '')).toString()).toBe(BLOCK_TEXT)
  })

  it('gives the provider key and the place in the key space of the Kademlia vector', async () => {
    const { multihash } = parseManifestCid(wire.kad.manifestCid)
    expect(toHex(multihash.bytes)).toBe(wire.kad.providerKey)
    const place = await crypto.subtle.digest('SHA-256', new Uint8Array(multihash.bytes))
    expect(toHex(new Uint8Array(place))).toBe(wire.kad.xorId)
  })

  it('names each kind by its prefix, in 38 bytes and 52 characters', () => {
    fc.assert(
      fc.property(digest, (bytes) => {
        const texts = [manifestCidFromDigest(bytes), treeCidFromDigest(bytes), blockCidFromDigest(bytes)].map((cid) => {
          expect(cid.bytes.byteLength).toBe(38)
          expect(toHex(digestOf(decodeCid(cid.bytes)))).toBe(toHex(bytes))
          return cid.toString()
        })
        expect(texts.map((text) => text.slice(0, 7))).toEqual(['zDvZRwz', 'zDzSvJT', 'zDxWB8E'])
        expect(texts.map((text) => text.length)).toEqual([52, 52, 52])
      }),
      { numRuns: 500 },
    )
  })
})

describe('reading a CID that a person gave', () => {
  it('ignores white space around it', () => {
    expect(parseManifestCid(` \n${MANIFEST_TEXT}\t`).toString()).toBe(MANIFEST_TEXT)
  })

  it.each([
    ['a single block', BLOCK_TEXT],
    ['a Merkle tree', TREE_TEXT],
    ['something of another network (codec 0x55)', 'zb2rhe5P4gXftAwvA4eXQ5HJwsER2owDyS9sKaQRRVQPn93bA'],
  ])('says that a CID is that of %s', (found, text) => {
    expect(outcomeOf(() => parseManifestCid(text))).toBe('ERR_CID_WRONG_KIND')
    expect(() => parseManifestCid(text)).toThrow(`This is the CID of ${found}, not of a whole file.`)
  })

  it.each([
    '',
    'hello',
    MANIFEST_TEXT.slice(0, -1),
    `${MANIFEST_TEXT}1`,
    MANIFEST_TEXT.toLowerCase(),
    'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG',
    'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
    parseManifestCid(MANIFEST_TEXT).toString(base32.encoder),
    'z'.repeat(200_000),
  ])('refuses the text “%.60s” as no CID', (text) => {
    expect(outcomeOf(() => parseManifestCid(text))).toBe('ERR_CID_INVALID')
    expect(outcomeOf(() => parseTreeCid(text))).toBe('ERR_CID_INVALID')
  })

  it('takes a tree CID only where one is asked for', () => {
    expect(parseTreeCid(TREE_TEXT).toString()).toBe(TREE_TEXT)
    expect(outcomeOf(() => parseTreeCid(MANIFEST_TEXT))).toBe('ERR_CID_WRONG_KIND')
    expect(outcomeOf(() => asTreeCid(parseManifestCid(MANIFEST_TEXT)))).toBe('ERR_CID_WRONG_KIND')
  })
})

describe('decoding a binary CID', () => {
  it.each([
    ['nothing', ''],
    ['a CIDv0', `1220${'00'.repeat(32)}`],
    ['version 2', `0283${TREE_HEX.slice(4)}`],
    ['a byte too many', `${TREE_HEX}00`],
    ['a byte too few', TREE_HEX.slice(0, -2)],
    ['another hash', TREE_HEX.replace('1220', '1320')],
    ['a digest of 31 bytes', TREE_HEX.slice(0, -2).replace('1220', '121f')],
    ['a codec not in its shortest form', TREE_HEX.replace('839a03', '839a8300')],
    ['a hash code not in its shortest form', TREE_HEX.replace('1220', '920020')],
    ['the identity hash', '01550000'],
    ['256 bytes', '01'.repeat(256)],
  ])('refuses %s', (_what, hex) => {
    expect(outcomeOf(() => decodeCid(fromHex(hex)))).toBe('ERR_CID_INVALID')
  })

  it('keeps no view of the bytes that it came from', () => {
    const frame = concat(new Uint8Array(1000), fromHex(TREE_HEX))
    const cid = decodeCid(frame.subarray(1000))
    frame.fill(0)
    expect(toHex(cid.bytes)).toBe(TREE_HEX)
    expect(cid.multihash.bytes.buffer.byteLength).toBeLessThan(1000)
  })

  it('refuses a digest that is not 32 bytes', () => {
    expect(outcomeOf(() => treeCidFromDigest(new Uint8Array(31)))).toBe('ERR_CID_INVALID')
    expect(CID.asCID(treeCidFromDigest(new Uint8Array(32)))).not.toBeNull()
  })
})
