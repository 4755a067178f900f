import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockProof, digest } from '../testing/arbitraries.ts'
import { concat } from '../concat.ts'
import { fromHex, outcomeOf, toHex } from '../testing/bytes.ts'
import { decodeTree, decodeTreeProof, encodeTree, encodeTreeProof } from './tree.ts'

const NODE = '0a20' + '07'.repeat(32)
const TREE = `08121001${`1a22${NODE}`.repeat(2)}`
const PROOF = `0812100018012222${NODE}`

/** Leaf 4 of the ten leaves of the upstream tests, as the facts write it. */
const PUBLISHED =
  '08121004180a22220a20303030303030303030303030303030303030303030303030303030303030303622220a2058f244be19f9536feefa2f955793a2c32e37b381377f842ab3e1ecfc517ba00822220a20dbd7d9aab97b062d9b45a6c31796ee3a8f7089aeb7a556c6dacf4f3f8483f50e22220a20ed15bc5dc47962e4c059e790afc456e636cad76e67e10ef898cd3fc0053eb8f4'

describe('trees and proofs as native nodes keep them', () => {
  it('has the fields in order, every scalar written', () => {
    const node = new Uint8Array(32).fill(7)
    expect(toHex(encodeTree({ leafCount: 1, nodes: concat(node, node) }))).toBe(TREE)
    expect(toHex(encodeTreeProof({ mcodec: 0x12, index: 0, leafCount: 1, path: [node] }))).toBe(PROOF)
  })

  it('reads and writes the computed proof of leaf 4 of 10', () => {
    const proof = decodeTreeProof(fromHex(PUBLISHED))
    expect([proof.index, proof.leafCount, proof.path.length]).toEqual([4, 10, 4])
    expect(toHex(encodeTreeProof(proof))).toBe(PUBLISHED)
  })

  it('comes back as it was written', () => {
    const nodes = fc.array(digest, { maxLength: 8 }).map((list) => concat(...list))
    fc.assert(
      fc.property(fc.nat(), nodes, blockProof, (leafCount, flat, proof) => {
        expect(decodeTree(encodeTree({ leafCount, nodes: flat }))).toEqual({ leafCount, nodes: flat })
        expect(decodeTreeProof(encodeTreeProof(proof))).toEqual(proof)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['another hash', '0812', '0813'],
    ['a count above 2^53 - 1', '1801', '188080808080808010'],
  ])('refuses %s', (_what, from, to) => {
    const proof = PROOF.replace(from, to)
    expect(proof).not.toBe(PROOF)
    expect(outcomeOf(() => decodeTreeProof(fromHex(proof)))).toBe('ERR_MESSAGE_INVALID')
    const tree = TREE.replace(from, to).replace('1001', `10${to.startsWith('18') ? to.slice(2) : '01'}`)
    expect(tree).not.toBe(TREE)
    expect(outcomeOf(() => decodeTree(fromHex(tree)))).toBe('ERR_MESSAGE_INVALID')
  })

  it('refuses nodes of other lengths for that reason', () => {
    const short = `2221${'0a1f' + '07'.repeat(31)}`
    expect(() => decodeTreeProof(fromHex(`081210001801${short}`))).toThrow(/31 bytes/u)
    expect(() => decodeTree(fromHex(`08121001${short.replace('22', '1a')}`))).toThrow(/31 bytes/u)
  })

  it('refuses a tree above 100 MiB and a proof above 1 MiB before reading them', () => {
    expect(() => decodeTree(new Uint8Array(104_857_601))).toThrow(/too large/u)
    expect(() => decodeTreeProof(new Uint8Array(1_048_577))).toThrow(/too large/u)
  })

  it('refuses a path of 65 nodes', () => {
    const node = `2222${NODE}`
    expect(decodeTreeProof(fromHex(`081210001801${node.repeat(64)}`)).path.length).toBe(64)
    expect(outcomeOf(() => decodeTreeProof(fromHex(`081210001801${node.repeat(65)}`)))).toBe('ERR_MESSAGE_INVALID')
  })
})
