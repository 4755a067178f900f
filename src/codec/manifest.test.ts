import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCid, parseTreeCid } from './cid.ts'
import {
  blockCountOf,
  checkManifest,
  decodeManifest,
  encodeManifest,
  type Manifest,
  MAX_BLOCK_COUNT,
  MAX_MANIFEST_BYTES,
} from './manifest.ts'
import { manifestInit } from './testing/arbitraries.ts'
import { fromHex, outcomeOf, toHex } from './testing/bytes.ts'
import { wire } from './testing/vectors.ts'

const TREE = parseTreeCid(wire.endToEnd[0]?.treeCid ?? '')
const INIT = { treeCid: TREE, blockSizeBytes: 65_536, datasetSizeBytes: 1_048_576 }
const GOOD: Manifest = decodeManifest(encodeManifest(INIT))
const C_FIELDS = { codec: 0xcd02, hcodec: 0x12, cidVersion: 1, generation: 'C' as const }

describe('generation C manifests against upstream’s golden bytes', () => {
  it.each(wire.manifest)('encodes and decodes $name', ({ params, hex }) => {
    const init = {
      treeCid: decodeCid(fromHex(params.treeCid)),
      blockSizeBytes: params.blockSize,
      datasetSizeBytes: params.datasetSize,
      filename: params.filename ?? undefined,
      mimetype: params.mimetype ?? undefined,
    }
    expect(toHex(encodeManifest(init))).toBe(hex)
    const manifest = decodeManifest(fromHex(hex))
    expect(manifest).toEqual({ ...init, ...C_FIELDS })
    expect([manifest.codec, manifest.hcodec, manifest.cidVersion + 1]).toEqual([
      params.codec,
      params.hcodec,
      params.version,
    ])
    expect(toHex(encodeManifest(manifest))).toBe(hex)
  })

  it.each(wire.manifestDecodeMustFail)('refuses $name', ({ name, hex }) => {
    const code = name === 'unsupportedVersion1' ? 'ERR_MANIFEST_UNSUPPORTED' : 'ERR_MANIFEST_INVALID'
    expect(outcomeOf(() => decodeManifest(fromHex(hex)))).toBe(code)
  })

  it.each(wire.manifestDecodeTolerant)('takes $name', ({ hex, reencodesTo }) => {
    const minimal = wire.manifest.find(({ name }) => name === (reencodesTo ?? 'minimal'))?.hex
    const manifest = decodeManifest(fromHex(hex))
    expect(manifest.filename).toBeUndefined()
    expect(manifest.mimetype).toBeUndefined()
    expect(toHex(encodeManifest(manifest))).toBe(minimal)
  })
})

describe('manifests in general', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(manifestInit, (init) => {
        const manifest = decodeManifest(encodeManifest(init))
        expect(manifest).toEqual({ ...init, ...C_FIELDS })
        expect(toHex(encodeManifest(manifest))).toBe(toHex(encodeManifest(init)))
      }),
      { numRuns: 800 },
    )
  })

  it('read a name that is no UTF-8, and one that starts with a byte order mark', () => {
    const named = toHex(encodeManifest({ ...INIT, filename: 'a\u00fc' }))
    expect(decodeManifest(fromHex(named.replace('61c3bc', '61ffff'))).filename).toBe('a\ufffd\ufffd')
    expect(decodeManifest(encodeManifest({ ...INIT, filename: '\ufeffa' })).filename).toBe('\ufeffa')
  })

  it('tell a future version apart even where its other fields changed', () => {
    expect(outcomeOf(() => decodeManifest(fromHex('0a020802')))).toBe('ERR_MANIFEST_UNSUPPORTED')
  })

  it.each([
    ['no bytes of data', { datasetSizeBytes: 0 }],
    ['half a byte of data', { datasetSizeBytes: 0.5 }],
    ['more than 2^53 - 1 bytes of data', { datasetSizeBytes: 2 ** 53 }],
    ['blocks of no bytes', { blockSizeBytes: 0 }],
    ['blocks above 32 bits', { blockSizeBytes: 2 ** 32 }],
  ])('refuse to be written with %s', (_what, change) => {
    expect(outcomeOf(() => encodeManifest({ ...INIT, ...change }))).toBe('ERR_MANIFEST_INVALID')
  })

  it.each([
    ['no bytes of data', '2080804028829a03', '2080800028829a03'],
    ['blocks of no bytes', '18808004', '18808000'],
    ['CID version 0 of upstream’s enum', '3802', '3800'],
    ['an unknown CID version', '3802', '3803'],
    ['a bad tree CID', '1220', '1320'],
    ['a missing size', '2080804028829a03', '7880804028829a03'],
  ])('are refused with %s', (_what, from, to) => {
    const hex = toHex(encodeManifest(INIT))
    expect(hex).toContain(from)
    expect(outcomeOf(() => decodeManifest(fromHex(hex.replace(from, to))))).toBe('ERR_MANIFEST_INVALID')
  })

  it('are refused with 2^53 bytes of data, and taken with one less', () => {
    const largest = { ...INIT, datasetSizeBytes: Number.MAX_SAFE_INTEGER }
    const hex = toHex(encodeManifest(largest))
    expect(decodeManifest(fromHex(hex)).datasetSizeBytes).toBe(Number.MAX_SAFE_INTEGER)
    const over = hex.replace('20ffffffffffffff0f', '208080808080808010')
    expect(over).not.toBe(hex)
    expect(outcomeOf(() => decodeManifest(fromHex(over)))).toBe('ERR_MANIFEST_INVALID')
  })

  it('are refused above 64 KiB', () => {
    const room = MAX_MANIFEST_BYTES - encodeManifest({ ...INIT, filename: 'x'.repeat(60_000) }).byteLength
    const largest = encodeManifest({ ...INIT, filename: 'x'.repeat(60_000 + room) })
    expect(largest.byteLength).toBe(MAX_MANIFEST_BYTES)
    expect(outcomeOf(() => decodeManifest(largest))).toBe('success')
    const larger = encodeManifest({ ...INIT, filename: 'x'.repeat(60_001 + room) })
    expect(outcomeOf(() => decodeManifest(larger))).toBe('ERR_MANIFEST_INVALID')
  })
})

describe('checking a manifest before a fetch', () => {
  it('takes every block size of the network', () => {
    for (let size = 4096; size <= 524_288; size *= 2) {
      expect(outcomeOf(() => checkManifest({ ...GOOD, blockSizeBytes: size }))).toBe('success')
    }
  })

  it.each([
    ['a tree CID of another codec', { treeCid: decodeCid(fromHex(wire.testCids[0]?.hex ?? '')) }],
    ['a block size below 4 KiB', { blockSizeBytes: 2048 }],
    ['a block size above 512 KiB', { blockSizeBytes: 1_048_576 }],
    ['a block size that is no power of two', { blockSizeBytes: 65_537 }],
    ['blocks of another codec', { codec: 0x55 }],
    ['blocks of another hash', { hcodec: 0x13 }],
    ['no data', { datasetSizeBytes: 0 }],
    ['more blocks than we can hold a bit for', { datasetSizeBytes: MAX_BLOCK_COUNT * 65_536 + 1 }],
  ])('refuses %s', (_what, change) => {
    expect(outcomeOf(() => checkManifest({ ...GOOD, ...change }))).toBe('ERR_MANIFEST_INVALID')
  })

  it('takes the largest dataset that we hold', () => {
    const largest = { ...GOOD, datasetSizeBytes: MAX_BLOCK_COUNT * 65_536 }
    expect(blockCountOf(largest)).toBe(MAX_BLOCK_COUNT)
    expect(outcomeOf(() => checkManifest(largest))).toBe('success')
  })

  it.each([
    [1, 1],
    [65_536, 1],
    [65_537, 2],
    [200_000, 4],
  ])('counts the blocks of %i bytes as %i', (datasetSizeBytes, count) => {
    expect(blockCountOf({ datasetSizeBytes, blockSizeBytes: 65_536 })).toBe(count)
  })
})
