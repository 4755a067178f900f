import { describe, expect, it } from 'vitest'
import { live, liveCases, wire } from './testing/vectors.ts'

/** Every section of `codex-wire.json`, how many vectors it has, and the test that goes through all of them. */
const WIRE_SECTIONS = {
  testCids: [2, 'codec/cid.test.ts'],
  manifest: [4, 'codec/manifest.test.ts'],
  message: [17, 'codec/message.test.ts'],
  messageDecodeMustFail: [7, 'codec/message.test.ts'],
  manifestDecodeMustFail: [5, 'codec/manifest.test.ts'],
  manifestDecodeTolerant: [2, 'codec/manifest.test.ts'],
  limitsTests: [2, 'codec/message.test.ts'],
  endToEnd: [2, 'merkle/end-to-end.test.ts'],
  merkle: [5, 'merkle/tree.test.ts, merkle/proof.test.ts, codec/proof.test.ts'],
  wantBlocks: [5, 'codec/want-blocks.test.ts, codec/frame.test.ts, merkle/end-to-end.test.ts'],
  manifestProtocol: [4, 'codec/manifest-exchange.test.ts'],
  kad: [5, 'codec/cid.test.ts'],
} as const

describe('the vector files', () => {
  it('have no section and no vector that the tests do not know', () => {
    const notes = ['_about', '_sources', '_conventions']
    const counts = Object.entries(wire)
      .filter(([section]) => !notes.includes(section))
      .map(([section, content]) => [section, Object.keys(content).length])
    expect(Object.fromEntries(counts)).toEqual(
      Object.fromEntries(Object.entries(WIRE_SECTIONS).map(([section, [count]]) => [section, count])),
    )
    expect([wire.merkle.roots.length, wire.merkle.proofs.length]).toEqual([10, 9])
  })

  it('have the datasets, manifests and proofs of the live node that merkle/live.test.ts goes through', () => {
    expect(Object.keys(live)).toEqual(['about', 'generator', 'vectors', 'generator2', 'vectors2'])
    const sum = (count: (vector: (typeof liveCases)[number]['vector']) => number) =>
      liveCases.reduce((all, { vector }) => all + count(vector), 0)
    expect(liveCases.length).toBe(21)
    expect(sum((vector) => vector.manifests?.length ?? 0)).toBe(89)
    expect(sum((vector) => vector.proofs?.length ?? 0)).toBe(89)
    expect(sum((vector) => (vector.treeEncodedHex === undefined ? 0 : 1))).toBe(13)
  })
})
