/** Bytes of an attacker: every decoder of this folder either understands them or throws its own code. */
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { concat } from '../concat.ts'
import { outcomeOf } from '../testing/bytes.ts'
import { type Format, FORMATS } from './testing/formats.ts'

// Thousands of inputs a test take a second; a machine that is busy with other things may take ten.
vi.setConfig({ testTimeout: 60_000 })

const RUNS_EACH = 3000
const MIN_CASES = 100_000
let casesRun = 0

/** True for a value or the decoder’s own code; any other exception goes through and fails the test. */
function isTyped({ decode, code }: Format, bytes: Uint8Array): boolean {
  casesRun++
  return ['success', code].includes(outcomeOf(() => decode(bytes)))
}

/** Valid bytes with flipped bits, a cut, a piece twice, or a piece of noise. */
function damage(
  bytes: Uint8Array,
  act: string,
  { places, noise }: { places: readonly number[]; noise: Uint8Array },
): Uint8Array {
  const place = (places[0] ?? 0) % (bytes.byteLength + 1)
  if (act === 'cut') return bytes.subarray(0, place)
  if (act === 'repeat') return concat(bytes.subarray(0, place), bytes.subarray(Math.floor(place / 2)))
  if (act === 'insert') return concat(bytes.subarray(0, place), noise, bytes.subarray(place))
  const flipped = bytes.slice()
  for (const spot of places) {
    const i = (spot >> 3) % bytes.byteLength
    if (i < bytes.byteLength) flipped[i] = (flipped[i] ?? 0) ^ (1 << (spot & 7))
  }
  return flipped
}

const harm = fc.record({
  act: fc.constantFrom('flip', 'flip', 'cut', 'repeat', 'insert'),
  places: fc.array(fc.nat({ max: 1 << 14 }), { minLength: 1, maxLength: 4 }),
  noise: fc.uint8Array({ maxLength: 6 }),
})

describe.each(FORMATS)('$name', (format) => {
  it('comes back as it was written', () => {
    const same = fc.property(format.samples, ({ value, bytes }) => {
      expect(format.decode(bytes)).toEqual(value)
    })
    fc.assert(same, { numRuns: 150 })
  })

  it('meets random bytes with a value or its own error', () => {
    const random = fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => isTyped(format, bytes))
    expect(fc.check(random, { numRuns: RUNS_EACH })).toMatchObject({ failed: false, numRuns: RUNS_EACH })
  })

  it('meets damaged bytes with a value or its own error', () => {
    const samples = fc.sample(format.samples, 100).map(({ bytes }) => bytes)
    const broken = fc.property(fc.constantFrom(...samples), harm, (bytes, { act, ...how }) =>
      isTyped(format, damage(bytes, act, how)),
    )
    expect(fc.check(broken, { numRuns: RUNS_EACH })).toMatchObject({ failed: false, numRuns: RUNS_EACH })
  })

  it('meets bytes that are cut at any length with a value or its own error', () => {
    for (const { bytes } of fc.sample(format.samples, 12)) {
      for (let length = 0; length < bytes.byteLength; length++) {
        expect(isTyped(format, bytes.subarray(0, length))).toBe(true)
      }
    }
  })
})

describe('these tests together', () => {
  it('have met at least 100,000 hostile inputs', () => {
    expect(casesRun).toBeGreaterThan(MIN_CASES)
  })
})
