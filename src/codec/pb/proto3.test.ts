import { describe, expect, it } from 'vitest'
import { concat } from '../concat.ts'
import { fromHex, outcomeOf, toHex } from '../testing/bytes.ts'
import {
  bool,
  bytes,
  enumeration,
  enumList,
  list,
  map,
  proto3,
  string,
  submessage,
  uint64,
  unknownFields,
  utf8,
} from './proto3.ts'

const inner = proto3({ name: string(1), unknownFields: unknownFields() })
const outer = proto3({
  count: uint64(1),
  isOn: bool(2),
  kind: enumeration(3),
  data: bytes(4),
  inner: submessage(5, inner),
  names: list(6, utf8, 3),
  byKey: map(7, inner, 2),
  roles: enumList(8, 4),
  unknownFields: unknownFields(),
})
const NOTHING = new Uint8Array()

describe('a message of proto3', () => {
  it('is empty where everything is zero, left out or not', () => {
    expect(outer.encode({})).toEqual(NOTHING)
    expect(outer.encode(outer.decode(NOTHING))).toEqual(NOTHING)
    expect(outer.decode(NOTHING)).toEqual({
      count: 0,
      isOn: false,
      kind: 0,
      data: NOTHING,
      inner: undefined,
      names: [],
      byKey: new Map(),
      roles: [],
      unknownFields: NOTHING,
    })
  })

  it('keeps what its table does not know, at every level', () => {
    const later = proto3({
      count: uint64(1),
      text: string(50),
      more: uint64(51),
      inner: submessage(5, proto3({ name: string(1), new: uint64(9) })),
    })
    const written = later.encode({ count: 1, text: 'x', more: 2, inner: { name: 'i', new: 3 } })
    const edited = outer.encode({ ...outer.decode(written), count: 7 })
    expect(later.decode(edited)).toEqual({ count: 7, text: 'x', more: 2, inner: { name: 'i', new: 3 } })
  })

  it('keeps a known field of another wire type too', () => {
    const odd = fromHex('0a0161')
    expect(toHex(outer.encode(outer.decode(odd)))).toBe('0a0161')
  })

  it('writes maps in the order of their keys and reads an entry without key or value', () => {
    const value = { name: '', unknownFields: NOTHING }
    const encoded = outer.encode({
      byKey: new Map([
        ['b', value],
        ['a', value],
      ]),
    })
    expect(toHex(encoded)).toBe('3a050a016112003a050a01621200')
    expect(outer.decode(fromHex('3a00')).byKey).toEqual(new Map([['', value]]))
  })

  it.each([
    ['a number beyond 2^53', '088080808080808010'],
    ['a text that is not UTF-8', '2a030a01ff'],
    ['a list of more than its cap', '320130'.repeat(4)],
    ['a map of more than its cap', '3a030a01303a030a01313a030a0132'],
    ['a packed list of more than its cap', '42050101010101'],
    ['a varint that ends too early', '0880'],
    ['a length beyond its end', '2205aa'],
  ])('refuses %s', (_what, hex) => {
    expect(outcomeOf(() => outer.decode(fromHex(hex)))).toBe('ERR_MESSAGE_INVALID')
  })

  it('reads the greatest number that is safe, and the same number in more bytes than it needs', () => {
    expect(outer.decode(outer.encode({ count: Number.MAX_SAFE_INTEGER })).count).toBe(Number.MAX_SAFE_INTEGER)
    expect(outer.decode(fromHex('08818080808080808000')).count).toBe(1)
  })

  it('bounds lists and maps at all levels together', () => {
    const one = outer.encode({ names: ['a', 'b'] })
    expect(outer.decode(one, 2).names).toEqual(['a', 'b'])
    expect(outcomeOf(() => outer.decode(concat(one, fromHex('3a00')), 2))).toBe('ERR_MESSAGE_INVALID')
  })

  it('keeps enum values that nobody knows, negative ones among them', () => {
    const encoded = outer.encode({ kind: -2, roles: [1, -1, 300] })
    expect(outer.decode(encoded)).toMatchObject({ kind: -2, roles: [1, -1, 300] })
  })
})
