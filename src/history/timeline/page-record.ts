/**
 * Pages: up to 128 messages of one channel, in the order of their clocks, in one record. A message is decoded only when it
 * is looked at.
 *
 *   version u8 · count u16 · authors at u32 · effects at u32 · clocks f64 … · ids 32 … · messages at u32 … · messages …
 *   authors: count, then key 65, flags, name, avatar 16        effects: count, then slot, author, deed
 */
import { hexAt } from '../crypto/hex.ts'
import type { AuthorKey, MessageId } from '../ids.ts'
import { type Effect, readDeed, writeDeed } from './effects.ts'
import { RecordReader, RecordWriter } from './record-bytes.ts'
import { readMessage, writeMessage } from './message-record.ts'
import type { StoredAuthor, StoredMessage } from './stored-message.ts'

const VERSION = 1
const HEADER_BYTES = 11
const AUTHOR_BYTES = 65
const AVATAR_BYTES = 16
const ID_BYTES = 32

export interface PageContent {
  /** Sorted by clock, then id. */
  readonly messages: readonly StoredMessage[]
  /** Of these messages, by the same archive. */
  readonly effects: readonly Effect[]
}

export function encodePage({ messages, effects }: PageContent): Uint8Array<ArrayBuffer> {
  const writer = new RecordWriter().u8(VERSION).u16(messages.length).u32(0).u32(0)
  for (const { clockMs } of messages) writer.f64(clockMs)
  for (const { id } of messages) writer.hex(id)
  const offsets = writer.length
  for (const _ of messages) writer.u32(0)
  const authors = new AuthorTable()
  for (const [slot, message] of messages.entries()) {
    writer.setU32(offsets + 4 * slot, writer.length)
    writer.varint(authors.placeOf(message.author))
    writeMessage(writer, message)
  }
  const slots = new Map(messages.map(({ id }, slot) => [id, slot]))
  const placed = effects.map((effect) => ({
    effect,
    author: authors.placeOf({ key: effect.author, name: '', isImported: false }),
  }))
  writer.setU32(3, writer.length)
  authors.write(writer)
  writer.setU32(7, writer.length)
  writer.varint(placed.length)
  for (const { effect, author } of placed) {
    writer.varint(slots.get(effect.target) ?? 0).varint(author)
    writeDeed(writer, effect)
  }
  return writer.finish()
}

/** A page as it lies in the database. */
export class Page {
  readonly count: number
  readonly sizeBytes: number
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #authors: readonly StoredAuthor[] | undefined
  #effects: ReadonlyMap<number, readonly Effect[]> | undefined

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.count = this.#view.getUint16(1, true)
    this.sizeBytes = bytes.byteLength
  }

  clockAt(slot: number): number {
    return this.#view.getFloat64(HEADER_BYTES + 8 * slot, true)
  }

  idAt(slot: number): MessageId {
    return hexAt(this.#bytes, HEADER_BYTES + 8 * this.count + ID_BYTES * slot, ID_BYTES) as MessageId
  }

  messageAt(slot: number): StoredMessage {
    const offsets = HEADER_BYTES + (8 + ID_BYTES) * this.count
    const reader = new RecordReader(this.#bytes, this.#view.getUint32(offsets + 4 * slot, true))
    const author = this.#authorTable()[reader.varint()]
    if (author === undefined) throw new RangeError('A page names an author whom it does not have.')
    return readMessage(reader, { id: this.idAt(slot), clockMs: this.clockAt(slot), author })
  }

  effectsAt(slot: number): readonly Effect[] {
    this.#effects ??= this.#readEffects()
    return this.#effects.get(slot) ?? []
  }

  /** Everything, to be changed and written again. */
  content(): PageContent {
    const slots = Array.from({ length: this.count }, (_, slot) => slot)
    return {
      messages: slots.map((slot) => this.messageAt(slot)),
      effects: slots.flatMap((slot) => this.effectsAt(slot)),
    }
  }

  #authorTable(): readonly StoredAuthor[] {
    this.#authors ??= readAuthors(new RecordReader(this.#bytes, this.#view.getUint32(3, true)))
    return this.#authors
  }

  #readEffects(): ReadonlyMap<number, readonly Effect[]> {
    const reader = new RecordReader(this.#bytes, this.#view.getUint32(7, true))
    const authors = this.#authorTable()
    const effects = new Map<number, Effect[]>()
    for (let left = reader.varint(); left > 0; left--) {
      const slot = reader.varint()
      const author = authors[reader.varint()]?.key ?? ('' as AuthorKey)
      const effect = readDeed(reader, { target: this.idAt(slot), author })
      const some = effects.get(slot)
      if (some === undefined) effects.set(slot, [effect])
      else some.push(effect)
    }
    return effects
  }
}

class AuthorTable {
  readonly #places = new Map<string, number>()
  readonly #authors: StoredAuthor[] = []

  placeOf(author: StoredAuthor): number {
    const text = `${author.key}${author.isImported ? '1' : '0'}${author.avatar ?? ''}${author.name}`
    let place = this.#places.get(text)
    if (place === undefined) {
      place = this.#authors.push(author) - 1
      this.#places.set(text, place)
    }
    return place
  }

  write(writer: RecordWriter): void {
    writer.varint(this.#authors.length)
    for (const { key, name, isImported, avatar } of this.#authors) {
      writer
        .hex(key)
        .u8((isImported ? 1 : 0) | (avatar === undefined ? 0 : 2))
        .text(name)
      if (avatar !== undefined) writer.hex(avatar)
    }
  }
}

function readAuthors(reader: RecordReader): StoredAuthor[] {
  return Array.from({ length: reader.varint() }, () => {
    const key = reader.hex(AUTHOR_BYTES) as AuthorKey
    const flags = reader.u8()
    const author = { key, name: reader.text(), isImported: (flags & 1) !== 0 }
    return (flags & 2) === 0 ? author : { ...author, avatar: reader.hex(AVATAR_BYTES) }
  })
}
