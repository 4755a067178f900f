/**
 * One archive on its way into the database.
 *
 *   add (batches, any order) ─▶ memory ─▶ show: what is there so far can be read, nothing is written
 *                                     └─▶ commit: attachments, pages, words, ids … in groups, then one small transaction
 *                                         that makes it count and takes the same messages out of the live ones
 *
 * A crash before that leaves records under a number that is never used again, which the next start deletes.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import type { HistoryTable } from '../../store/history-kv.ts'
import { encodeFilter, encodeIdTable, encodePlaces } from './id-table.ts'
import type { MessageId } from '../ids.ts'
import type { OpenedMessage } from '../message/opened-message.ts'
import type { AbortOptions } from '../ports.ts'
import { type ArchivePages, type Draft, buildNames, buildPages, buildTerms, namesOf } from './build-archive-records.ts'
import type { CommunityState } from './community-state.ts'
import { type Effect, effectOf } from './effects.ts'
import { encodeEffects, hashName, type HistoryRecords } from './history-records.ts'
import { avatarKey, metaKey, numberedKey, termsKey } from './keys.ts'
import { applyLive, editLive } from './live-edit.ts'
import { Page } from './page-record.ts'
import { type Segment, encodeSegment } from './segment.ts'
import { type BlobPlace, referenceOf, storedMessage } from './stored-message.ts'
import type { ArchiveToRead, TimelineChange } from './types.ts'

/** A transaction holds readers up until it is done. */
const GROUP_BYTES = 1 << 20
const PACK_BYTES = 1 << 20

interface Put {
  readonly table: HistoryTable
  readonly key: Uint8Array
  readonly value: Uint8Array
}

interface Built {
  readonly built: ArchivePages
  readonly terms: ReadonlyMap<number, Uint8Array>
  readonly names: ReturnType<typeof buildNames>
  readonly filter: Uint8Array
}

export class ArchiveIngest {
  readonly #records: HistoryRecords
  readonly #state: CommunityState
  readonly #archive: ArchiveToRead
  readonly #number: number
  readonly #drafts = new Map<MessageId, Draft>()
  readonly #effects = new Map<MessageId, Effect>()
  readonly #avatars = new Set<string>()
  #puts: Put[] = []
  #pack: Uint8Array[] = []
  #packBytes = 0
  #packNumber = 0
  #isOver = false

  /** `number`: from `CommunityState.takeSegmentNumber`. */
  constructor(components: { records: HistoryRecords; state: CommunityState }, archive: ArchiveToRead, number: number) {
    this.#records = components.records
    this.#state = components.state
    this.#archive = archive
    this.#number = number
  }

  /** Errors: `ERR_STORE_FULL`, `ERR_STORE_FAILED`. */
  async add(messages: readonly OpenedMessage[], { signal }: AbortOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    for (const message of messages) {
      const effect = effectOf(message)
      if (effect !== undefined) this.#effects.set(effect.id, effect)
      if (message.body.kind !== 'chat' || this.#drafts.has(message.id)) continue
      if (this.#state.enterChannel(message.channelId) === undefined) continue
      const payloads = { avatar: this.#keepAvatar.bind(this), blob: this.#keepBlob.bind(this) }
      const chat = { ...message, body: message.body }
      this.#drafts.set(message.id, {
        message: storedMessage(chat, { delivery: 'archived', payloads }),
        channelId: message.channelId,
        reference: referenceOf(message),
      })
    }
    if (this.#puts.length > 0) await this.#flush()
  }

  /** Lets what was added so far be read, until `commit` or `discard`. */
  show(): TimelineChange {
    const built = this.#build()
    const pages = new Map([...built.pages].map(([number, bytes]) => [number, new Page(bytes)]))
    const segment = this.#segmentOf(built, [])
    this.#state.setPreview({ segment, pages, foreign: built.foreign })
    return this.#changeOf(built)
  }

  /** Makes the archive count. An abort before its last step discards it. Errors: those of `add`. */
  async commit({ signal }: AbortOptions = {}): Promise<TimelineChange> {
    const built = this.#build()
    const terms = buildTerms(built)
    const names = buildNames(built, this.#effects.values())
    const filter = encodeFilter(names.map(({ prefix }) => prefix))
    this.#puts.push(...this.#putsOf({ built, terms, names, filter }))
    if (this.#pack.length > 0) this.#sealPack()
    await this.#flush(signal)
    const authors = namesOf(this.#drafts.values())
    const segment = this.#segmentOf(built, [...terms.keys()])
    await this.#state.changes.run(async () => {
      signal?.throwIfAborted()
      const ids = await this.#state.liveIds(this.#records)
      const gone = this.#liveOnesHere(ids)
      const live = await this.#records.kv.write(async (tx) => {
        this.#state.writeChannels(tx)
        this.#state.names.write(tx, this.#state.community, authors)
        tx.put('segments', numberedKey(this.#state.community, this.#number), encodeSegment(segment))
        tx.delete('meta', metaKey(this.#state.community, 'reading', this.#number))
        if (gone.size === 0) return undefined
        return editLive(tx, this.#state, { drafts: [], effects: [], gone, deliveries: new Map(), blobPacks: 0, ids })
      })
      this.#state.add(segment)
      this.#state.names.note(authors)
      if (live !== undefined) await applyLive(this.#state, this.#records, live)
      await this.#state.noteFilter(this.#number, filter)
    })
    this.#isOver = true
    this.#state.endPreview(this.#number)
    return this.#changeOf(built)
  }

  /** Takes back what is shown; what was written is deleted by the next start. Safe to call after `commit`. */
  discard(): void {
    if (!this.#isOver) this.#state.endPreview(this.#number)
    this.#isOver = true
  }

  #build(): ArchivePages {
    return buildPages({ drafts: this.#drafts, effects: this.#effects }, (channel) => this.#state.channelNumber(channel))
  }

  #segmentOf({ segment }: ArchivePages, termBuckets: readonly number[]): Segment {
    const { archiveId, fromMs, toMs } = this.#archive
    return { ...segment, number: this.#number, archiveId, fromMs, toMs, termBuckets, blobPacks: this.#packNumber }
  }

  *#putsOf({ built, terms, names, filter }: Built): Generator<Put> {
    const { community } = this.#state
    for (const [page, value] of built.pages) {
      yield { table: 'pages', key: numberedKey(community, this.#number, page), value }
    }
    if (built.foreign.length > 0) {
      yield { table: 'effects', key: numberedKey(community, this.#number, 0), value: encodeEffects(built.foreign) }
    }
    yield { table: 'ids', key: numberedKey(community, this.#number, 0), value: encodeIdTable(names) }
    yield { table: 'ids', key: numberedKey(community, this.#number, 1), value: encodePlaces(built.ordered) }
    yield { table: 'filters', key: numberedKey(community, this.#number), value: filter }
    const fromS = termsTime(this.#archive.fromMs)
    for (const [bucket, value] of terms) {
      yield { table: 'terms', key: termsKey(community, { bucket, fromS, segment: this.#number }), value }
    }
  }

  async #flush(signal?: AbortSignal): Promise<void> {
    const puts = this.#puts
    this.#puts = []
    let group: Put[] = []
    let bytes = 0
    for (const [i, put] of puts.entries()) {
      group.push(put)
      bytes += put.value.byteLength
      if (bytes < GROUP_BYTES && i < puts.length - 1) continue
      signal?.throwIfAborted()
      const written = group
      await this.#records.kv.write(async (tx) => {
        for (const { table, key, value } of written) tx.put(table, key, value)
      })
      group = []
      bytes = 0
    }
  }

  #liveOnesHere(live: ReadonlyMap<MessageId, number>): Set<MessageId> {
    const gone = new Set<MessageId>()
    for (const id of this.#drafts.keys()) if (live.has(id)) gone.add(id)
    for (const id of this.#effects.keys()) if (this.#state.isLiveEffect(id)) gone.add(id)
    return gone
  }

  #changeOf({ segment }: ArchivePages): TimelineChange {
    const channels = new Set(segment.pages.map(({ channel }) => channel))
    const channelIds = [...channels].map((channel) => this.#state.channelAt(channel))
    return { communityId: this.#state.community, channelIds, fromMs: this.#archive.fromMs, toMs: this.#archive.toMs }
  }

  #keepAvatar(bytes: Uint8Array): string {
    const name = hashName(sha256(bytes))
    if (this.#avatars.has(name)) return name
    this.#avatars.add(name)
    this.#puts.push({ table: 'blobs', key: avatarKey(this.#state.community, name), value: bytes.slice() })
    return name
  }

  #keepBlob(bytes: Uint8Array): BlobPlace {
    if (this.#packBytes > 0 && this.#packBytes + bytes.byteLength > PACK_BYTES) this.#sealPack()
    const place = { pack: this.#packNumber, offset: this.#packBytes, lengthBytes: bytes.byteLength }
    this.#pack.push(bytes.slice())
    this.#packBytes += bytes.byteLength
    return place
  }

  #sealPack(): void {
    const value = new Uint8Array(this.#packBytes)
    let offset = 0
    for (const part of this.#pack) {
      value.set(part, offset)
      offset += part.byteLength
    }
    this.#puts.push({ table: 'blobs', key: numberedKey(this.#state.community, this.#number, this.#packNumber), value })
    this.#pack = []
    this.#packBytes = 0
    this.#packNumber++
  }
}

/** How the keys of words say when an archive begins. */
export function termsTime(fromMs: number): number {
  return Math.min(0xffffffff, Math.max(0, Math.floor(fromMs / 1000)))
}
