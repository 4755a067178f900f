import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JsonPart, JsonParts } from './json-parts.ts'

const encoder = new TextEncoder()

function partsOf(text: string, paths: readonly string[], { pieceBytes = 1 << 20, maxValueBytes = 1 << 20 } = {}) {
  const splitter = new JsonParts(paths, { maxValueBytes })
  const bytes = encoder.encode(text)
  const parts: JsonPart[] = []
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
    parts.push(...splitter.push(bytes.subarray(at, at + pieceBytes)))
  }
  return [...parts, ...splitter.end()]
}

describe('a JSON document in parts', () => {
  it('hands over what a path names one by one, and everything else whole', () => {
    const text = '{"guild": {"id": "1", "tags": [1, 2]}, "messages": [{"a": 1}, "b", 3, null], "count": 4}'
    expect(partsOf(text, ['messages.*'])).toEqual([
      { kind: 'value', path: ['guild'], value: { id: '1', tags: [1, 2] } },
      { kind: 'value', path: ['messages', 0], value: { a: 1 } },
      { kind: 'value', path: ['messages', 1], value: 'b' },
      { kind: 'value', path: ['messages', 2], value: 3 },
      { kind: 'value', path: ['messages', 3], value: null },
      { kind: 'value', path: ['count'], value: 4 },
    ])
  })

  it('goes down to messages that lie deeper', () => {
    const text = '{"chats":{"about":"x","list":[{"name":"A","messages":[1,2]},{"name":"B","messages":[]}]}}'
    expect(partsOf(text, ['messages.*', 'chats.list.*.messages.*']).map((part) => 'path' in part && part.path)).toEqual(
      [
        ['chats', 'about'],
        ['chats', 'list', 0, 'name'],
        ['chats', 'list', 0, 'messages', 0],
        ['chats', 'list', 0, 'messages', 1],
        ['chats', 'list', 1, 'name'],
      ],
    )
  })

  it('gives the same parts however its bytes are cut', () => {
    const values = fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 6 })
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 9 }), fc.boolean(), (messages, pieceBytes, isIndented) => {
        const text = JSON.stringify({ head: { é: '„“\\"' }, messages }, undefined, isIndented ? 2 : undefined)
        const parts = partsOf(text, ['messages.*'], { pieceBytes })
        const read = parts.map((part) => part.kind === 'value' && part.value)
        // What JSON cannot say (-0) is compared as JSON says it.
        expect(read).toEqual([{ é: '„“\\"' }, ...(JSON.parse(JSON.stringify(messages)) as unknown[])])
      }),
      { numRuns: 300 },
    )
  })

  it('lists a value that is too large and goes on after it', () => {
    const text = `{"messages": ["${'x'.repeat(300)}", {"deep": ["${'y'.repeat(300)}"]}, "kept"]}`
    const parts = partsOf(text, ['messages.*'], { pieceBytes: 7, maxValueBytes: 100 })
    expect(parts.map(({ kind }) => kind)).toEqual(['unreadable', 'unreadable', 'value'])
    expect(parts[0]).toMatchObject({ path: ['messages', 0], what: expect.stringContaining('302 bytes') })
  })

  it('lists a value that is no JSON and goes on after it', () => {
    const parts = partsOf('[{"a": nope}, {"b": 1}, wrong, 5]', ['*'])
    expect(parts.map(({ kind }) => kind)).toEqual(['unreadable', 'value', 'unreadable', 'value'])
  })

  it('says where a document that was cut off ends, after what was whole', () => {
    const parts = partsOf('{"messages": [{"a": 1}, {"b": ', ['messages.*'])
    expect(parts).toEqual([
      { kind: 'value', path: ['messages', 0], value: { a: 1 } },
      { kind: 'broken', atByte: 30, what: 'The file ends in the middle.' },
    ])
  })

  it('stops at what is not JSON', () => {
    expect(partsOf('{"messages": [1] "x": 2}', ['messages.*']).at(-1)).toMatchObject({ kind: 'broken', atByte: 17 })
    expect(partsOf('{"messages": [1]} trailing', ['messages.*']).at(-1)).toMatchObject({ kind: 'broken', atByte: 18 })
    expect(partsOf('', ['messages.*'])).toEqual([{ kind: 'broken', atByte: 0, what: 'The file is empty.' }])
    expect(partsOf('[1,,2]', ['*']).at(-1)).toMatchObject({ kind: 'broken', what: 'A value is missing.' })
  })

  it('reads over a byte order mark', () => {
    expect(partsOf('\uFEFF[1]', ['*'])).toEqual([{ kind: 'value', path: [0], value: 1 }])
  })

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', ',', ':', '\\', '1', 'a', ' ', '\n') }),
        fc.integer({ min: 1, max: 4 }),
        (text, n) => {
          expect(Array.isArray(partsOf(text, ['a.*', '*'], { pieceBytes: n }))).toBe(true)
        },
      ),
      { numRuns: 1000 },
    )
  })
})
