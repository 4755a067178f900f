import { describe, expect, it } from 'vitest'
import { readRange } from './byte-range.ts'

const part = (startByte: number, endByte: number) => ({ type: 'part', range: { startByte, endByte } })

describe('a range of bytes', () => {
  it.each([
    ['bytes=0-', part(0, 1000)],
    ['bytes=0-0', part(0, 1)],
    ['bytes=999-', part(999, 1000)],
    ['bytes=10-19', part(10, 20)],
    ['bytes=10-5000', part(10, 1000)],
    ['bytes=10-99999999999999999999999', part(10, 1000)],
    ['bytes=-1', part(999, 1000)],
    ['bytes=-5000', part(0, 1000)],
    ['BYTES = 1-2'.replace(' = ', '='), part(1, 3)],
    [' bytes=, 1-2 ,', part(1, 3)],
  ])('reads %s', (header, expected) => {
    expect(readRange(header, 1000)).toEqual(expected)
  })

  it.each(['bytes=1000-', 'bytes=1000-2000', 'bytes=-0', 'bytes=99999999999999999999999-'])(
    'refuses %s, which is beyond the end',
    (header) => {
      expect(readRange(header, 1000)).toEqual({ type: 'refused', reason: 'beyond-the-end' })
    },
  )

  it.each(['bytes=0-1,5-6', 'bytes=0-0,-1', `bytes=${Array.from({ length: 60 }, () => '0-1').join(',')}`])(
    'refuses the several ranges of %s',
    (header) => {
      expect(readRange(header, 1000)).toEqual({ type: 'refused', reason: 'several' })
    },
  )

  it.each([
    null,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=,',
    'bytes=a-b',
    'bytes=5-2',
    'bytes=1-2,x',
    'bytes=1-2,9-3',
    'bytes=0x1-2',
    'bytes=1.5-2',
    'bytes=+1-2',
    'bytes=--1',
    'bytes=1 - 2',
    'items=0-5',
    'bytes 0-5',
    `bytes=${'0'.repeat(600)}-`,
  ])('passes over %s, which is no range of bytes', (header) => {
    expect(readRange(header, 1000)).toEqual({ type: 'all' })
  })

  it('has no range of nothing', () => {
    expect(readRange('bytes=0-', 0)).toEqual({ type: 'refused', reason: 'beyond-the-end' })
    expect(readRange('bytes=-5', 0)).toEqual({ type: 'refused', reason: 'beyond-the-end' })
  })
})
