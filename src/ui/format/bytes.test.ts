import { describe, expect, it } from 'vitest'
import { countOf, formatBytes, formatProgress, formatRate, percentOf } from './bytes.ts'

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [512, '512 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [9_940, '9.9 kB'],
    [65_536, '66 kB'],
    [1_500_000, '1.5 MB'],
    [12_345_678, '12.3 MB'],
    [150_000_000, '150 MB'],
    [2_140_000_000, '2.14 GB'],
    [43_210_000_000, '43.2 GB'],
    [1_500_000_000_000, '1.50 TB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  it('moves to the next unit where rounding would write a thousand', () => {
    expect(formatBytes(999_499)).toBe('999 kB')
    expect(formatBytes(999_950)).toBe('1.0 MB')
    expect(formatBytes(999_960_000)).toBe('1.00 GB')
  })

  it('gives no decimals that a value does not keep when it rounds up to ten', () => {
    expect(formatBytes(9_960)).toBe('10 kB')
    expect(formatBytes(99_960_000)).toBe('100 MB')
  })

  it.each([Number.NaN, -5, Number.POSITIVE_INFINITY])('writes %d as nothing', (value) => {
    expect(formatBytes(value)).toBe('0 bytes')
  })
})

describe('progress and rates', () => {
  it('writes a rate with its second', () => {
    expect(formatRate(3_400_000)).toBe('3.4 MB/s')
  })

  it('never says more than the whole', () => {
    expect(formatProgress(1_100_000, 1_000_000)).toBe('1.0 MB of 1.0 MB')
  })

  it('says only what is done where the whole is not known', () => {
    expect(formatProgress(2_000_000, undefined)).toBe('2.0 MB')
  })

  it('reaches 100 percent only with the last byte', () => {
    expect(percentOf(999_999, 1_000_000)).toBe(99)
    expect(percentOf(1_000_000, 1_000_000)).toBe(100)
  })

  it('knows no percentage of an unknown or empty whole', () => {
    expect(percentOf(5, undefined)).toBeUndefined()
    expect(percentOf(0, 0)).toBeUndefined()
  })
})

describe('countOf', () => {
  it('keeps number and noun in step', () => {
    expect(countOf(1, 'file')).toBe('1 file')
    expect(countOf(1234, 'file')).toBe('1,234 files')
    expect(countOf(2, 'person', 'people')).toBe('2 people')
  })
})
