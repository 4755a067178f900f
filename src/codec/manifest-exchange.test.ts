import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseManifestCid } from './cid.ts'
import {
  decodeManifestRequest,
  decodeManifestResponse,
  encodeManifestRequest,
  encodeManifestResponse,
  ManifestRequestDecoder,
  ManifestResponseDecoder,
} from './manifest-exchange.ts'
import { anyCid, chunksOf } from './testing/arbitraries.ts'
import { fromHex, outcomeOf, toHex } from './testing/bytes.ts'
import { wire } from './testing/vectors.ts'

const { request, found, notFound } = wire.manifestProtocol

describe('the manifest protocol', () => {
  it('writes and reads the request of the vector', () => {
    const cid = parseManifestCid(request.cid)
    expect(toHex(encodeManifestRequest(cid))).toBe(request.bytes)
    expect(decodeManifestRequest(fromHex(request.bytes)).toString()).toBe(request.cid)
  })

  it('writes and reads the answers of the vector', () => {
    const manifest = wire.endToEnd[0]?.manifestV0NoNames?.hex ?? ''
    const answer = decodeManifestResponse(fromHex(found.bytes))
    expect(answer).toEqual({ status: 'found', bytes: fromHex(manifest) })
    expect(toHex(encodeManifestResponse(answer))).toBe(found.bytes)
    expect(decodeManifestResponse(fromHex(notFound.bytes))).toEqual({ status: 'not-found' })
    expect(toHex(encodeManifestResponse({ status: 'not-found' }))).toBe(notFound.bytes)
  })

  it('reads a request however the stream is cut', () => {
    const cases = anyCid.chain((cid) => chunksOf(encodeManifestRequest(cid)).map((chunks) => ({ cid, chunks })))
    fc.assert(
      fc.property(cases, ({ cid, chunks }) => {
        const decoder = new ManifestRequestDecoder()
        const answers = chunks.map((chunk) => decoder.push(chunk)).filter((answer) => answer !== undefined)
        expect(answers[0]?.equals(cid)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('reads a response however the stream is cut, and not before its last byte', () => {
    const cases = fc
      .uint8Array({ maxLength: 300 })
      .chain((bytes) =>
        chunksOf(encodeManifestResponse({ status: 'found', bytes })).map((chunks) => ({ bytes, chunks })),
      )
    fc.assert(
      fc.property(cases, ({ bytes, chunks }) => {
        const decoder = new ManifestResponseDecoder()
        const total = 5 + bytes.byteLength
        let received = 0
        for (const chunk of chunks) {
          received += chunk.byteLength
          const answer = decoder.push(chunk)
          expect(answer).toEqual(received < total ? undefined : { status: 'found', bytes })
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses messages cut short at every length', () => {
    for (let length = 0; length < request.bytes.length / 2; length++) {
      const cut = fromHex(request.bytes).subarray(0, length)
      expect(outcomeOf(() => decodeManifestRequest(cut))).toBe('ERR_MESSAGE_INVALID')
    }
    for (let length = 0; length < found.bytes.length / 2; length++) {
      const cut = fromHex(found.bytes).subarray(0, length)
      expect(outcomeOf(() => decodeManifestResponse(cut))).toBe('ERR_MESSAGE_INVALID')
    }
  })

  it('refuses a length of zero, an unknown status and a bad CID', () => {
    expect(() => decodeManifestRequest(fromHex('0000'))).toThrow(/empty/u)
    expect(outcomeOf(() => decodeManifestRequest(fromHex('020001ff')))).toBe('ERR_MESSAGE_INVALID')
    expect(() => decodeManifestResponse(fromHex('00000000'))).toThrow(/empty/u)
    expect(outcomeOf(() => decodeManifestResponse(fromHex('0100000002')))).toBe('ERR_MESSAGE_INVALID')
  })

  it('refuses a request above 512 bytes and a response above 65537 from the length alone', () => {
    expect(new ManifestRequestDecoder().push(fromHex('0002'))).toBeUndefined()
    expect(outcomeOf(() => new ManifestRequestDecoder().push(fromHex('0102')))).toBe('ERR_FRAME_TOO_LARGE')
    expect(new ManifestResponseDecoder().push(fromHex('01000100'))).toBeUndefined()
    expect(outcomeOf(() => new ManifestResponseDecoder().push(fromHex('02000100')))).toBe('ERR_FRAME_TOO_LARGE')
  })

  it('does not send a manifest above 64 KiB', () => {
    const largest = encodeManifestResponse({ status: 'found', bytes: new Uint8Array(65_536) })
    expect(decodeManifestResponse(largest)).toEqual({ status: 'found', bytes: new Uint8Array(65_536) })
    expect(outcomeOf(() => encodeManifestResponse({ status: 'found', bytes: new Uint8Array(65_537) }))).toBe(
      'ERR_FRAME_TOO_LARGE',
    )
  })
})
