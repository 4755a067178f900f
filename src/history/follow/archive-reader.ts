import type { ArchiveEntry } from '../archive/archive-entry.ts'
import type { CommunityId } from '../ids.ts'
import type { AbortOptions } from '../ports.ts'

export interface ReadOptions extends AbortOptions {
  /** What somebody waits for is shown first. Unix milliseconds; by default the archive’s end. */
  readonly nearMs?: number | undefined
}

/** missing-key: the archive itself is sealed · `missingKeyIds` of one that was read: messages within it are. */
export type ReadOutcome =
  | { readonly outcome: 'read'; readonly messageCount: number; readonly missingKeyIds: readonly string[] }
  | { readonly outcome: 'missing-key'; readonly missingKeyIds: readonly string[] }

/** Opens held archives and writes them to the timeline; composed of `message/open-message` and `timeline/ingest`. */
export interface ArchiveReader {
  /**
   * All of it or nothing: after an abort or an error it is read again from its beginning. Reading one twice is harmless.
   *
   * Errors: `ERR_ARCHIVE_INVALID` (what was published is no archive), `ERR_STORE_FULL`, `ERR_STORE_FAILED`.
   */
  read(community: CommunityId, entry: ArchiveEntry, bytes: Uint8Array, options?: ReadOptions): Promise<ReadOutcome>
  /** Takes an archive’s messages out of the timeline, when it has been evicted. */
  forget(community: CommunityId, entry: ArchiveEntry): Promise<void>
}
