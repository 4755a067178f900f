import { describe, expect, it } from 'vitest'
import { displayName, fileNameFor, shortenMiddle, splitName } from './names.ts'

describe('displayName', () => {
  it('makes characters visible that would turn a name around', () => {
    expect(displayName('annual\u202Egpj.exe')).toBe('annual\ufffdgpj.exe')
  })

  it('makes line breaks and controls visible', () => {
    expect(displayName('a\nb\u0000c')).toBe('a\ufffdb\ufffdc')
  })

  it('leaves joiners that scripts and emoji need', () => {
    expect(displayName('👩‍🚀 می‌خواهم.txt')).toBe('👩‍🚀 می‌خواهم.txt')
  })

  it.each([undefined, '', '   '])('calls %j untitled', (name) => {
    expect(displayName(name)).toBe('Untitled')
  })
})

describe('splitName', () => {
  it('keeps the end of a long name', () => {
    expect(splitName('minutes-of-the-assembly-2026.pdf')).toEqual({
      head: 'minutes-of-the-assembl',
      tail: 'y-2026.pdf',
    })
  })

  it('leaves short names and right-to-left names whole', () => {
    expect(splitName('notes.txt')).toEqual({ head: 'notes.txt', tail: '' })
    const hebrew = 'סיכום ישיבת ועד הקהילה לשנת אלפיים עשרים ושש.pdf'
    expect(splitName(hebrew)).toEqual({ head: hebrew, tail: '' })
  })

  it('does not cut through one visible character', () => {
    const name = `a very long holiday album name ${'👩‍🚀'.repeat(12)}`
    const { head, tail } = splitName(name)
    expect(head + tail).toBe(name)
    expect(tail).toBe('👩‍🚀'.repeat(10))
  })
})

describe('fileNameFor', () => {
  it('takes out what a path could use', () => {
    expect(fileNameFor('../../etc/passwd', 'file')).toBe('_.._etc_passwd')
    expect(fileNameFor('CON:stream?.txt', 'file')).toBe('CON_stream_.txt')
  })

  it('falls back where nothing is left', () => {
    expect(fileNameFor('...', 'zDv.bin')).toBe('zDv.bin')
    expect(fileNameFor(undefined, 'zDv.bin')).toBe('zDv.bin')
  })

  it('shortens and keeps the extension', () => {
    const name = fileNameFor(`${'x'.repeat(400)}.tar.gz`, 'file')
    expect(name).toHaveLength(200)
    expect(name.endsWith('x.gz')).toBe(true)
  })
})

describe('shortenMiddle', () => {
  it('leaves out the middle', () => {
    expect(shortenMiddle('zDvZRwzm1abcdefghijklmnopqrstuvwxyz')).toBe('zDvZRwzm1a…uvwxyz')
  })

  it('leaves what is short as it is', () => {
    expect(shortenMiddle('12D3KooWabc')).toBe('12D3KooWabc')
  })
})
