/** Records of the history database as what they mean, with those read last kept in memory. */
import { hexAt } from '../crypto/hex.ts'
import type { HistoryKv, HistoryTable } from '../../store/history-kv.ts'
import type { KvReader } from '../../store/kv.ts'
import type { CommunityId, MessageId } from '../ids.ts'
import { ByteCache } from './byte-cache.ts'
import { type Effect, readEffect, writeEffect } from './effects.ts'
import { IdTable, Places } from './id-table.ts'
import { avatarKey, communityKey, numberInKey, numberedKey, rangeOf } from './keys.ts'
import { Page } from './page-record.ts'
import { RecordReader, RecordWriter } from './record-bytes.ts'
import { type Work, atOnce, each } from './slices.ts'
import type { BlobPlace } from './stored-message.ts'

const PAGE_CACHE_BYTES = 24 << 20
const TABLE_CACHE_BYTES = 12 << 20
const PLACES_CACHE_BYTES = 4 << 20
const AVATAR_CACHE_BYTES = 4 << 20

export interface PageAddress {
  readonly segment: number
  readonly page: number
}

/** Effects of one archive whose targets are elsewhere. */
export interface ForeignEffects {
  readonly sizeBytes: number
  readonly list: readonly Effect[]
  readonly byTarget: ReadonlyMap<MessageId, readonly Effect[]>
}

export class HistoryRecords {
  readonly kv: HistoryKv
  readonly #pages = new ByteCache<Page>(PAGE_CACHE_BYTES)
  readonly #tables = new ByteCache<IdTable>(TABLE_CACHE_BYTES)
  readonly #places = new ByteCache<Places>(PLACES_CACHE_BYTES)
  readonly #effects = new ByteCache<ForeignEffects>(TABLE_CACHE_BYTES)
  readonly #avatars = new ByteCache<{ sizeBytes: number; bytes: Uint8Array<ArrayBuffer> }>(AVATAR_CACHE_BYTES)

  constructor(kv: HistoryKv) {
    this.kv = kv
  }

  /** In one transaction; a page that went away meanwhile is undefined. */
  async pages(community: CommunityId, addresses: readonly PageAddress[]): Promise<(Page | undefined)[]> {
    const missing = new Set(addresses.filter((address) => this.#pages.get(textOf(community, address)) === undefined))
    if (missing.size === 0) return addresses.map((address) => this.#pages.get(textOf(community, address)))
    return this.kv.read(async (tx) =>
      Promise.all(
        addresses.map(async (address) => {
          if (!missing.has(address)) return this.#pages.get(textOf(community, address))
          const bytes = await tx.get('pages', numberedKey(community, address.segment, address.page))
          if (bytes === undefined) return undefined
          const page = new Page(bytes)
          this.#pages.set(textOf(community, address), page)
          return page
        }),
      ),
    )
  }

  /** Undefined where it was deleted. */
  notePage(community: CommunityId, address: PageAddress, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) this.#pages.delete(textOf(community, address))
    else this.#pages.set(textOf(community, address), new Page(bytes))
  }

  async idTable(community: CommunityId, segment: number): Promise<IdTable | undefined> {
    const key = textOf(community, { segment, page: 0 })
    const known = this.#tables.get(key)
    if (known !== undefined) return known
    const bytes = await this.kv.read((tx) => tx.get('ids', numberedKey(community, segment, 0)))
    const table = bytes && new IdTable(bytes)
    if (table !== undefined) this.#tables.set(key, table)
    return table
  }

  async places(community: CommunityId, segments: readonly number[]): Promise<(Places | undefined)[]> {
    const read = async (tx: KvReader<HistoryTable>, segment: number): Promise<Places | undefined> => {
      const key = textOf(community, { segment, page: 0 })
      const known = this.#places.get(key)
      if (known !== undefined) return known
      const bytes = await tx.get('ids', numberedKey(community, segment, 1))
      const places = bytes && new Places(bytes)
      if (places !== undefined) this.#places.set(key, places)
      return places
    }
    return this.kv.read(async (tx) => Promise.all(segments.map(async (segment) => read(tx, segment))))
  }

  async filters(community: CommunityId): Promise<Map<number, Uint8Array>> {
    const entries = await this.kv.read((tx) => tx.entries('filters', rangeOf(communityKey(community))))
    return new Map(entries.map(({ key, value }) => [numberInKey(key, 0), value]))
  }

  async foreignEffects(community: CommunityId, segments: readonly number[]): Promise<ForeignEffects[]> {
    const found = await Promise.all(segments.map(async (segment) => this.#foreignEffectsOf(community, segment)))
    return found.filter((effects) => effects !== undefined)
  }

  async #foreignEffectsOf(community: CommunityId, segment: number): Promise<ForeignEffects | undefined> {
    const key = textOf(community, { segment, page: 0 })
    const known = this.#effects.get(key)
    if (known !== undefined) return known
    const bytes = await this.kv.read((tx) => tx.get('effects', numberedKey(community, segment, 0)))
    if (bytes === undefined) return undefined
    const list = decodeEffects(bytes)
    const effects = { sizeBytes: 4 * bytes.byteLength, list, byTarget: atOnce(byTarget(list)) }
    this.#effects.set(key, effects)
    return effects
  }

  forgetSegment(community: CommunityId, segment: number): void {
    this.#tables.delete(textOf(community, { segment, page: 0 }))
    this.#places.delete(textOf(community, { segment, page: 0 }))
    this.#effects.delete(textOf(community, { segment, page: 0 }))
  }

  async blob(community: CommunityId, segment: number, place: BlobPlace): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const pack = await this.kv.read((tx) => tx.get('blobs', numberedKey(community, segment, place.pack)))
    return pack && Uint8Array.from(pack.subarray(place.offset, place.offset + place.lengthBytes))
  }

  async avatars(community: CommunityId, hashes: readonly string[]): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
    const found = new Map<string, Uint8Array<ArrayBuffer>>()
    const read = async (hash: string): Promise<void> => {
      const key = `${community} ${hash}`
      const known = this.#avatars.get(key)?.bytes
      const stored = known ?? (await this.kv.read((tx) => tx.get('blobs', avatarKey(community, hash))))
      if (stored === undefined) return
      const bytes = known ?? Uint8Array.from(stored)
      found.set(hash, bytes)
      this.#avatars.set(key, { sizeBytes: bytes.byteLength, bytes })
    }
    await Promise.all([...new Set(hashes)].map(read))
    return found
  }
}

export function* encodeEffects(effects: readonly Effect[]): Work<Uint8Array<ArrayBuffer>> {
  const writer = new RecordWriter().varint(effects.length)
  yield* each(effects, (effect) => writeEffect(writer, effect))
  return writer.finish()
}

export function decodeEffects(bytes: Uint8Array): Effect[] {
  const reader = new RecordReader(bytes)
  return Array.from({ length: reader.varint() }, () => readEffect(reader))
}

export function* byTarget(effects: Iterable<Effect>): Work<Map<MessageId, Effect[]>> {
  const targets = new Map<MessageId, Effect[]>()
  yield* each(effects, (effect) => {
    const some = targets.get(effect.target)
    if (some === undefined) targets.set(effect.target, [effect])
    else some.push(effect)
  })
  return targets
}

/** A short name for bytes of a picture: the same bytes are kept once. */
export function hashName(digest: Uint8Array): string {
  return hexAt(digest, 0, 16)
}

function textOf(community: CommunityId, { segment, page }: PageAddress): string {
  return `${community} ${segment} ${page}`
}
