import type { QuireError } from '../../errors.ts'
import type { ArchiveRow } from './archive-table.ts'
import { isWantedRow, type QueueInit } from './follow-queue.ts'
import type { FollowedArchive, FollowState } from './follow-state.ts'

/** How it stands with the index of the newest link. */
export type IndexState =
  | { readonly state: 'none' | 'fetching' | 'ready' }
  | { readonly state: 'waiting'; readonly reason: 'nobody-has-index' | 'missing-key'; readonly error: QuireError }
  | { readonly state: 'failed'; readonly error: QuireError }

export interface Standing {
  readonly isPaused: boolean
  readonly index: IndexState
  /** What is said while no link is known. */
  readonly lookup: FollowState
  readonly queue: QueueInit
  readonly checkedAtMs: number
}

/** One sentence for everything that goes on: work before waiting, and waiting before being done. */
export function followStateOf(standing: Standing): FollowState {
  const { index, queue } = standing
  const { rows, nowMs } = queue
  if (standing.isPaused) return { state: 'paused' }
  const wanted = rows.filter((row) => isWantedRow(row, queue) || row.state === 'held' || row.state === 'fetching')
  const open = wanted.filter((row) => !isDone(row))
  const isMoving = open.some((row) => row.state === 'fetching' || row.retryAtMs <= nowMs)
  if (isMoving) return { state: 'fetching', doneArchives: wanted.length - open.length, wantedArchives: wanted.length }
  if (index.state === 'none') return standing.lookup
  if (index.state === 'fetching') return { state: 'fetching-index' }
  if (index.state === 'waiting') return { state: 'waiting', reason: index.reason }
  if (index.state === 'failed') return index
  const failed = open.find(({ state, error }) => state !== 'nobody-has-it' && error !== undefined)?.error
  if (failed !== undefined) return { state: 'failed', error: failed }
  if (open.length > 0) return { state: 'waiting', reason: 'nobody-has-archives' }
  if (rows.some(({ state }) => state === 'missing-key')) return { state: 'waiting', reason: 'missing-key' }
  return { state: 'up-to-date', checkedAtMs: standing.checkedAtMs }
}

/** Nothing more is to be done for it, be it because nothing can be done. */
function isDone({ state, isRead }: ArchiveRow): boolean {
  return (state === 'held' && isRead) || state === 'missing-key' || state === 'damaged'
}

/** The rows as others see them, newest first. */
export function followedArchives(queue: QueueInit): FollowedArchive[] {
  return queue.rows.map((row) => {
    const { entry, doneBytes, sizeBytes, messageCount, isRead, missingKeyIds } = row
    const state = row.state === 'known' && isWantedRow(row, queue) ? 'queued' : row.state
    return { entry, state, doneBytes, sizeBytes, messageCount, isRead, missingKeyIds }
  })
}

/** How the search for a link goes, while none is known. */
export type Looking = { readonly askedPeers: number } | 'nobody-has-link' | 'nothing-published' | 'offline'

export function lookupState(how: Looking): FollowState {
  if (typeof how === 'object') return { state: 'looking', ...how }
  return how === 'nothing-published' ? { state: how } : { state: 'waiting', reason: how }
}
