import { describe, expect, it } from 'vitest'
import { parseTreeCid } from './cid.ts'
import { decodeManifest, encodeManifest } from './manifest.ts'
import { fromHex, outcomeOf, toHex } from './testing/bytes.ts'
import { wire } from './testing/vectors.ts'

const TREE_HEX = wire.endToEnd[0]?.treeCidHex ?? ''
/** Fields 1 to 6 as generations A and B write them: tree, 64 KiB blocks, 18 bytes. */
const COMMON = `0a26${TREE_HEX}10808004181220829a0328123002`

function legacy(fields: string): Uint8Array {
  const header = `${COMMON}${fields}`
  const size = header.length / 2
  const length = size < 128 ? [size] : [(size & 0x7f) | 0x80, size >> 7]
  return fromHex(`0a${toHex(Uint8Array.from(length))}${header}`)
}

function field(number: number, content: string): string {
  return toHex(Uint8Array.from([number * 8 + 2, content.length / 2])) + content
}

function text(value: string): string {
  return toHex(new TextEncoder().encode(value))
}

const ERASURE = `080310021a26${TREE_HEX}20122801`

describe('legacy manifests', () => {
  it('read the one that upstream published, alike in A and B, and call it A', () => {
    const published = wire.endToEnd[0]?.legacyManifest2024?.hex ?? ''
    expect(toHex(legacy(''))).toBe(published)
    expect(decodeManifest(fromHex(published))).toEqual({
      generation: 'A',
      treeCid: parseTreeCid(wire.endToEnd[0]?.treeCid ?? ''),
      blockSizeBytes: 65_536,
      datasetSizeBytes: 18,
      codec: 0xcd02,
      hcodec: 0x12,
      cidVersion: 1,
      filename: undefined,
      mimetype: undefined,
    })
  })

  it.each([
    ['A', 'a name and a type', field(8, text('a.txt')) + field(9, text('text/plain')), 'a.txt', 'text/plain'],
    ['A', 'a name alone', field(8, text('a.txt')), 'a.txt', undefined],
    ['A', 'a type alone', field(9, text('text/plain')), undefined, 'text/plain'],
    ['A', 'a name of slashes beside a type', field(8, text('a/b')) + field(9, text('text/plain')), 'a/b', 'text/plain'],
    ['A', 'the upload time of v0.1.9', `${field(8, text('a.txt'))}5064`, 'a.txt', undefined],
    ['B', 'a name and a type', field(7, text('a.txt')) + field(8, text('text/plain')), 'a.txt', 'text/plain'],
    ['B', 'a name alone', field(7, text('ü.txt')), 'ü.txt', undefined],
    ['B', 'a type alone', field(8, text('text/plain')), undefined, 'text/plain'],
  ])('read generation %s with %s', (generation, _what, fields, ...names) => {
    const manifest = decodeManifest(legacy(fields))
    expect([manifest.generation, manifest.filename, manifest.mimetype]).toEqual([generation, ...names])
    expect(manifest.datasetSizeBytes).toBe(18)
  })

  it('become generation C with the same tree when they are written again', () => {
    const manifest = decodeManifest(legacy(field(7, text('a.txt')) + field(8, text('text/plain'))))
    expect(toHex(encodeManifest(manifest))).toBe(wire.endToEnd[0]?.manifestV0WithNames?.hex)
  })

  it.each([
    ['without names', field(7, ERASURE)],
    ['with a name', field(7, ERASURE) + field(8, text('a.txt'))],
    ['with a name and a type', field(7, ERASURE) + field(8, text('a.txt')) + field(9, text('text/plain'))],
    ['that we cannot read, beside generation A’s names', field(7, 'ff') + field(9, text('text/plain'))],
  ])('refuse an erasure-coded dataset %s', (_what, fields) => {
    expect(() => decodeManifest(legacy(fields))).toThrow(/erasure-coded/u)
    expect(outcomeOf(() => decodeManifest(legacy(fields)))).toBe('ERR_MANIFEST_UNSUPPORTED')
  })

  it('refuse a field 7 that is neither a name nor an erasure description', () => {
    expect(outcomeOf(() => decodeManifest(legacy(field(7, '08ff'))))).toBe('ERR_MANIFEST_INVALID')
  })

  it('refuse a header cut short at every length', () => {
    const bytes = legacy(field(8, text('a.txt')))
    for (let length = 0; length < bytes.byteLength; length++) {
      expect(outcomeOf(() => decodeManifest(bytes.subarray(0, length)))).toBe('ERR_MANIFEST_INVALID')
    }
  })
})
