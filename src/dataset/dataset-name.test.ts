import { describe, expect, it } from 'vitest'
import { fitLabel } from './dataset-name.ts'

const byteLength = (text = ''): number => new TextEncoder().encode(text).byteLength

describe('fitLabel', () => {
  it('leaves what fits as it is', () => {
    const filename = `${'x'.repeat(251)}.txt`
    expect(fitLabel({ filename, mimetype: 'text/plain' })).toEqual({ filename, mimetype: 'text/plain' })
  })

  it('cuts the stem of a long name and keeps its extension', () => {
    const { filename } = fitLabel({ filename: `${'x'.repeat(400)}.tar` })
    expect(filename).toBe(`${'x'.repeat(251)}.tar`)
  })

  it('never cuts a character in two', () => {
    const { filename } = fitLabel({ filename: `${'📚'.repeat(100)}.md` })
    expect(filename).toBe(`${'📚'.repeat(63)}.md`)
    expect(byteLength(filename)).toBeLessThanOrEqual(255)
  })

  it('cuts a long tail after a dot like any other text', () => {
    const { filename } = fitLabel({ filename: `a.${'x'.repeat(400)}` })
    expect(filename).toBe(`a.${'x'.repeat(253)}`)
  })

  it('leaves out what is empty, and a media type that is too long', () => {
    expect(fitLabel({ filename: '', mimetype: '' })).toEqual({})
    expect(fitLabel({ mimetype: `text/${'x'.repeat(124)}` })).toEqual({})
    expect(fitLabel({ mimetype: `text/${'x'.repeat(123)}` })).not.toEqual({})
  })
})
