import { describe, expect, it } from 'vitest'
import { sentenceOfEviction } from './space-words.ts'

const fileOf = (name: string | undefined) => ({ cid: 'zDv', name, sizeBytes: 1_200_000, lastUsedAtMs: 0 })

describe('sentenceOfEviction', () => {
  it('names a single file', () => {
    expect(sentenceOfEviction({ evicted: [fileOf('a.mp4')], reason: 'needed', atMs: 0 })).toBe(
      'To make room, “a.mp4” was removed from this device (1.2 MB). It was not pinned. ' +
        'Pin what must stay; a link fetches the rest again.',
    )
  })

  it('names two of many, and says why they went', () => {
    const evicted = ['a', 'b', 'c', 'd'].map(fileOf)
    expect(sentenceOfEviction({ evicted, reason: 'low', atMs: 0 })).toBe(
      'Because little room is left, “a”, “b” and 2 other files were removed from this device (4.8 MB). ' +
        'They were not pinned. Pin what must stay; a link fetches the rest again.',
    )
    expect(sentenceOfEviction({ evicted: evicted.slice(0, 2), reason: 'low', atMs: 0 })).toContain('“a” and “b” were')
  })
})
