import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BlockSet } from './block-set.ts'
import { toHex } from './testing/bytes.ts'

type Change =
  | { readonly act: 'add' | 'delete'; readonly index: number }
  | { readonly act: 'range'; readonly start: number; readonly count: number }

const index = fc.integer({ min: -20, max: 90 })
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ act: fc.constantFrom('add', 'delete'), index }),
  fc.record({ act: fc.constant('range'), start: index, count: fc.integer({ min: -2, max: 60 }) }),
)

/** The same set as a plain list, the slow and obvious way; `answers` pairs what the set said with what it should have. */
function applyAll(blockCount: number, changes: readonly Change[]) {
  const set = new BlockSet(blockCount)
  const model = Array<boolean>(blockCount).fill(false)
  const answers: [said: boolean, right: boolean][] = []
  for (const step of changes) {
    if (step.act === 'range') {
      set.addRange(step.start, step.count)
      for (let i = step.start; i < step.start + step.count; i++) if (i >= 0 && i < blockCount) model[i] = true
    } else {
      const wanted = step.act === 'add'
      const isNew = step.index >= 0 && step.index < blockCount && model[step.index] !== wanted
      answers.push([wanted ? set.add(step.index) : set.delete(step.index), isNew])
      if (isNew) model[step.index] = wanted
    }
  }
  return { set, model, answers }
}

function indicesOf(runs: Iterable<{ start: number; count: number }>): number[] {
  return [...runs].flatMap(({ start, count }) => Array.from({ length: count }, (_, i) => start + i))
}

describe('a set of block indices', () => {
  it('behaves as a list of booleans does, whatever is done to it', () => {
    const cases = fc.tuple(fc.nat({ max: 80 }), fc.array(change, { maxLength: 12 }), index, index)
    fc.assert(
      fc.property(cases, ([blockCount, changes, start, end]) => {
        const { set, model, answers } = applyAll(blockCount, changes)
        expect(answers.map(([said]) => said)).toEqual(answers.map(([, right]) => right))
        const present = model.flatMap((is, i) => (is ? [i] : []))
        const inside = (i: number) => i >= start && i < end
        expect(set.size).toBe(present.length)
        expect(set.isComplete).toBe(model.every(Boolean))
        expect(indicesOf(set.ranges())).toEqual(present)
        expect(indicesOf(set.ranges(start, end))).toEqual(present.filter(inside))
        expect(indicesOf(set.missing(start, end))).toEqual(model.flatMap((is, i) => (!is && inside(i) ? [i] : [])))
        expect(set.countIn(start, end - start)).toBe(present.filter(inside).length)
        expect(new BlockSet(blockCount, set.toBytes()).toBytes()).toEqual(set.toBytes())
        expect(model.every((is, i) => set.has(i) === is)).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  it('gives maximal runs, with a gap between any two', () => {
    const { set } = applyAll(80, [
      { act: 'range', start: 3, count: 20 },
      { act: 'range', start: 23, count: 1 },
      { act: 'range', start: 40, count: 40 },
    ])
    expect([...set.ranges()]).toEqual([
      { start: 3, count: 21 },
      { start: 40, count: 40 },
    ])
    expect([...set.missing()]).toEqual([
      { start: 0, count: 3 },
      { start: 24, count: 16 },
    ])
  })

  it('keeps bit i in byte i >> 3 at i & 7', () => {
    const set = new BlockSet(12)
    set.add(0)
    set.add(3)
    set.add(9)
    expect(toHex(set.toBytes())).toBe('0902')
  })

  it('drops bits beyond the last block and takes a bitmap that is too short or too long', () => {
    expect(toHex(new BlockSet(10, Uint8Array.of(0xff, 0xff, 0xff)).toBytes())).toBe('ff03')
    expect(new BlockSet(10, Uint8Array.of(0xff, 0xff, 0xff)).isComplete).toBe(true)
    expect(new BlockSet(10, Uint8Array.of(0xff)).size).toBe(8)
  })

  it('ignores what is no index', () => {
    const set = new BlockSet(10)
    for (const outside of [-1, 10, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(set.add(outside)).toBe(false)
      expect(set.has(outside)).toBe(false)
      expect(set.delete(outside)).toBe(false)
    }
    set.addRange(5, Number.MAX_SAFE_INTEGER)
    expect(set.size).toBe(5)
  })

  it('adds all of another set, and nothing beyond its own end', () => {
    const [set, same, longer] = [new BlockSet(10), new BlockSet(10), new BlockSet(16)]
    set.addRange(0, 4)
    same.addRange(2, 4)
    set.addAll(same)
    expect([...set.ranges()]).toEqual([{ start: 0, count: 6 }])
    longer.addRange(9, 7)
    set.addAll(longer)
    expect([set.size, set.countIn(0, 10), same.size]).toEqual([7, 7, 4])
  })

  it('copies: a clone and the bytes do not follow', () => {
    const set = new BlockSet(8)
    const bytes = set.toBytes()
    const clone = set.clone()
    set.add(1)
    expect([clone.size, bytes[0], set.size]).toEqual([0, 0, 1])
  })

  it('is complete and has no runs where there is no block', () => {
    const none = new BlockSet(0)
    expect([none.isComplete, [...none.ranges()], [...none.missing()]]).toEqual([true, [], []])
  })

  it('goes over millions of blocks as over a few', () => {
    const set = new BlockSet(4_000_000)
    set.addRange(1, 3_999_998)
    expect([...set.ranges()]).toEqual([{ start: 1, count: 3_999_998 }])
    expect(set.countIn(0, 4_000_000)).toBe(3_999_998)
  })
})
