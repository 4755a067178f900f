/**
 * Bytes of an attacker: every decoder of this folder either understands them or throws one of its own codes.
 *
 * `outcomeOf` lets any other exception through, so a TypeError or RangeError fails the test.
 */
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { decodeCid, parseManifestCid } from './cid.ts'
import { encodeFrame, FrameDecoder } from './frame.ts'
import { encodeShareLink, parseShareLink } from './link.ts'
import {
  decodeManifestRequest,
  decodeManifestResponse,
  encodeManifestRequest,
  encodeManifestResponse,
} from './manifest-exchange.ts'
import { decodeManifest, encodeManifest } from './manifest.ts'
import { decodeMessage, encodeMessage } from './message.ts'
import { decodeTree, decodeTreeProof, encodeTree, encodeTreeProof } from './pb/tree.ts'
import { decodeProof, encodeProof } from './proof.ts'
import * as arbitrary from './testing/arbitraries.ts'
import { concat } from './concat.ts'
import { outcomeOf } from './testing/bytes.ts'
import {
  decodeWantBlocksRequest,
  decodeWantBlocksResponse,
  encodeWantBlocksRequest,
  encodeWantBlocksResponse,
} from './want-blocks.ts'

// Thousands of inputs a test take a second; a machine that is busy with other things may take ten.
vi.setConfig({ testTimeout: 60_000 })

const RUNS_EACH = 4200
const MIN_CASES = 100_000

interface Decoder {
  readonly name: string
  readonly decode: (bytes: Uint8Array) => unknown
  readonly valid: fc.Arbitrary<Uint8Array>
  readonly codes: readonly string[]
}

const MESSAGE = ['ERR_MESSAGE_INVALID']
const CID = ['ERR_CID_INVALID', 'ERR_CID_WRONG_KIND']

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
const fromLatin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

const link = fc
  .record({ cid: arbitrary.manifestCid, addresses: fc.array(fc.webPath(), { maxLength: 3 }) })
  .map((value) => fromLatin1(encodeShareLink('https://quire.example/', value)))

const frames = fc
  .array(fc.tuple(fc.constantFrom(0, 1, 2), fc.uint8Array({ maxLength: 20 })), { minLength: 1, maxLength: 3 })
  .map((list) => concat(...list.map(([type, payload]) => encodeFrame(type, payload))))

const tree = fc.array(arbitrary.digest, { maxLength: 5 }).map((nodes) => ({ leafCount: 3, nodes: concat(...nodes) }))

const response = fc.uint8Array({ maxLength: 60 }).map((bytes) => encodeManifestResponse({ status: 'found', bytes }))

const DECODERS: readonly Decoder[] = [
  { name: 'decodeCid', decode: decodeCid, valid: arbitrary.anyCid.map((cid) => cid.bytes), codes: CID },
  {
    name: 'parseManifestCid',
    decode: (bytes) => parseManifestCid(latin1(bytes)),
    valid: arbitrary.anyCid.map((cid) => fromLatin1(cid.toString())),
    codes: CID,
  },
  {
    name: 'parseShareLink',
    decode: (bytes) => parseShareLink(latin1(bytes)),
    valid: link,
    codes: [...CID, 'ERR_LINK_INVALID'],
  },
  {
    name: 'decodeManifest',
    decode: decodeManifest,
    valid: arbitrary.manifestInit.map(encodeManifest),
    codes: ['ERR_MANIFEST_INVALID', 'ERR_MANIFEST_UNSUPPORTED'],
  },
  { name: 'decodeMessage', decode: decodeMessage, valid: arbitrary.controlMessage.map(encodeMessage), codes: MESSAGE },
  {
    name: 'decodeWantBlocksRequest',
    decode: decodeWantBlocksRequest,
    valid: arbitrary.wantBlocksRequest.map(encodeWantBlocksRequest),
    codes: MESSAGE,
  },
  {
    name: 'decodeWantBlocksResponse',
    decode: decodeWantBlocksResponse,
    valid: arbitrary.wantBlocksResponse.map(encodeWantBlocksResponse),
    codes: MESSAGE,
  },
  { name: 'decodeProof', decode: decodeProof, valid: arbitrary.blockProof.map(encodeProof), codes: MESSAGE },
  {
    name: 'decodeManifestRequest',
    decode: decodeManifestRequest,
    valid: arbitrary.anyCid.map(encodeManifestRequest),
    codes: [...MESSAGE, 'ERR_FRAME_TOO_LARGE'],
  },
  {
    name: 'decodeManifestResponse',
    decode: decodeManifestResponse,
    valid: response,
    codes: [...MESSAGE, 'ERR_FRAME_TOO_LARGE'],
  },
  {
    name: 'FrameDecoder',
    decode: (bytes) => new FrameDecoder().push(bytes),
    valid: frames,
    codes: ['ERR_FRAME_INVALID', 'ERR_FRAME_TOO_LARGE'],
  },
  { name: 'decodeTree', decode: decodeTree, valid: tree.map(encodeTree), codes: MESSAGE },
  {
    name: 'decodeTreeProof',
    decode: decodeTreeProof,
    valid: arbitrary.blockProof.map(encodeTreeProof),
    codes: MESSAGE,
  },
]

let casesRun = 0

/** True for a value or one of the decoder’s own codes. */
function isTyped({ decode, codes }: Decoder, bytes: Uint8Array): boolean {
  casesRun++
  const outcome = outcomeOf(() => decode(bytes))
  return outcome === 'success' || codes.includes(outcome)
}

/** Valid bytes with flipped bits, a cut, a piece twice, or a piece of noise. */
function damaged(valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(valid, fc.array(fc.nat({ max: 1 << 14 }), { minLength: 1, maxLength: 4 }), fc.uint8Array({ maxLength: 6 }))
    .chain(([bytes, places, noise]) =>
      fc.constantFrom('flip', 'cut', 'repeat', 'insert').map((act) => {
        const at = (places[0] ?? 0) % (bytes.byteLength + 1)
        if (act === 'cut') return bytes.subarray(0, at)
        if (act === 'repeat') return concat(bytes.subarray(0, at), bytes.subarray(Math.floor(at / 2)))
        if (act === 'insert') return concat(bytes.subarray(0, at), noise, bytes.subarray(at))
        const flipped = bytes.slice()
        for (const place of places) {
          const i = (place >> 3) % bytes.byteLength
          flipped[i] = (flipped[i] ?? 0) ^ (1 << (place & 7))
        }
        return flipped
      }),
    )
}

describe.each(DECODERS)('$name', (decoder) => {
  it('reads every valid input', () => {
    const code = decoder.name === 'parseManifestCid' ? 'ERR_CID_WRONG_KIND' : 'success'
    fc.assert(
      fc.property(decoder.valid, (bytes) => {
        expect(['success', code]).toContain(outcomeOf(() => decoder.decode(bytes)))
      }),
      { numRuns: 200 },
    )
  })

  it('meets random bytes with a value or a typed error', () => {
    const random = fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => isTyped(decoder, bytes))
    expect(fc.check(random, { numRuns: RUNS_EACH })).toMatchObject({ failed: false, numRuns: RUNS_EACH })
  })

  it('meets damaged bytes with a value or a typed error', () => {
    const broken = fc.property(damaged(decoder.valid), (bytes) => isTyped(decoder, bytes))
    expect(fc.check(broken, { numRuns: RUNS_EACH })).toMatchObject({ failed: false, numRuns: RUNS_EACH })
  })

  it('meets a valid input that is cut at any length with a value or a typed error', () => {
    const cut = fc.property(decoder.valid, (bytes) =>
      Array.from(bytes, (_, length) => isTyped(decoder, bytes.subarray(0, length))).every(Boolean),
    )
    expect(fc.check(cut, { numRuns: 20 })).toMatchObject({ failed: false, numRuns: 20 })
  })
})

describe('these tests together', () => {
  it('have met at least 100,000 hostile inputs', () => {
    expect(casesRun).toBeGreaterThan(MIN_CASES)
  })
})
