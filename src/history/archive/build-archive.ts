import type { ManifestCid } from '../../codec/cid.ts'
import { encodeArchive } from '../../codec/history/archive.ts'
import type { ArchiveIndexEntry } from '../../codec/history/archive-index.ts'
import { archiveId } from '../archive-id.ts'
import type { ArchiveEntry, SpanSeconds } from './archive-entry.ts'
import type { Chunk } from './partition.ts'

/** The archive’s bytes before they are sealed; the same chunk gives the same bytes. */
export function buildArchive(chunk: Chunk, topics: readonly Uint8Array[]): Uint8Array {
  const { fromSeconds, toSeconds, messages } = chunk
  return encodeArchive({ metadata: { version: 0, fromSeconds, toSeconds, contentTopics: topics }, messages })
}

/** The entry of an archive that was published, with its id. */
export function entryOf(archive: SpanSeconds & { topics: readonly Uint8Array[]; cid: ManifestCid }): ArchiveEntry {
  const { fromSeconds, toSeconds, topics, cid } = archive
  return { id: archiveId(indexEntryOf(archive)), cid, fromSeconds, toSeconds, topics }
}

/** An entry as the index writes it. */
export function indexEntryOf(archive: Omit<ArchiveEntry, 'id'>): ArchiveIndexEntry {
  const { fromSeconds, toSeconds, topics, cid, searchCid } = archive
  const metadata = { version: 0, fromSeconds, toSeconds, contentTopics: topics }
  return { version: 0, metadata, cid: cid.toString(), searchCid: searchCid?.toString() }
}
