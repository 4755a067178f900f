/**
 * A member’s side of a community’s archives.
 *
 *   offered link ─ accept-link ─▶ index ─ index-fetcher ─▶ entries, compared by set with those known
 *        ─▶ queue: jumps first, then newest first, three at once ─▶ datasets.fetch (whole, verified) ─▶ reader ─▶ timeline
 *   quotas ─▶ the oldest that nobody reads goes first
 */
import type { HistoryClock } from '../clock.ts'
import type { CommunityId } from '../ids.ts'
import type { AbortOptions, HistoryDatasets, HistorySettings } from '../ports.ts'
import type { AcceptedLink, LinkVerdict } from './accept-link.ts'
import type { OfferedLink } from './archive-link.ts'
import type { ArchiveReader } from './archive-reader.ts'
import type { FollowedArchive, FollowState } from './follow-state.ts'
import type { KeepChoice } from './keep-choice.ts'
import type { HistorySignal } from './signals.ts'

export interface FollowerComponents {
  readonly datasets: HistoryDatasets
  readonly settings: HistorySettings
  readonly reader: ArchiveReader
  /** Opens sealed indexes: `crypto/archive-seal`. Errors: `ERR_GROUP_KEY_MISSING` with `keyId` in its details. */
  readonly unseal: (bytes: Uint8Array) => Promise<Uint8Array>
  readonly clock?: HistoryClock | undefined
}

export interface FollowerInit {
  readonly community: CommunityId
  /** Owners keep everything, and nothing of theirs is evicted. */
  readonly isOwner?: boolean | undefined
}

/** archives: their states or sizes changed; `span` in milliseconds is what they touch. */
export type FollowerEvent =
  | { readonly type: 'state'; readonly state: FollowState }
  | { readonly type: 'archives'; readonly fromMs: number; readonly toMs: number; readonly isRead: boolean }
  | { readonly type: 'signal'; readonly signal: HistorySignal }

/** The shape of `CommunityFollower`. */
export interface FollowedCommunity {
  readonly community: CommunityId
  readonly state: FollowState
  readonly link: AcceptedLink | undefined
  /** Newest first. */
  readonly archives: readonly FollowedArchive[]
  readonly keep: KeepChoice
  readonly quotaBytes: number
  readonly heldBytes: number
  readonly missingKeyIds: readonly string[]
  /** Reads its record and goes on with what is missing. */
  start(): Promise<void>
  /** Ends what is on its way; what was verified is kept. */
  stop(): Promise<void>
  on(listener: (event: FollowerEvent) => void): () => void
  /** Errors: those of `acceptLink`. */
  offerLink(link: OfferedLink): LinkVerdict['verdict']
  /** The clock that a signed description names: older links are refused from now on. */
  raiseFloor(archiveLinkClockMs: number): void
  /** How the search for a link goes, while none is known. */
  noteLooking(how: { readonly askedPeers: number } | 'nobody-has-link' | 'nothing-published' | 'offline'): void
  /** Fetches and reads what touches a span, before all others. Errors: those of `fetch`, `ERR_ARCHIVE_INVALID`, `ERR_GROUP_KEY_MISSING`, `ERR_QUOTA_TOO_SMALL`. */
  fetchSpan(span: { fromMs: number; toMs: number }, options?: AbortOptions): Promise<void>
  /** Archives that touch the span are not evicted until it is called again. */
  noteViewed(span: { fromMs: number; toMs: number } | undefined): void
  setKeep(keep: KeepChoice): void
  setQuota(bytes: number): void
  pause(): void
  resume(): void
  /** Tries now what waits for its time. */
  retryNow(): void
  /** A key was added: what waited for one is tried. */
  keysChanged(): void
  /** Frees all archives and the record. */
  leave(options: { isDataRemoved: boolean }): Promise<void>
}
