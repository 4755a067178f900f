/**
 * Protobuf messages as tables: `message({ name: required(1, uint64), … })` gives a typed encoder and decoder.
 *
 *   value ─ encode ─▶ every field in the table’s order, scalars even when zero, absent optionals left out
 *   bytes ─ decode ─▶ proto2 rules: a missing required field fails, unknown fields and known ones with another wire type
 *                     are skipped, of a single field written twice the last one counts
 *
 * The table’s order is the order on the wire: write fields ascending. Decoded byte fields are views of the input.
 */
import { invalid } from '../binary.ts'
import { BYTES, ProtoReader, VARINT, type WireType } from './reader.ts'
import { ProtoWriter } from './writer.ts'

export interface ValueType<T> {
  readonly wire: WireType
  read(reader: ProtoReader): T
  write(writer: ProtoWriter, value: T): void
}

export interface Field<T> {
  readonly number: number
  readonly wire: WireType
  read(reader: ProtoReader, before: T | undefined): T
  write(writer: ProtoWriter, value: T): void
  /** The value of a field that is not there; throws for a required one. */
  absent(name: string): T
}

type Table = Readonly<Record<string, Field<unknown>>>
type ValueOf<F> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }

export interface MessageType<T> extends ValueType<T> {
  encode(value: T): Uint8Array
  /** Errors: `ERR_MESSAGE_INVALID`. `maxElements` bounds the repeated elements at all levels together. */
  decode(bytes: Uint8Array, maxElements?: number): T
}

export const uint64: ValueType<bigint> = {
  wire: VARINT,
  read: (reader) => reader.uint64(),
  write: (writer, value) => writer.varint(value),
}

export const uint32: ValueType<number> = {
  wire: VARINT,
  read: (reader) => reader.uint32(),
  write: (writer, value) => writer.safeVarint(value),
}

/** Plain two’s complement, not zigzag: a negative number takes ten bytes. */
export const int32: ValueType<number> = {
  wire: VARINT,
  read: (reader) => Number(BigInt.asIntN(32, reader.uint64())),
  write: (writer, value) => writer.varint(BigInt.asUintN(64, BigInt(value))),
}

export const bool: ValueType<boolean> = {
  wire: VARINT,
  read: (reader) => reader.uint64() !== 0n,
  write: (writer, value) => writer.varint(value ? 1n : 0n),
}

export const bytes: ValueType<Uint8Array> = {
  wire: BYTES,
  read: (reader) => reader.bytes(),
  write: (writer, value) => writer.bytes(value),
}

export function required<T>(number: number, type: ValueType<T>): Field<T> {
  return {
    number,
    wire: type.wire,
    read: (reader) => type.read(reader),
    write: (writer, value) => writeField(writer, { number, type }, value),
    absent: (name) => {
      throw invalid(`The required field “${name}” is missing.`)
    },
  }
}

export function optional<T>(number: number, type: ValueType<T>): Field<T | undefined> {
  return {
    number,
    wire: type.wire,
    read: (reader) => type.read(reader),
    write: (writer, value) => {
      if (value !== undefined) writeField(writer, { number, type }, value)
    },
    absent: () => undefined,
  }
}

/** At most `maxCount` elements; the decoder stops at the first one too many. */
export function repeated<T>(number: number, type: ValueType<T>, maxCount: number): Field<T[]> {
  return {
    number,
    wire: type.wire,
    read: (reader, before) => {
      const list = before ?? []
      if (list.length >= maxCount) throw invalid(`More than ${maxCount} elements are in one list.`)
      if (--reader.budget.elements < 0) throw invalid('The message has too many elements.')
      list.push(type.read(reader))
      return list
    },
    write: (writer, list) => {
      if (list.length > maxCount) throw invalid(`More than ${maxCount} elements are in one list.`)
      for (const value of list) writeField(writer, { number, type }, value)
    },
    absent: () => [],
  }
}

export function message<F extends Table>(table: F): MessageType<ValueOf<F>> {
  const fields = Object.entries(table)
  const byNumber = new Map(fields.map(([name, field]) => [field.number, { name, field }]))

  function readAll(reader: ProtoReader): ValueOf<F> {
    const found = new Map<string, unknown>()
    while (!reader.done) {
      const tag = reader.tag()
      const known = byNumber.get(tag.number)
      if (known === undefined || known.field.wire !== tag.wire) reader.skip(tag.wire)
      else found.set(known.name, known.field.read(reader, found.get(known.name)))
    }
    for (const [name, field] of fields) if (!found.has(name)) found.set(name, field.absent(name))
    // Each name holds what its own field read, which the map’s type cannot say.
    return Object.fromEntries(found) as ValueOf<F>
  }

  function writeAll(value: ValueOf<F>): Uint8Array {
    const writer = new ProtoWriter()
    for (const [name, field] of fields) field.write(writer, value[name])
    return writer.finish()
  }

  return {
    wire: BYTES,
    read: (reader) => readAll(reader.nested()),
    write: (writer, value) => writer.bytes(writeAll(value)),
    encode: writeAll,
    decode: (input, maxElements = Number.POSITIVE_INFINITY) =>
      readAll(new ProtoReader(input, { elements: maxElements })),
  }
}

export function writeField<T>(writer: ProtoWriter, field: { number: number; type: ValueType<T> }, value: T): void {
  writer.tag(field.number, field.type.wire)
  field.type.write(writer, value)
}
