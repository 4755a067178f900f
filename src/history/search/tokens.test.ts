import { describe, expect, it } from 'vitest'
import { atOnce } from '../timeline/slices.ts'
import { TermCollector, TERM_BUCKETS, bucketOf, bucketsOfBeginning, findTerm } from './term-record.ts'
import { doesMatch, queryTerms, termsOf } from './tokens.ts'

describe('words', () => {
  it('are without case, accents and punctuation', () => {
    expect([...termsOf('Déjà-vu, ÉCOLE; don’t 42!')]).toEqual(['deja', 'vu', 'ecole', 'don', 't', '42'])
    expect([...termsOf('plain ASCII: Words')]).toEqual(['plain', 'ascii', 'words'])
  })

  it('of scripts without spaces are pairs of characters, and the last one alone', () => {
    expect([...termsOf('東京都 v東')]).toEqual(['東京', '京都', '都', 'v', '東'])
    expect(queryTerms('東京都')).toEqual({ whole: ['東京'], beginning: '京都' })
    expect(doesMatch('これは東京都です', queryTerms('東京都'))).toBe(true)
    expect(doesMatch('東京', queryTerms('京'))).toBe(true)
  })

  it('must all be there, the last one as a beginning', () => {
    const terms = queryTerms('reading roo')
    expect(terms).toEqual({ whole: ['reading'], beginning: 'roo' })
    expect(doesMatch('The Reading Room', terms)).toBe(true)
    expect(doesMatch('Read in the room', terms)).toBe(false)
    expect(queryTerms(' … ')).toEqual({ whole: [], beginning: undefined })
  })
})

describe('a record of words', () => {
  const texts = ['alpha beta', 'alphabet', 'Über alpha', 'b']
  const terms = new TermCollector()
  for (const [number, text] of texts.entries()) terms.add(number, termsOf(text))
  const find = (term: string, isBeginning: boolean): number[] => {
    const { first, last } = isBeginning ? bucketsOfBeginning(term) : { first: bucketOf(term), last: bucketOf(term) }
    const found = [...atOnce(terms.encode())].filter(([bucket]) => bucket >= first && bucket <= last)
    return found.flatMap(([, record]) => findTerm(record, term, { isBeginning })).sort((a, b) => a - b)
  }

  it('finds whole words and beginnings in the buckets that can have them', () => {
    expect(find('alpha', false)).toEqual([0, 2])
    expect(find('alpha', true)).toEqual([0, 1, 2])
    expect(find('a', true)).toEqual([0, 1, 2])
    expect(find('b', true)).toEqual([0, 3])
    expect(find('uber', false)).toEqual([2])
    expect(find('gamma', true)).toEqual([])
    expect([...atOnce(terms.encode()).keys()].every((bucket) => bucket < TERM_BUCKETS)).toBe(true)
  })
})
