import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCid } from './cid.ts'
import {
  type BlockAddress,
  type BlockPresence,
  decodeMessage,
  encodeMessage,
  type Message,
  type PresenceKind,
  type WantListEntry,
} from './message.ts'
import { MAX_RANGES } from './pb/block-exchange.ts'
import { controlMessage } from './testing/arbitraries.ts'
import { fromHex, outcomeOf, toHex } from './testing/bytes.ts'
import { wire } from './testing/vectors.ts'

type Params = (typeof wire.message)[number]['params']

const KINDS: readonly PresenceKind[] = ['dont-have', 'have-range', 'complete']

function addressOf({ treeCid, index }: { treeCid: string; index: number }): BlockAddress {
  return { treeCid: decodeCid(fromHex(treeCid)), index: BigInt(index) }
}

function messageOf(params: Params): Message {
  return {
    wantList: {
      full: params.wantList.full,
      entries: params.wantList.entries.map((entry) => ({
        ...entry,
        address: addressOf(entry.address),
        rangeCount: BigInt(entry.rangeCount),
        downloadId: BigInt(entry.downloadId),
      })),
    },
    blockPresences: params.blockPresences.map((presence) => ({
      address: addressOf(presence.address),
      kind: KINDS[presence.kind] ?? 'complete',
      ranges: presence.ranges.map(({ start, count }) => ({ start: BigInt(start), count: BigInt(count) })),
      downloadId: BigInt(presence.downloadId),
    })),
  }
}

const ADDRESS = addressOf({ treeCid: wire.testCids[0]?.hex ?? '', index: 1 })
const ENTRY: WantListEntry = {
  address: ADDRESS,
  priority: 0,
  cancel: false,
  wantType: 0,
  sendDontHave: false,
  rangeCount: 0n,
  downloadId: 1n,
}
const PRESENCE: BlockPresence = { address: ADDRESS, kind: 'have-range', ranges: [], downloadId: 1n }

function withEntries(entries: readonly WantListEntry[]): Message {
  return { wantList: { entries, full: false }, blockPresences: [] }
}

function withPresences(blockPresences: readonly BlockPresence[]): Message {
  return { wantList: { entries: [], full: false }, blockPresences }
}

describe('control messages against upstream’s golden bytes', () => {
  it.each(wire.message)('encodes $name', ({ params, hex }) => {
    expect(toHex(encodeMessage(messageOf(params)))).toBe(hex)
  })

  it.each(wire.message)('decodes $name and encodes it again', ({ params, hex }) => {
    const message = decodeMessage(fromHex(hex))
    expect(message).toEqual(messageOf(params))
    expect(toHex(encodeMessage(message))).toBe(hex)
  })

  it.each(wire.messageDecodeMustFail)('refuses $name', ({ hex }) => {
    expect(outcomeOf(() => decodeMessage(fromHex(hex)))).toBe('ERR_MESSAGE_INVALID')
  })
})

describe('the caps of a control message', () => {
  it('reads 1024 want list entries and 1024 presences', () => {
    const full: Message = {
      wantList: { entries: times(1024, ENTRY), full: true },
      blockPresences: times(1024, { ...PRESENCE, ranges: [{ start: 0n, count: 1n }] }),
    }
    const decoded = decodeMessage(encodeMessage(full))
    expect(decoded.wantList.entries.length).toBe(1024)
    expect(decoded.blockPresences.length).toBe(1024)
  })

  it('covers every limit that the vectors name', () => {
    expect(wire.limitsTests.map(({ name }) => name)).toEqual([
      'blockPresences entries > 1024 must fail to decode',
      'wantList entries > 1024 must fail to decode',
    ])
  })

  it('refuses to read and to write 1025 want list entries', () => {
    expect(outcomeOf(() => encodeMessage(withEntries(times(1025, ENTRY))))).toBe('ERR_MESSAGE_INVALID')
    const one = toHex(encodeMessage(withEntries([ENTRY]))).slice(4, -4)
    expect(outcomeOf(() => decodeMessage(wantListOf(one.repeat(1024))))).toBe('success')
    expect(outcomeOf(() => decodeMessage(wantListOf(one.repeat(1025))))).toBe('ERR_MESSAGE_INVALID')
  })

  it('refuses to read and to write 1025 presences', () => {
    expect(outcomeOf(() => encodeMessage(withPresences(times(1025, PRESENCE))))).toBe('ERR_MESSAGE_INVALID')
    const one = toHex(encodeMessage(withPresences([PRESENCE]))).slice('0a021000'.length)
    expect(outcomeOf(() => decodeMessage(fromHex(`0a021000${one.repeat(1024)}`)))).toBe('success')
    expect(outcomeOf(() => decodeMessage(fromHex(`0a021000${one.repeat(1025)}`)))).toBe('ERR_MESSAGE_INVALID')
  })

  it('bounds the ranges of one presence and of a whole message', () => {
    const ranges = Array.from({ length: MAX_RANGES }, (_, i) => ({ start: BigInt(2 * i), count: 1n }))
    const large = encodeMessage(withPresences([{ ...PRESENCE, ranges }]))
    expect(decodeMessage(large).blockPresences[0]?.ranges.length).toBe(MAX_RANGES)
    expect(
      outcomeOf(() => encodeMessage(withPresences([{ ...PRESENCE, ranges: [...ranges, { start: 0n, count: 0n }] }]))),
    ).toBe('ERR_MESSAGE_INVALID')
    const flood = withPresences(times(6, { ...PRESENCE, ranges }))
    expect(outcomeOf(() => decodeMessage(encodeMessage(flood)))).toBe('ERR_MESSAGE_INVALID')
  })
})

describe('what a decoder of control messages takes and refuses', () => {
  const entryHex = toHex(encodeMessage(withEntries([ENTRY]))).slice(8, -4)

  it('skips unknown fields of every wire type', () => {
    const unknown = ['7801', '790000000000000000', '7a0161', '7d00000000'].join('')
    expect(decodeMessage(fromHex(`${unknown}0a021000${unknown}`))).toEqual(withPresences([]))
  })

  it('takes a known field with another wire type for an unknown one', () => {
    expect(decodeMessage(fromHex('0a0210002001'))).toEqual(withPresences([]))
    expect(outcomeOf(() => decodeMessage(fromHex('0801')))).toBe('ERR_MESSAGE_INVALID')
  })

  it('lets the last one count where a single field is written twice', () => {
    expect(decodeMessage(fromHex('0a0210000a021001')).wantList.full).toBe(true)
  })

  it('refuses a message that lacks any required field', () => {
    const fields = entryHex.slice(84).match(/../gu) ?? []
    expect(fields.length).toBe(12)
    for (let i = 0; i < fields.length; i += 2) {
      const rest = fields.toSpliced(i, 2).join('')
      expect(outcomeOf(() => decodeMessage(entryOf(`${entryHex.slice(0, 84)}${rest}`)))).toBe('ERR_MESSAGE_INVALID')
    }
    expect(outcomeOf(() => decodeMessage(entryOf(entryHex)))).toBe('success')
    expect(outcomeOf(() => decodeMessage(fromHex('0a00')))).toBe('ERR_MESSAGE_INVALID')
  })

  it.each([
    ['field number 0', '0a0210000001'],
    ['a group', '0a0210007b7c'],
    ['a varint of eleven bytes', '0a0210ffffffffffffffffffff00'],
    ['a varint of eleven bytes that is zero', '0a0c108080808080808080808000'],
    ['a message that ends within a number', '0a0210007880'],
    ['a varint above 64 bits', '0a0b10ffffffffffffffffff02'],
    ['a tag above 32 bits', '0a021000ffffffffff0100'],
    ['an unknown presence kind', toHex(encodeMessage(withPresences([PRESENCE]))).replace(/10012001$/u, '10032001')],
  ])('refuses %s', (_what, hex) => {
    expect(outcomeOf(() => decodeMessage(fromHex(hex)))).toBe('ERR_MESSAGE_INVALID')
  })

  it('keeps a negative priority', () => {
    const message = withEntries([{ ...ENTRY, priority: -5 }])
    expect(decodeMessage(encodeMessage(message))).toEqual(message)
  })

  it('gives back every message that it wrote', () => {
    fc.assert(
      fc.property(controlMessage, (message) => {
        expect(decodeMessage(encodeMessage(message))).toEqual(message)
      }),
      { numRuns: 600 },
    )
  })
})

function wantListOf(entries: string): Uint8Array {
  return fromHex(`0a${varint((entries.length + 4) / 2)}${entries}1000`)
}

function entryOf(fields: string): Uint8Array {
  return wantListOf(`0a${varint(fields.length / 2)}${fields}`)
}

function varint(value: number): string {
  let rest = value
  const bytes: number[] = []
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  return toHex(Uint8Array.from([...bytes, rest]))
}

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value)
}
