/**
 * What memory knows of one community’s messages: small, read once, kept equal to the database by who writes to it.
 *
 * About 5 KiB an archive; the messages themselves stay in the database.
 */
import type { HistoryTable } from '../../store/history-kv.ts'
import type { KvWriter } from '../../store/kv.ts'
import { Mutex } from '../../store/mutex.ts'
import type { ArchiveId, ChatId, CommunityId, MessageId } from '../ids.ts'
import { AuthorNames } from './author-names.ts'
import type { Effect } from './effects.ts'
import { byTarget, decodeEffects, type HistoryRecords } from './history-records.ts'
import { type Prefix, mayContain } from './id-table.ts'
import { LIVE_SEGMENT, communityKey, metaKey, metaRange, numberInKey, numberedKey, rangeOf } from './keys.ts'
import type { Page } from './page-record.ts'
import { RecordReader, RecordWriter } from './record-bytes.ts'
import { type PageRef, type Segment, decodeSegment, targetPrefix } from './segment.ts'
import { atOnce } from './slices.ts'

/** A hostile community could name a new channel with each message. */
const MAX_CHANNELS = 4096

export interface PageOf {
  readonly segment: number
  readonly ref: PageRef
}

/** An archive that is still being read, shown as far as it is. */
export interface Preview {
  readonly segment: Segment
  readonly pages: ReadonlyMap<number, Page>
  readonly foreign: readonly Effect[]
}

type EffectIndex = ReadonlyMap<number, readonly number[]>

export class CommunityState {
  readonly community: CommunityId
  readonly names: AuthorNames
  /** One change at a time. */
  readonly changes = new Mutex()
  /** By number; live messages are number 0. */
  readonly segments: ReadonlyMap<number, Segment>
  readonly previews = new Map<number, Preview>()
  /** What was done live, in records of up to 128. */
  liveChunks: ReadonlyMap<number, readonly Effect[]>
  readonly #segments: Map<number, Segment>
  readonly #channels: ChatId[]
  readonly #numbers: Map<ChatId, number>
  #nextSegment: number
  #foreign: EffectIndex | undefined
  #pins: ReadonlyMap<MessageId, readonly Effect[]> | undefined
  #liveEffects: ReadonlyMap<MessageId, readonly Effect[]> | undefined
  #liveEffectIds: ReadonlySet<MessageId> | undefined
  #liveIds: Promise<Map<MessageId, number>> | undefined
  #filters: Promise<Map<number, Uint8Array>> | undefined

  private constructor(init: {
    community: CommunityId
    names: AuthorNames
    segments: readonly Segment[]
    liveChunks: ReadonlyMap<number, readonly Effect[]>
    channels: readonly ChatId[]
    nextSegment: number
  }) {
    this.community = init.community
    this.names = init.names
    this.#segments = new Map(init.segments.map((segment) => [segment.number, segment]))
    this.segments = this.#segments
    this.liveChunks = init.liveChunks
    this.#channels = [...init.channels]
    this.#numbers = new Map(init.channels.map((channel, number) => [channel, number]))
    this.#nextSegment = init.nextSegment
  }

  /** In one transaction. */
  static async load(records: HistoryRecords, community: CommunityId): Promise<CommunityState> {
    return records.kv.read(async (tx) => {
      const [segments, chunks, channels, names, counter] = await Promise.all([
        tx.entries('segments', rangeOf(communityKey(community))),
        tx.entries('effects', rangeOf(numberedKey(community, LIVE_SEGMENT))),
        tx.get('meta', metaKey(community, 'channels')),
        tx.entries('meta', metaRange(community, 'names')),
        tx.get('meta', metaKey(community, 'counter')),
      ])
      return new CommunityState({
        community,
        names: new AuthorNames(names),
        segments: segments.map(({ key, value }) => decodeSegment(numberInKey(key, 0), value)),
        liveChunks: new Map(chunks.map(({ key, value }) => [numberInKey(key, 1), decodeEffects(value)])),
        channels: channels === undefined ? [] : decodeChannels(channels),
        nextSegment: counter === undefined ? LIVE_SEGMENT + 1 : new RecordReader(counter).varint(),
      })
    })
  }

  /** Never used twice; written so that what a crash leaves half-made is not mixed with what comes after. */
  async takeSegmentNumber(records: HistoryRecords, archiveId: ArchiveId): Promise<number> {
    const number = this.#nextSegment++
    await records.kv.write(async (tx) => {
      tx.put('meta', metaKey(this.community, 'counter'), new RecordWriter(8).varint(this.#nextSegment).finish())
      tx.put('meta', metaKey(this.community, 'reading', number), new RecordWriter().text(archiveId).finish())
    })
    return number
  }

  segmentOf(archiveId: ArchiveId): Segment | undefined {
    return [...this.#segments.values()].find((segment) => segment.archiveId === archiveId)
  }

  /** All that is to be read: those in the database, and those that are shown while they are being read. */
  readable(): Segment[] {
    return [...this.#segments.values(), ...[...this.previews.values()].map(({ segment }) => segment)]
  }

  pagesOf(channel: number): PageOf[] {
    return this.readable().flatMap(({ number, pages }) =>
      pages.filter((ref) => ref.channel === channel).map((ref) => ({ segment: number, ref })),
    )
  }

  add(segment: Segment): void {
    this.#segments.set(segment.number, segment)
    this.#forgetIndexes()
  }

  remove(number: number): void {
    this.#segments.delete(number)
    this.#forgetIndexes()
  }

  setPreview(preview: Preview): void {
    this.previews.set(preview.segment.number, preview)
    this.#pins = undefined
  }

  endPreview(number: number): void {
    this.previews.delete(number)
    this.#pins = undefined
  }

  setLiveChunks(chunks: ReadonlyMap<number, readonly Effect[]>): void {
    this.liveChunks = chunks
    this.#liveEffects = undefined
    this.#liveEffectIds = undefined
    this.#pins = undefined
  }

  channelAt(number: number): ChatId {
    return this.#channels[number] ?? ('' as ChatId)
  }

  channelNumber(channel: ChatId): number | undefined {
    return this.#numbers.get(channel)
  }

  /** Undefined where there are too many. */
  enterChannel(channel: ChatId): number | undefined {
    const known = this.#numbers.get(channel)
    if (known !== undefined || this.#channels.length >= MAX_CHANNELS) return known
    const number = this.#channels.push(channel) - 1
    this.#numbers.set(channel, number)
    return number
  }

  writeChannels(tx: KvWriter<HistoryTable>): void {
    const writer = new RecordWriter().varint(this.#channels.length)
    for (const channel of this.#channels) writer.text(channel)
    tx.put('meta', metaKey(this.community, 'channels'), writer.finish())
  }

  /** Archives with something about a message that is not in them. */
  segmentsAbout(target: MessageId): readonly number[] {
    this.#foreign ??= indexForeign(this.#segments.values())
    return this.#foreign.get(targetPrefix(target)) ?? []
  }

  /** Of live messages, and of archives that are being read. */
  liveEffectsOf(target: MessageId): readonly Effect[] {
    this.#liveEffects ??= atOnce(byTarget([...this.liveChunks.values()].flat()))
    const live = this.#liveEffects.get(target) ?? []
    if (this.previews.size === 0) return live
    const previewed = [...this.previews.values()].flatMap(({ foreign }) => foreign)
    return [...live, ...previewed.filter((effect) => effect.target === target)]
  }

  pins(): ReadonlyMap<MessageId, readonly Effect[]> {
    this.#pins ??= atOnce(byTarget([...this.#livePins(), ...this.readable().flatMap(({ pins }) => pins)]))
    return this.#pins
  }

  isLiveEffect(id: MessageId): boolean {
    this.#liveEffectIds ??= new Set([...this.liveChunks.values()].flat().map((effect) => effect.id))
    return this.#liveEffectIds.has(id)
  }

  /** Where each live message is: its page. Reads all live pages, once. */
  async liveIds(records: HistoryRecords): Promise<Map<MessageId, number>> {
    this.#liveIds ??= readLiveIds(records, this)
    return this.#liveIds
  }

  /** Archives that may hold a name, the newest first. */
  async candidatesFor(records: HistoryRecords, prefix: Prefix): Promise<number[]> {
    this.#filters ??= records.filters(this.community)
    const filters = await this.#filters
    const likely = [...filters].filter(([, filter]) => mayContain(filter, prefix)).map(([number]) => number)
    const newest = (number: number): number => this.#segments.get(number)?.lastAtMs ?? 0
    return likely.filter((number) => this.#segments.has(number)).sort((a, b) => newest(b) - newest(a))
  }

  async noteFilter(number: number, filter: Uint8Array | undefined): Promise<void> {
    const filters = await this.#filters
    if (filter === undefined) filters?.delete(number)
    else filters?.set(number, filter)
  }

  *#livePins(): Generator<Effect> {
    for (const chunk of this.liveChunks.values()) yield* chunk.filter(({ kind }) => kind === 'pin')
  }

  #forgetIndexes(): void {
    this.#foreign = undefined
    this.#pins = undefined
  }
}

async function readLiveIds(records: HistoryRecords, state: CommunityState): Promise<Map<MessageId, number>> {
  const numbers = (state.segments.get(LIVE_SEGMENT)?.pages ?? []).map(({ number }) => number)
  const addresses = numbers.map((page) => ({ segment: LIVE_SEGMENT, page }))
  const ids = new Map<MessageId, number>()
  for (const [i, page] of (await records.pages(state.community, addresses)).entries()) {
    for (let slot = 0; slot < (page?.count ?? 0); slot++) if (page) ids.set(page.idAt(slot), numbers[i] ?? 0)
  }
  return ids
}

function indexForeign(segments: Iterable<Segment>): EffectIndex {
  const index = new Map<number, number[]>()
  for (const { number, foreignTargets } of segments) {
    for (const target of foreignTargets) {
      const numbers = index.get(target)
      if (numbers === undefined) index.set(target, [number])
      else numbers.push(number)
    }
  }
  return index
}

function decodeChannels(bytes: Uint8Array): ChatId[] {
  const reader = new RecordReader(bytes)
  return Array.from({ length: reader.varint() }, () => reader.text() as ChatId)
}
