/** Which archive is fetched next, and which is read next: where somebody looks first, then the newest. */
import type { ArchiveRow } from './archive-table.ts'
import { isWanted, type KeepChoice } from './keep-choice.ts'

export interface QueueInit {
  /** Newest first. */
  readonly rows: readonly ArchiveRow[]
  readonly keep: KeepChoice
  readonly nowMs: number
  /** Somebody waits for it. */
  readonly isJump: (row: ArchiveRow) => boolean
  /** There was no room for an archive that ends here, so there is none for those before it; see `crowdedSecondsOf`. */
  readonly crowdedSeconds: number
}

interface Choices {
  readonly keep: KeepChoice
  readonly quotaBytes: number
  readonly isPaused: boolean
}

interface Standing {
  readonly rows: readonly ArchiveRow[]
  readonly isOwner: boolean
  /** Of all communities together. */
  readonly quota?: { readonly totalBytes: number } | undefined
  readonly nowMs: number
}

/** What is wanted by choice: everything of owners, and nothing while paused. */
export function queueOf({ keep, quotaBytes, isPaused }: Choices, standing: Standing): Omit<QueueInit, 'isJump'> {
  const { rows, isOwner, quota, nowMs } = standing
  const own: KeepChoice = isOwner ? { kind: 'all' } : keep
  const crowdedSeconds = crowdedSecondsOf(rows, Math.min(quotaBytes, quota?.totalBytes ?? Number.POSITIVE_INFINITY))
  return { rows, keep: isPaused ? { kind: 'viewed' } : own, nowMs, crowdedSeconds }
}

/** Whether it is to be here, as things stand. */
export function isWantedRow(
  row: ArchiveRow,
  { keep, nowMs, isJump, crowdedSeconds }: Omit<QueueInit, 'rows'>,
): boolean {
  if (isJump(row)) return true
  if (!row.isListed || row.isCrowdedOut || !isWanted(keep, row.entry, nowMs)) return false
  // What is on its way is ended by the quota alone, once its size is known.
  return row.state === 'fetching' || row.entry.toSeconds > crowdedSeconds
}

/**
 * The end of the newest archive that a quota has no room for; those before it are not asked for. One that is larger than
 * the whole quota stands in nobody’s way.
 */
function crowdedSecondsOf(rows: readonly ArchiveRow[], quotaBytes: number): number {
  const crowded = rows.find((row) => row.isListed && row.isCrowdedOut && (row.sizeBytes ?? 0) <= quotaBytes)
  return crowded?.entry.toSeconds ?? Number.NEGATIVE_INFINITY
}

/** Those that can be fetched now, the most urgent first. */
export function toFetch(init: QueueInit): ArchiveRow[] {
  const isMissing = ({ state, retryAtMs, error }: ArchiveRow): boolean =>
    (state === 'known' || state === 'nobody-has-it') && retryAtMs <= init.nowMs && error?.code !== 'ERR_QUOTA_TOO_SMALL'
  return jumpsFirst(init).filter((row) => isMissing(row) && isWantedRow(row, init))
}

/** Those that are held and can be read now, the most urgent first. */
export function toRead(init: QueueInit): ArchiveRow[] {
  return jumpsFirst(init).filter((row) => row.state === 'held' && !row.isRead && row.retryAtMs <= init.nowMs)
}

/** When each that waits for its time may be tried again. */
export function retryTimesMs(init: QueueInit): number[] {
  return init.rows
    .filter((row) => (row.state === 'held' ? !row.isRead : row.state !== 'damaged' && isWantedRow(row, init)))
    .map(({ retryAtMs }) => retryAtMs)
}

function jumpsFirst({ rows, isJump }: QueueInit): ArchiveRow[] {
  return [...rows.filter(isJump), ...rows.filter((row) => !isJump(row))]
}
