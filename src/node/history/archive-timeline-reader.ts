import { readArchiveMetadata } from '../../codec/history/archive.ts'
import { sameBytes } from '../../codec/same-bytes.ts'
import { isQuireError, QuireError } from '../../errors.ts'
import type { ArchiveEntry } from '../../history/archive/archive-entry.ts'
import { unsealArchive } from '../../history/crypto/archive-seal.ts'
import type { GroupKeys } from '../../history/crypto/hash-ratchet.ts'
import { topicOf, universalChatId } from '../../history/crypto/topics.ts'
import type { ArchiveReader, ReadOptions, ReadOutcome } from '../../history/follow/archive-reader.ts'
import type { ArchiveId, ChatId, CommunityId } from '../../history/ids.ts'
import { openArchive } from '../../history/message/open-archive.ts'
import type { ArchiveBatch, OpenCounts } from '../../history/message/opening.ts'
import type { TimelineDatabase } from '../../history/timeline/timeline-database.ts'
import type { ArchiveToRead, TimelineChange } from '../../history/timeline/types.ts'

const MS = 1000
/** Shown as far as it is opened after so many messages, and again whenever they are four times as many: a large week fills the screen early. */
const FIRST_SHOWN = 128
const SHOWN_FACTOR = 4

interface ArchiveTimelineReaderComponents {
  readonly timeline: Pick<TimelineDatabase, 'beginArchive' | 'removeArchive'>
  readonly groupKeys: GroupKeys
  readonly onChange: (change: TimelineChange) => void
}

/** The part of an archive that is shown while the rest is still read. */
export interface ShownPart {
  readonly archiveId: ArchiveId
  readonly fromMs: number
  readonly toMs: number
}

/** Archives of one community that were fetched, opened into the timeline one after the other. */
export class ArchiveTimelineReader implements ArchiveReader {
  readonly #timeline: Pick<TimelineDatabase, 'beginArchive' | 'removeArchive'>
  readonly #groupKeys: GroupKeys
  readonly #onChange: (change: TimelineChange) => void
  #shown: ShownPart | undefined

  constructor({ timeline, groupKeys, onChange }: ArchiveTimelineReaderComponents) {
    this.#timeline = timeline
    this.#groupKeys = groupKeys
    this.#onChange = onChange
  }

  get shown(): ShownPart | undefined {
    return this.#shown
  }

  async read(
    community: CommunityId,
    entry: ArchiveEntry,
    bytes: Uint8Array,
    options: ReadOptions = {},
  ): Promise<ReadOutcome> {
    try {
      return await this.#readNow({ community, entry, bytes }, options)
    } catch (error) {
      if (!isQuireError(error, 'ERR_GROUP_KEY_MISSING')) throw error
      return { outcome: 'missing-key', missingKeyIds: [String(error.details['keyId'])] }
    }
  }

  async forget(community: CommunityId, { id }: ArchiveEntry): Promise<void> {
    const change = await this.#timeline.removeArchive(community, id)
    if (change !== undefined) this.#onChange(change)
  }

  async #readNow(
    { community, entry, bytes }: { community: CommunityId; entry: ArchiveEntry; bytes: Uint8Array },
    { nearMs, signal }: ReadOptions,
  ): Promise<ReadOutcome> {
    const archive = { archiveId: entry.id, fromMs: entry.fromSeconds * MS, toMs: entry.toSeconds * MS }
    const ingest = await this.#begin(community, archive)
    try {
      let counts: OpenCounts | undefined
      // What one can read: reactions, edits and the like are shown with what they are about.
      let messageCount = 0
      let shownNext = FIRST_SHOWN
      const nearSeconds = nearMs === undefined ? entry.toSeconds : Math.floor(nearMs / MS)
      const options = { community, keys: this.#groupKeys, nearSeconds, signal }
      for await (const batch of openArchive(bytes, options)) {
        await ingest.add(batch.messages, { signal })
        counts = batch.counts
        messageCount += batch.messages.filter(({ body }) => body.kind === 'chat').length
        if (counts.opened < shownNext) continue
        shownNext = SHOWN_FACTOR * counts.opened
        const change = await ingest.show({ signal })
        this.#shown = shownPart(archive, batch)
        this.#onChange(change)
      }
      if ((counts?.opened ?? 0) === 0) await this.#refuseForeign(community, bytes)
      this.#onChange(await ingest.show({ signal }))
      this.#onChange(await ingest.commit({ signal }))
      const missingKeyIds = [...(counts?.missingKeys.keys() ?? [])]
      return { outcome: 'read', messageCount, missingKeyIds }
    } finally {
      this.#shown = undefined
      ingest.discard()
    }
  }

  /**
   * An archive of which nothing counts here and that says itself that it is another community’s. Topics alone would not
   * do: one may be made of a channel’s topic that no description names any more. Errors: `ERR_ARCHIVE_INVALID`.
   */
  async #refuseForeign(community: CommunityId, bytes: Uint8Array): Promise<void> {
    const { contentTopics } = readArchiveMetadata(await unsealArchive(bytes, this.#groupKeys))
    const own = [universalChatId(community), community as string as ChatId].map(topicOf)
    const isOwn = contentTopics.some((topic) => own.some((each) => sameBytes(each, topic)))
    if (contentTopics.length === 0 || isOwn) return
    throw new QuireError('ERR_ARCHIVE_INVALID', 'This archive is not one of this community’s.')
  }

  /** One that is in the timeline already is read again: there is a key now that was missing. */
  async #begin(community: CommunityId, archive: ArchiveToRead) {
    const ingest = await this.#timeline.beginArchive(community, archive)
    if (ingest !== undefined) return ingest
    await this.#timeline.removeArchive(community, archive.archiveId)
    const again = await this.#timeline.beginArchive(community, archive)
    if (again === undefined) throw new Error('An archive that was removed from the timeline is still in it.')
    return again
  }
}

function shownPart({ archiveId, fromMs, toMs }: ArchiveToRead, { opened }: ArchiveBatch): ShownPart | undefined {
  if (opened === undefined) return undefined
  return { archiveId, fromMs: Math.max(fromMs, opened.fromSeconds * MS), toMs: Math.min(toMs, opened.toSeconds * MS) }
}
