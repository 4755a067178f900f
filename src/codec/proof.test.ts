import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BlockProof, decodeProof, encodeProof, proofSizeBytes } from './proof.ts'
import { blockProof } from './testing/arbitraries.ts'
import { concat } from './concat.ts'
import { fromHex, outcomeOf, toHex } from './testing/bytes.ts'
import { wire } from './testing/vectors.ts'

const PROOF: BlockProof = { mcodec: 0x12, index: 4, leafCount: 10, path: [new Uint8Array(32).fill(1)] }

describe('the binary form of a proof', () => {
  it.each(wire.merkle.proofs)('is that of the vector for leaf $index of $nleaves, both ways', (vector) => {
    const proof = {
      mcodec: 0x12,
      index: vector.index,
      leafCount: vector.nleaves,
      path: vector.path.map(fromHex),
    }
    expect(toHex(encodeProof(proof))).toBe(vector.wantBlocksProofBinary)
    const decoded = decodeProof(fromHex(vector.wantBlocksProofBinary))
    expect(decoded).toEqual(proof)
    expect(toHex(encodeProof(decoded))).toBe(vector.wantBlocksProofBinary)
  })

  it('comes back as it was written, in the size that is announced', () => {
    fc.assert(
      fc.property(blockProof, (proof) => {
        const bytes = encodeProof(proof)
        expect(bytes.byteLength).toBe(proofSizeBytes(proof.path.length))
        expect(decodeProof(bytes)).toEqual(proof)
      }),
      { numRuns: 800 },
    )
  })

  it('is refused when it is cut short at any length, and when bytes follow', () => {
    const bytes = encodeProof(PROOF)
    for (let length = 0; length < bytes.byteLength; length++) {
      expect(outcomeOf(() => decodeProof(bytes.subarray(0, length)))).toBe('ERR_MESSAGE_INVALID')
    }
    expect(outcomeOf(() => decodeProof(concat(bytes, Uint8Array.of(0))))).toBe('ERR_MESSAGE_INVALID')
  })

  it('has at most 64 nodes', () => {
    const path = Array.from({ length: 64 }, () => new Uint8Array(32))
    expect(decodeProof(encodeProof({ ...PROOF, path })).path.length).toBe(64)
    const longer = { ...PROOF, path: [...path, new Uint8Array(32)] }
    expect(outcomeOf(() => encodeProof(longer))).toBe('ERR_MESSAGE_INVALID')
    const counted = encodeProof({ ...PROOF, path })
    counted[24] = 65
    expect(outcomeOf(() => decodeProof(concat(counted, new Uint8Array(34).fill(32, 0, 1))))).toBe('ERR_MESSAGE_INVALID')
  })

  it('has nodes of 32 bytes and the hash SHA-256', () => {
    expect(outcomeOf(() => encodeProof({ ...PROOF, path: [new Uint8Array(31)] }))).toBe('ERR_MESSAGE_INVALID')
    expect(outcomeOf(() => encodeProof({ ...PROOF, mcodec: 0x13 }))).toBe('ERR_MESSAGE_INVALID')
    const otherHash = encodeProof(PROOF)
    otherHash[0] = 0x13
    expect(outcomeOf(() => decodeProof(otherHash))).toBe('ERR_MESSAGE_INVALID')
    const shortNode = encodeProof(PROOF)
    shortNode[28] = 31
    expect(outcomeOf(() => decodeProof(shortNode.subarray(0, -1)))).toBe('ERR_MESSAGE_INVALID')
  })

  it('has an index and a leaf count of at most 2^53 - 1', () => {
    for (const offset of [8, 16]) {
      const large = encodeProof(PROOF)
      large[offset + 6] = 0x20
      expect(outcomeOf(() => decodeProof(large))).toBe('ERR_MESSAGE_INVALID')
      large[offset + 6] = 0x1f
      expect(outcomeOf(() => decodeProof(large))).toBe('success')
    }
  })
})
