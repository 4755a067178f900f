/** What a member’s side of a community is doing, and what is known of each archive. */
import type { ArchiveEntry } from '../archive/archive-entry.ts'
import type { QuireError } from '../../errors.ts'

export type WaitReason = 'nobody-has-link' | 'nobody-has-index' | 'nobody-has-archives' | 'offline' | 'missing-key'

export type FollowState =
  | { readonly state: 'looking'; readonly askedPeers: number }
  | { readonly state: 'fetching-index' }
  | { readonly state: 'fetching'; readonly doneArchives: number; readonly wantedArchives: number }
  | { readonly state: 'up-to-date'; readonly checkedAtMs: number }
  | { readonly state: 'waiting'; readonly reason: WaitReason }
  | { readonly state: 'paused' }
  | { readonly state: 'nothing-published' }
  | { readonly state: 'failed'; readonly error: QuireError }

/**
 * known: in the index, not on this device · queued, fetching: on its way · held: every block is here and was verified ·
 * missing-key: held, and its key is not · damaged: what was published is no archive, or larger than one may be.
 */
export type ArchiveState = 'known' | 'queued' | 'fetching' | 'held' | 'missing-key' | 'nobody-has-it' | 'damaged'

export interface FollowedArchive {
  readonly entry: ArchiveEntry
  readonly state: ArchiveState
  readonly doneBytes: number
  /** Undefined until its manifest has arrived. */
  readonly sizeBytes?: number | undefined
  /** Undefined until it was read. */
  readonly messageCount?: number | undefined
  /** Its messages are in the timeline. */
  readonly isRead: boolean
  /** Key ids that it waits for. */
  readonly missingKeyIds: readonly string[]
}
