/**
 * Protobuf messages of proto3 as tables: `proto3({ sig: bytes(1), timestampSeconds: uint64(2), … })`.
 *
 *   value ─ encode ─▶ fields in the table’s order; what is absent, zero, false or empty is left out
 *   bytes ─ decode ─▶ what is not there is zero, false, empty or (messages) undefined; of a single field written twice
 *                     the last one counts; unknown fields are skipped, or kept by a table that has `unknownFields()`
 *
 * Numbers of 64 bits are read as `number` and refused above 2^53 - 1. Decoded byte fields are views of the input.
 */
import { invalid } from '../binary.ts'
import { concat } from '../concat.ts'
import { type Budget, BYTES, ProtoReader, VARINT } from './reader.ts'
import { type Field, optional, repeated, type ValueType, writeField } from './schema.ts'
import { ProtoWriter } from './writer.ts'

/** What may be left out when encoding, because it is then zero, empty or absent. */
export type Init<T> = { readonly [K in keyof T]?: T[K] | undefined }

type TableOf<T> = { readonly [K in keyof Required<T>]: Field<T[K]> }

interface Proto3Type<T> extends ValueType<T> {
  encode(value: Init<T>): Uint8Array
  /** Errors: `ERR_MESSAGE_INVALID`. `maxElements` bounds lists and maps at all levels together. */
  decode(bytes: Uint8Array, maxElements?: number): T
}

/** Not a field’s number: stands for every field that is not in a table. */
const UNKNOWN = 0
/** Ours: what one message may hold in lists and maps, all levels together, where its decoder names no other number. */
const DEFAULT_MAX_ELEMENTS = 65_536
const NOTHING = new Uint8Array()
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Text; bytes that are not UTF-8 are refused, as proto3 says. */
export const utf8: ValueType<string> = {
  wire: BYTES,
  read: (reader) => toText(reader.bytes()),
  write: (writer, value) => writer.bytes(encoder.encode(value)),
}

const safeUint64: ValueType<number> = {
  wire: VARINT,
  read: (reader) => reader.safeUint64(),
  write: (writer, value) => writer.safeVarint(value),
}

/** Bytes as elements of a list. */
export const byteElements: ValueType<Uint8Array> = {
  wire: BYTES,
  read: (reader) => reader.bytes(),
  write: (writer, value) => writer.bytes(value),
}

/** A u32. */
export const smallUint: ValueType<number> = {
  wire: VARINT,
  read: (reader) => reader.uint32(),
  write: (writer, value) => writer.safeVarint(value),
}

const flag: ValueType<boolean> = {
  wire: VARINT,
  read: (reader) => reader.uint64() !== 0n,
  write: (writer, value) => writer.safeVarint(value ? 1 : 0),
}

/** Zigzag, as nanoseconds need it: a bigint. */
export const sint64: ValueType<bigint> = {
  wire: VARINT,
  read: (reader) => {
    const value = reader.uint64()
    return (value >> 1n) ^ -(value & 1n)
  },
  write: (writer, value) => writer.varint(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))),
}

/** An enum’s number as it is on the wire; values that nobody knows yet stay as they are. */
const anyEnum: ValueType<number> = {
  wire: VARINT,
  read: (reader) => Number(BigInt.asIntN(32, reader.uint64())),
  write: (writer, value) => writer.varint(BigInt.asUintN(64, BigInt(value))),
}

export const bytes = (number: number): Field<Uint8Array> =>
  implicit(number, byteElements, { zero: NOTHING, isZero: (value) => value.byteLength === 0 })
export const string = (number: number): Field<string> =>
  implicit(number, utf8, { zero: '', isZero: (value) => value === '' })
export const uint32 = (number: number): Field<number> =>
  implicit(number, smallUint, { zero: 0, isZero: (value) => value === 0 })
export const uint64 = (number: number): Field<number> =>
  implicit(number, safeUint64, { zero: 0, isZero: (value) => value === 0 })
export const bool = (number: number): Field<boolean> =>
  implicit(number, flag, { zero: false, isZero: (value) => !value })
export const enumeration = (number: number): Field<number> =>
  implicit(number, anyEnum, { zero: 0, isZero: (value) => value === 0 })

/** A message that may be missing. */
export function submessage<T>(number: number, type: ValueType<T>): Field<T | undefined> {
  return optional(number, type)
}

/** At most `maxCount` elements; the decoder stops at the first one too many. */
export function list<T>(number: number, type: ValueType<T>, maxCount: number): Field<readonly T[]> {
  const field = repeated(number, type, maxCount)
  return {
    ...field,
    // The reader hands back what `field` made itself.
    read: (reader, before) => field.read(reader, before as T[] | undefined),
    // What is left out when encoding is empty.
    write: (writer, values: readonly T[] | undefined) => field.write(writer, (values ?? []) as T[]),
  }
}

/** A list of enum values, packed into one field as proto3 writes them; unpacked ones count as unknown. */
export function enumList(number: number, maxCount: number): Field<readonly number[]> {
  return {
    number,
    wire: BYTES,
    read: (reader, before) => {
      const values = [...(before ?? [])]
      const packed = reader.nested()
      while (!packed.done) {
        if (values.length >= maxCount) throw invalid(`More than ${maxCount} elements are in one list.`)
        values.push(anyEnum.read(packed))
      }
      return values
    },
    write: (writer, values) => {
      if (values === undefined || values.length === 0) return
      const packed = new ProtoWriter()
      for (const value of values) anyEnum.write(packed, value)
      writer.tag(number, BYTES)
      writer.bytes(packed.finish())
    },
    absent: () => [],
  }
}

/**
 * A map from text; written in the order of its keys (by UTF-16 code units), so equal maps give equal bytes. Of a key read
 * twice the last value counts; a value that is not there reads as an empty message.
 */
export function map<T>(number: number, type: Proto3Type<T>, maxCount: number): Field<ReadonlyMap<string, T>> {
  return mapOf(number, { type, none: () => type.decode(NOTHING) }, maxCount)
}

/** A map from text to bytes. */
export function bytesMap(number: number, maxCount: number): Field<ReadonlyMap<string, Uint8Array>> {
  return mapOf(number, { type: byteElements, none: () => NOTHING }, maxCount)
}

function mapOf<T>(
  number: number,
  value: { readonly type: ValueType<T>; readonly none: () => T },
  maxCount: number,
): Field<ReadonlyMap<string, T>> {
  const entry = proto3({ key: string(1), value: optional(2, value.type) })
  return {
    number,
    wire: BYTES,
    read: (reader, before) => {
      // The reader hands back what this same function made.
      const entries = (before as Map<string, T> | undefined) ?? new Map<string, T>()
      if (entries.size >= maxCount) throw invalid(`More than ${maxCount} entries are in one map.`)
      if (--reader.budget.elements < 0) throw invalid('The message has too many elements.')
      const read = entry.read(reader)
      entries.set(read.key, read.value ?? value.none())
      return entries
    },
    write: (writer, entries) => {
      if (entries === undefined) return
      if (entries.size > maxCount) throw invalid(`More than ${maxCount} entries are in one map.`)
      for (const key of [...entries.keys()].toSorted(byCodeUnits)) {
        writer.tag(number, BYTES)
        // A map’s key and value are written even when they are empty, as Go’s protobuf does.
        const body = new ProtoWriter()
        writeField(body, { number: 1, type: utf8 }, key)
        writeField(body, { number: 2, type: value.type }, entries.get(key) as T)
        writer.bytes(body.finish())
      }
    },
    absent: () => new Map<string, T>(),
  }
}

/** Everything that the table does not know, as it was, for messages that are changed and written again. Last in a table. */
export function unknownFields(): Field<Uint8Array> {
  return {
    number: UNKNOWN,
    wire: BYTES,
    read: (reader, before) => (before === undefined ? reader.bytes() : concat(before, reader.bytes())),
    write: (writer, value) => {
      if (value !== undefined) writer.raw(value)
    },
    absent: () => NOTHING,
  }
}

export function proto3<T extends object>(table: TableOf<T>): Proto3Type<T> {
  const fields = Object.entries(table) as unknown as readonly [keyof T & string, Field<unknown>][]
  const byNumber = new Map(fields.map(([name, field]) => [field.number, { name, field }]))
  const rest = byNumber.get(UNKNOWN)

  function readAll(input: Uint8Array, budget: Budget): T {
    const reader = new ProtoReader(input, budget)
    const found: Record<string, unknown> = {}
    for (const [name] of fields) found[name] = undefined
    const kept: Uint8Array[] = []
    while (!reader.done) {
      const start = reader.offset
      const tag = reader.tag()
      const known = byNumber.get(tag.number)
      if (known !== undefined && known.field.wire === tag.wire) {
        found[known.name] = known.field.read(reader, found[known.name])
      } else {
        reader.skip(tag.wire)
        if (rest !== undefined) kept.push(input.subarray(start, reader.offset))
      }
    }
    for (const [name, field] of fields) if (found[name] === undefined) found[name] = field.absent(name)
    if (rest !== undefined) found[rest.name] = concat(...kept)
    // Each name holds what its own field read, which the record’s type cannot say.
    return found as T
  }

  function writeAll(value: Init<T>): Uint8Array {
    const writer = new ProtoWriter()
    for (const [name, field] of fields) field.write(writer, value[name])
    return writer.finish()
  }

  return {
    wire: BYTES,
    read: (reader) => readAll(reader.bytes(), reader.budget),
    write: (writer, value) => writer.bytes(writeAll(value)),
    encode: writeAll,
    decode: (input, maxElements = DEFAULT_MAX_ELEMENTS) => readAll(input, { elements: maxElements }),
  }
}

function implicit<T>(
  number: number,
  type: ValueType<T>,
  { zero, isZero }: { readonly zero: T; readonly isZero: (value: T) => boolean },
): Field<T> {
  return {
    number,
    wire: type.wire,
    read: (reader) => type.read(reader),
    write: (writer, value: T | undefined) => {
      if (value !== undefined && !isZero(value)) writeField(writer, { number, type }, value)
    },
    absent: () => zero,
  }
}

function toText(input: Uint8Array): string {
  try {
    return decoder.decode(input)
  } catch (error) {
    throw invalid('A text is not UTF-8.', error)
  }
}

function byCodeUnits(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
