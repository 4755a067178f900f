import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeFilename } from './safe-filename.ts'

describe('a file name that anyone may have written', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['a b ü.png', 'a b ü.png'],
    ['日本語.txt', '日本語.txt'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\a.txt', 'a.txt'],
    ['folder/', 'folder'],
    ['.bashrc', 'bashrc'],
    ['...', 'download'],
    ['. . .hidden', 'hidden'],
    ['a.txt. ', 'a.txt'],
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    ['a\u0000b\nc\u007f\u0085.txt', 'abc.txt'],
    ['a\u200b\ufeff\u2066b', 'ab'],
    ['line\u2028break', 'linebreak'],
    ['what?*<>|":.txt', 'what.txt'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['console.log', 'console.log'],
    ['', 'download'],
    ['///', 'download'],
    ['\ud800.txt', '\ufffd.txt'],
  ])('makes “%s” into “%s”', (name, safe) => {
    expect(safeFilename(name)).toBe(safe)
  })

  it('takes the fallback where there is no name', () => {
    expect(safeFilename(undefined)).toBe('download')
    expect(safeFilename('\u202e', 'zDvZ')).toBe('zDvZ')
  })

  it('keeps the ending of a name that is too long', () => {
    const safe = safeFilename(`${'ü'.repeat(300)}.tar.gz`)
    expect(safe.endsWith('.gz')).toBe(true)
    expect(new TextEncoder().encode(safe).byteLength).toBeLessThanOrEqual(255)
    expect(new TextEncoder().encode(safe).byteLength).toBeGreaterThan(250)
  })

  it('can always be saved, and is left alone the second time', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: fc.constantFrom('.', '/', '\\', ' ', 'a', 'ü', '\u202e', '\0', '😀'), maxLength: 300 }),
    )
    fc.assert(
      fc.property(name, (text) => {
        const safe = safeFilename(text)
        expect(safe).not.toBe('')
        expect(safe).not.toMatch(/^[.\s]|[/\\\p{Cc}\p{Cf}]/u)
        expect(new TextEncoder().encode(safe).byteLength).toBeLessThanOrEqual(255)
        expect(safeFilename(safe)).toBe(safe)
      }),
      { numRuns: 2000 },
    )
  })
})
