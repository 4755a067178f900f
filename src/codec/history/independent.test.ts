/** What we write is read by another protobuf implementation, and what it writes by us. */
import * as fc from 'fast-check'
import { parse } from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { toHex } from '../testing/bytes.ts'
import { decodeEmojiReaction, encodeEmojiReaction } from './chat.ts'
import { FORMATS } from './testing/formats.ts'
import { SCHEMAS } from './testing/schemas.ts'

const { root } = parse(SCHEMAS, { keepCase: true })
/** Quire’s own questions and answers are in no schema of others. */
const THEIRS = FORMATS.filter(({ name }) => !name.startsWith('History'))
const OWN_FIELDS = new Set(['unknownFields'])

/** A value without what is absent, so that both implementations’ can be compared: bytes as hex, maps as objects. */
function plain(value: unknown, name: string): unknown {
  if (name.endsWith('Index')) return comparable({ archives: value })
  return name === 'WakuMessageArchive' ? comparable({ version: 0, ...(value as object) }) : comparable(value)
}

function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value)
  if (value instanceof Map) return comparable(Object.fromEntries(value))
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(
    ([key, item]) => item !== undefined && item !== null && !OWN_FIELDS.has(key),
  )
  return Object.fromEntries(
    kept.map(([key, item]) => [key, comparable(key === 'timestampNs' ? String(BigInt(item)) : item)]),
  )
}

describe.each(THEIRS)('$name', ({ name, samples, decode }) => {
  const type = root.lookupType(name)
  const samplesWithin = samples.filter(({ value }) => isExact(value))

  it('is read by another implementation as it was meant', () => {
    fc.assert(
      fc.property(samplesWithin, ({ value, bytes }) => {
        const theirs = type.toObject(type.decode(bytes), { longs: Number, defaults: true })
        expect(comparable(theirs)).toEqual(plain(value, name))
      }),
      { numRuns: 100 },
    )
  })

  it('is read by us as another implementation writes it', () => {
    fc.assert(
      fc.property(samplesWithin, ({ value, bytes }) => {
        const theirs = new Uint8Array(type.encode(type.decode(bytes)).finish())
        expect(decode(theirs)).toEqual(value)
        expect(toHex(theirs).length).toBe(toHex(bytes).length)
      }),
      { numRuns: 100 },
    )
  })
})

describe('how many people an imported reaction stands for', () => {
  const said = { clockMs: 1, chatId: '0x02', messageId: '0x01', messageType: 5, type: 2, isRetracted: false }

  it('is skipped by who does not know the field, and read back here', () => {
    const bytes = encodeEmojiReaction({ ...said, peopleCount: 300 })
    const type = root.lookupType('EmojiReaction')
    expect(comparable(type.toObject(type.decode(bytes), { longs: Number, defaults: true }))).toEqual(said)
    expect(decodeEmojiReaction(bytes)).toEqual({ ...said, peopleCount: 300 })
    expect(decodeEmojiReaction(encodeEmojiReaction(said)).peopleCount).toBeUndefined()
  })
})

/** The other implementation has 64-bit numbers as doubles, so times of nanoseconds have to fit one. */
function isExact(value: unknown): boolean {
  const time = (value as { readonly timestampNs?: bigint | undefined }).timestampNs
  return time === undefined || BigInt(Number(time)) === time
}
