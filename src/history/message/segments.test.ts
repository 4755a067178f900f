import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSegment, encodeSegment } from '../../codec/history/segment.ts'
import { keccak256 } from '../crypto/keccak.ts'
import { isSegment, SegmentStore, splitPayload } from './segments.ts'

const SENDER = new Uint8Array(65).fill(4)
const whole = Uint8Array.from({ length: 1700 }, (_, i) => (i * 7 + (i >> 5)) % 256)

/** What the store gives for each of the parts. */
function addAll(store: SegmentStore, parts: readonly Uint8Array[], sender = SENDER): (Uint8Array | undefined)[] {
  return parts.map((part) => store.add(part, sender))
}

describe('a large message', () => {
  it('is cut into equal parts with an eighth of parity', () => {
    const parts = splitPayload(whole, 100).map(decodeSegment)
    expect(parts.length).toBe(17 + 2)
    expect(parts.every(({ entireMessageHash }) => entireMessageHash.join() === keccak256(whole).join())).toBe(true)
    expect(parts.slice(17)).toMatchObject([
      { segmentsCount: 0, parityIndex: 0, parityCount: 2 },
      { segmentsCount: 0, parityIndex: 1, parityCount: 2 },
    ])
    expect(splitPayload(whole, 1700)).toEqual([whole])
    expect(splitPayload(whole, 300).length).toBe(6)
    expect(splitPayload(whole, 7).length).toBe(243)
    expect(splitPayload(whole, 7.4).length).toBeGreaterThan(229)
  })

  it('is whole with its last part, in any order', () => {
    const parts = splitPayload(whole, 100).slice(0, 17)
    for (const order of [parts, parts.toReversed()]) {
      const given = addAll(new SegmentStore(), order)
      expect(given.slice(0, -1).every((value) => value === undefined)).toBe(true)
      expect(given.at(-1)).toEqual(whole)
    }
  })

  it('is whole where any one or two parts are lost', () => {
    const parts = splitPayload(whole.subarray(0, 1650), 100)
    fc.assert(
      fc.property(fc.nat({ max: 18 }), fc.nat({ max: 17 }), (a, b) => {
        const left = parts.filter((_, i) => i !== a).filter((_, i) => i !== b)
        const given = addAll(new SegmentStore(), left)
        expect(given.at(-1) ?? given.at(-2)).toEqual(whole.subarray(0, 1650))
      }),
      { numRuns: 30 },
    )
    expect(addAll(new SegmentStore(), parts.slice(3)).at(-1)).toBeUndefined()
  })

  it('is whole though it ends with zeros and its last part is lost', () => {
    const zeros = whole.slice(0, 1650)
    zeros.fill(0, 1646)
    const parts = splitPayload(zeros, 100)
    expect(addAll(new SegmentStore(), [...parts.slice(0, 16), ...parts.slice(17, 18)]).at(-1)).toEqual(zeros)
  })
})

describe('the store of parts', () => {
  const parts = splitPayload(whole, 100)

  it('does not mix what two people send', () => {
    const store = new SegmentStore()
    addAll(store, parts.slice(0, 9))
    expect(addAll(store, parts.slice(9, 17), new Uint8Array(65)).at(-1)).toBeUndefined()
    expect(store.size).toBe(2)
    expect(addAll(store, parts.slice(9, 17)).at(-1)).toEqual(whole)
    expect(store.size).toBe(1)
  })

  it('is not led astray by a part twice, or by one that was made up', () => {
    const store = new SegmentStore()
    const entireMessageHash = keccak256(whole)
    addAll(store, [...parts.slice(0, 3), ...parts.slice(0, 3)])
    const madeUp = { entireMessageHash, payload: Uint8Array.of(1) }
    addAll(store, [
      encodeSegment({ ...madeUp, index: 1, segmentsCount: 2 }),
      encodeSegment({ ...madeUp, index: 0, segmentsCount: 17 }),
      encodeSegment({ ...madeUp, parityIndex: 0, parityCount: 200 }),
    ])
    expect(addAll(store, parts.slice(3, 17)).at(-1)).toEqual(whole)
  })

  it('gives nothing where the parts do not make the message that they name', () => {
    const forged = parts.slice(0, 17)
    const { payload, ...rest } = decodeSegment(forged[4] ?? new Uint8Array())
    forged[4] = encodeSegment({ ...rest, payload: payload.map((byte) => byte ^ 1) })
    const store = new SegmentStore()
    expect(addAll(store, forged).at(-1)).toBeUndefined()
    expect(store.size).toBe(0)
  })

  it('forgets the oldest beyond a thousand messages', () => {
    const store = new SegmentStore()
    const payload = Uint8Array.of(1)
    for (let i = 0; i < 3000; i++) {
      const entireMessageHash = keccak256(Uint8Array.of(i >> 8, i & 255))
      store.add(encodeSegment({ entireMessageHash, index: 0, segmentsCount: 2, payload }), SENDER)
    }
    expect(store.size).toBe(1024)
  })

  it('hands back what only looks like a part', () => {
    const entireMessageHash = keccak256(whole)
    const lookAlikes = [
      encodeSegment({ entireMessageHash, index: 2, segmentsCount: 2, payload: whole }),
      encodeSegment({ entireMessageHash, index: 0, segmentsCount: 1, payload: whole }),
      encodeSegment({ entireMessageHash, index: 0, segmentsCount: 1_000_000, payload: whole }),
      encodeSegment({ entireMessageHash, payload: whole }),
      Uint8Array.of(0x0a, 32, 1),
    ]
    for (const bytes of lookAlikes) {
      expect(isSegment(bytes)).toBe(true)
      expect(new SegmentStore().add(bytes, SENDER)).toBe(bytes)
    }
  })
})
