import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inlineSpans } from './inline-text.ts'
import type { Span } from './inline-text.ts'
import { isEmojiOnly, messageBlocks, plainText } from './message-text.ts'

const text = (words: string): Span => ({ kind: 'text', text: words })
const hrefs = (written: string) => inlineSpans(written).flatMap((span) => (span.kind === 'link' ? [span.href] : []))

describe('messageBlocks', () => {
  it('reads paragraphs, quotes, lists, headings and code', () => {
    const blocks = messageBlocks('Hello\nyou\n> a\n> b\n- one\n- two\n3. three\n# Head\n```ts\nlet a\n\n# b\n```\nend')
    expect(blocks).toEqual([
      { kind: 'paragraph', spans: [text('Hello\nyou')] },
      { kind: 'quote', spans: [text('a\nb')] },
      { kind: 'list', items: [[text('one')], [text('two')]] },
      { kind: 'list', firstNumber: 3, items: [[text('three')]] },
      { kind: 'heading', spans: [text('Head')] },
      { kind: 'code', text: 'let a\n\n# b', language: 'ts' },
      { kind: 'paragraph', spans: [text('end')] },
    ])
  })

  it('reads a fence that nobody closed as code to the end', () => {
    expect(messageBlocks('```\nrm *x*')).toEqual([{ kind: 'code', text: 'rm *x*', language: undefined }])
  })

  it('keeps a hyphen, a number and a bracket in a sentence as they are', () => {
    expect(messageBlocks('-5 degrees, 3.5 metres > 2')).toEqual([
      { kind: 'paragraph', spans: [text('-5 degrees, 3.5 metres > 2')] },
    ])
  })

  it('keeps every letter and digit of any text', () => {
    const lettersOf = (words: string) => words.replaceAll(/[^a-z]/g, '')
    const marks = fc.constantFrom(
      '*',
      '**',
      '_',
      '~~',
      '||',
      '`',
      '```',
      '\n',
      '> ',
      '- ',
      '[',
      '](',
      ')',
      '\\',
      ' ',
      'ab',
      'c',
    )
    fc.assert(
      fc.property(fc.array(marks, { maxLength: 60 }), (parts) => {
        const written = parts.join('')
        // The word behind an opening fence names the language of the code.
        fc.pre(!/```\s*\w/.test(written))
        expect(lettersOf(plainText(messageBlocks(written)))).toBe(lettersOf(written))
      }),
    )
  })

  it.each(['*a', '**', '[a](', '`', '> ', '@0x04', 'https://a.b/(', '_a_', '||', '- x\n', '```\n', '((((https://a.b'])(
    'reads 65,536 bytes of “%s” without going over them again and again',
    (unit) => {
      const before = performance.now()
      messageBlocks(unit.repeat(Math.ceil(65_536 / unit.length)))
      // Reading once takes milliseconds; an inner loop over all of it takes seconds.
      expect(performance.now() - before).toBeLessThan(1000)
    },
  )
})

describe('inlineSpans', () => {
  it('reads bold, italic, struck out, hidden and code, one within the other', () => {
    expect(inlineSpans('a **b *c*** ~~d~~ ||e|| `*f*` _g_')).toEqual([
      text('a '),
      { kind: 'strong', spans: [text('b '), { kind: 'emphasis', spans: [text('c')] }] },
      text(' '),
      { kind: 'strike', spans: [text('d')] },
      text(' '),
      { kind: 'spoiler', spans: [text('e')] },
      text(' '),
      { kind: 'code', text: '*f*' },
      text(' '),
      { kind: 'emphasis', spans: [text('g')] },
    ])
  })

  it.each(['snake_case_name', '2 * 3 * 4', '* ', '**', 'a\\*b', '~', '`'])('leaves “%s” as it is', (written) => {
    expect(inlineSpans(written)).toEqual([text(written.replace('\\', ''))])
  })

  it('takes an address without the sentence around it', () => {
    expect(hrefs('See https://a.example/x, (https://b.example/y_(z)) and <https://c.example/?q=1>.')).toEqual([
      'https://a.example/x',
      'https://b.example/y_(z)',
      'https://c.example/?q=1',
    ])
  })

  it.each(['javascript:alert(1)', '[x](javascript:alert(1))', 'data:text/html,x', 'https://', 'ftp://a.example'])(
    'makes no link of “%s”',
    (written) => {
      expect(hrefs(written)).toEqual([])
    },
  )

  it('names the real host of an address that pretends another', () => {
    expect(inlineSpans('[bank.example](https://bank.example@evil.example/)')).toEqual([
      { kind: 'link', href: 'https://bank.example@evil.example/', host: 'evil.example', text: 'bank.example' },
    ])
  })

  it('reads mentions of a key and of everyone', () => {
    const key = `0x04${'ab'.repeat(64)}`
    expect(inlineSpans(`@${key} and @0x00001`)).toEqual([
      { kind: 'mention', key },
      text(' and '),
      { kind: 'mention', key: 'everyone' },
    ])
    expect(inlineSpans(`@${key}ff`)).toEqual([text(`@${key}ff`)])
  })

  it('shows an emoji of Discord by its name', () => {
    expect(inlineSpans('ok <:tick_1:123456>')).toEqual([text('ok '), text(':tick_1:')])
  })
})

describe('isEmojiOnly', () => {
  it.each(['👍', '👩‍👩‍👧 ❤️', '🇨🇭🎉🎉'])('takes “%s”', (written) => expect(isEmojiOnly(written)).toBe(true))
  it.each(['', 'a', '👍 ok', '7', '👍👍👍👍'])('leaves “%s”', (written) => expect(isEmojiOnly(written)).toBe(false))
})
