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
import { type Work, inSlices } from './slices.ts'
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

/** What a commit needs to know of the records that it wrote. */
interface Written {
  readonly termBuckets: readonly number[]
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
  /** Of all that was added so far. */
  #built: ArchivePages | undefined

  /** `number`: from `CommunityState.takeSegmentNumber`. */
  constructor(components: { records: HistoryRecords; state: CommunityState }, archive: ArchiveToRead, number: number) {
    this.#records = components.records
    this.#state = components.state
    this.#archive = archive
    this.#number = number
  }

  /** One call at a time, of all here. Errors: `ERR_STORE_FULL`, `ERR_STORE_FAILED`. */
  async add(messages: readonly OpenedMessage[], { signal }: AbortOptions = {}): Promise<void> {
    signal?.throwIfAborted()
    if (messages.length > 0) this.#built = undefined
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

  /** Lets what was added so far be read, until `commit` or `discard`. Rejects with the signal’s reason. */
  async show({ signal }: AbortOptions = {}): Promise<TimelineChange> {
    const built = await this.#build(signal)
    const pages = new Map([...built.pages].map(([number, bytes]) => [number, new Page(bytes)]))
    if (!this.#isOver) this.#state.setPreview({ segment: this.#segmentOf(built, []), pages, foreign: built.foreign })
    return this.#changeOf(built)
  }

  /** Makes the archive count. An abort before its last step discards it. Errors: those of `add`. */
  async commit({ signal }: AbortOptions = {}): Promise<TimelineChange> {
    const built = await this.#build(signal)
    const { termBuckets, filter } = await inSlices(this.#putRecords(built), { signal })
    if (this.#pack.length > 0) this.#sealPack()
    await this.#flush(signal)
    const authors = namesOf(this.#drafts.values())
    const segment = this.#segmentOf(built, termBuckets)
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

  async #build(signal: AbortSignal | undefined): Promise<ArchivePages> {
    const content = { drafts: this.#drafts, effects: this.#effects }
    this.#built ??= await inSlices(
      buildPages(content, (channel) => this.#state.channelNumber(channel)),
      { signal },
    )
    return this.#built
  }

  #segmentOf({ segment }: ArchivePages, termBuckets: readonly number[]): Segment {
    const { archiveId, fromMs, toMs } = this.#archive
    return { ...segment, number: this.#number, archiveId, fromMs, toMs, termBuckets, blobPacks: this.#packNumber }
  }

  *#putRecords(built: ArchivePages): Work<Written> {
    const { community } = this.#state
    const put = (table: HistoryTable, key: Uint8Array, value: Uint8Array): unknown =>
      this.#puts.push({ table, key, value })
    for (const [page, value] of built.pages) put('pages', numberedKey(community, this.#number, page), value)
    if (built.foreign.length > 0) {
      put('effects', numberedKey(community, this.#number, 0), yield* encodeEffects(built.foreign))
    }
    const names = yield* buildNames(built, this.#effects.values())
    put('ids', numberedKey(community, this.#number, 0), yield* encodeIdTable(names))
    put('ids', numberedKey(community, this.#number, 1), yield* encodePlaces(built.ordered))
    const filter = yield* encodeFilter(names)
    put('filters', numberedKey(community, this.#number), filter)
    const fromS = termsTime(this.#archive.fromMs)
    const terms = yield* buildTerms(built)
    for (const [bucket, value] of terms)
      put('terms', termsKey(community, { bucket, fromS, segment: this.#number }), value)
    return { termBuckets: [...terms.keys()], filter }
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
