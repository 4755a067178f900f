import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CONTROL,
  encodeFrame,
  type Frame,
  FrameDecoder,
  type FrameType,
  MAX_PAYLOAD_BYTES,
  WANT_BLOCKS_REQUEST,
  WANT_BLOCKS_RESPONSE,
} from './frame.ts'
import { chunksOf } from './testing/arbitraries.ts'
import { concat } from './concat.ts'
import { fromHex, outcomeOf, toHex } from './testing/bytes.ts'
import { wire } from './testing/vectors.ts'

const TYPES: readonly FrameType[] = [CONTROL, WANT_BLOCKS_REQUEST, WANT_BLOCKS_RESPONSE]

function header(length: number, type: number): Uint8Array {
  const bytes = new Uint8Array(5)
  new DataView(bytes.buffer).setUint32(0, length, true)
  bytes[4] = type
  return bytes
}

const frame: fc.Arbitrary<Frame> = fc.record({
  type: fc.constantFrom(...TYPES),
  payload: fc.uint8Array({ maxLength: 40 }),
})

describe('frames of the block exchange', () => {
  it('carry the control message of the vector, both ways', () => {
    const { frame: hex, of } = wire.wantBlocks.protobufFrame
    const payload = fromHex(wire.message.find(({ name }) => of === `message.${name}`)?.hex ?? '')
    expect(toHex(encodeFrame(CONTROL, payload))).toBe(hex)
    expect(new FrameDecoder().push(fromHex(hex))).toEqual([{ type: CONTROL, payload }])
  })

  it('come out as they went in, however the stream is cut', () => {
    const streams = fc.array(frame, { maxLength: 6 }).chain((frames) => {
      const bytes = concat(...frames.map(({ type, payload }) => encodeFrame(type, payload)))
      return chunksOf(bytes).map((chunks) => ({ frames, chunks }))
    })
    fc.assert(
      fc.property(streams, ({ frames, chunks }) => {
        const decoder = new FrameDecoder()
        expect(chunks.flatMap((chunk) => decoder.push(chunk))).toEqual(frames)
        expect(decoder.bufferedBytes).toBe(0)
      }),
      { numRuns: 3000 },
    )
  })

  it('come out of single bytes, the last byte completing the frame', () => {
    const decoder = new FrameDecoder()
    const bytes = encodeFrame(WANT_BLOCKS_RESPONSE, Uint8Array.of(1, 2, 3))
    const counts = Array.from(bytes, (byte) => decoder.push(Uint8Array.of(byte)).length)
    expect(counts).toEqual([0, 0, 0, 0, 0, 0, 0, 1])
  })

  it('are views of a chunk that holds them whole', () => {
    const chunk = encodeFrame(CONTROL, new Uint8Array(100))
    expect(new FrameDecoder().push(chunk)[0]?.payload.buffer).toBe(chunk.buffer)
  })
})

describe('the caps of a frame', () => {
  it.each(TYPES)('take the largest payload of type %i and refuse one byte more from the header alone', (type) => {
    const largest = new Uint8Array(MAX_PAYLOAD_BYTES[type])
    const bytes = encodeFrame(type, largest)
    const decoder = new FrameDecoder()
    expect(decoder.push(bytes.subarray(0, 1000))).toEqual([])
    expect(decoder.push(bytes.subarray(1000))[0]?.payload.byteLength).toBe(MAX_PAYLOAD_BYTES[type])
    expect(outcomeOf(() => encodeFrame(type, new Uint8Array(MAX_PAYLOAD_BYTES[type] + 1)))).toBe('ERR_FRAME_TOO_LARGE')
    const over = new FrameDecoder()
    expect(outcomeOf(() => over.push(header(MAX_PAYLOAD_BYTES[type] + 2, type)))).toBe('ERR_FRAME_TOO_LARGE')
    expect(over.allocatedBytes).toBeLessThanOrEqual(5)
  })

  it('are those of both versions on the network', () => {
    expect(MAX_PAYLOAD_BYTES).toEqual({ 0: 16_777_216, 1: 3072, 2: 5_242_884 })
  })

  it.each([
    ['no length', header(0, CONTROL), 'ERR_FRAME_INVALID'],
    ['an unknown type', header(1, 3), 'ERR_FRAME_INVALID'],
    ['4 GiB', header(0xffff_ffff, CONTROL), 'ERR_FRAME_TOO_LARGE'],
  ])('refuse %s, and every byte after it', (_what, bytes, code) => {
    const decoder = new FrameDecoder()
    expect(outcomeOf(() => decoder.push(bytes))).toBe(code)
    expect(outcomeOf(() => decoder.push(encodeFrame(CONTROL, new Uint8Array(1))))).toBe(code)
  })

  it('allow an empty payload', () => {
    expect(new FrameDecoder().push(header(1, CONTROL))).toEqual([{ type: CONTROL, payload: new Uint8Array() }])
  })

  it('cost a peer’s announcement no more than 256 KiB before its bytes arrive', () => {
    const decoder = new FrameDecoder()
    decoder.push(header(1 + MAX_PAYLOAD_BYTES[CONTROL], CONTROL))
    expect(decoder.bufferedBytes).toBe(5)
    expect(decoder.allocatedBytes).toBeLessThanOrEqual(262_144 + 5)
  })

  it('are collected without growing where their size was asked for, and cost no more than that', () => {
    const decoder = new FrameDecoder({ eagerBytes: 1_000_000 })
    const frame = encodeFrame(WANT_BLOCKS_RESPONSE, new Uint8Array(1_000_000).fill(7))
    decoder.push(frame.subarray(0, 6))
    expect(decoder.allocatedBytes).toBe(1_000_005)
    const [whole] = decoder.push(frame.subarray(6))
    expect(whole?.payload.buffer.byteLength).toBe(1_000_000)
    decoder.push(encodeFrame(WANT_BLOCKS_RESPONSE, new Uint8Array(4_000_000)).subarray(0, 6))
    expect(decoder.allocatedBytes).toBe(1_000_005)
  })

  it('bound what is held at twice the bytes that arrived and at the cap, whatever the chunks', () => {
    const decoder = new FrameDecoder()
    const cap = MAX_PAYLOAD_BYTES[WANT_BLOCKS_RESPONSE]
    decoder.push(header(1 + cap, WANT_BLOCKS_RESPONSE))
    let received = 5
    for (let size = 1; received < cap; size = (size * 7 + 3) % 65_521) {
      const chunk = new Uint8Array(Math.min(size, cap + 4 - received))
      expect(decoder.push(chunk).length).toBe(0)
      received += chunk.byteLength
      expect(decoder.bufferedBytes).toBe(received)
      expect(decoder.allocatedBytes).toBeLessThanOrEqual(Math.min(cap + 5, Math.max(262_149, 2 * received)))
    }
    expect(decoder.push(new Uint8Array(2)).length).toBe(1)
    expect(decoder.bufferedBytes).toBe(1)
  })

  it('never buffer more than the cap for random streams', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 24 }), { maxLength: 8 }), (chunks) => {
        const decoder = new FrameDecoder()
        const total = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
        outcomeOf(() => chunks.forEach((chunk) => decoder.push(chunk)))
        expect(decoder.bufferedBytes).toBeLessThanOrEqual(total)
        expect(decoder.allocatedBytes).toBeLessThanOrEqual(262_149)
      }),
      { numRuns: 10_000 },
    )
  })
})
