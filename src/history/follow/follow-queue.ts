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
}

/** Whether it is to be here, as things stand. */
export function isWantedRow(row: ArchiveRow, { keep, nowMs, isJump }: Omit<QueueInit, 'rows'>): boolean {
  return isJump(row) || (row.isListed && !row.isCrowdedOut && isWanted(keep, row.entry, nowMs))
}

/** Those that can be fetched now, the most urgent first. */
export function toFetch(init: QueueInit): ArchiveRow[] {
  const isMissing = ({ state, retryAtMs }: ArchiveRow): boolean =>
    (state === 'known' || state === 'nobody-has-it') && retryAtMs <= init.nowMs
  return jumpsFirst(init).filter((row) => isMissing(row) && isWantedRow(row, init))
}

/** Those that are held and can be read now, the most urgent first. */
export function toRead(init: QueueInit): ArchiveRow[] {
  return jumpsFirst(init).filter((row) => row.state === 'held' && !row.isRead && row.retryAtMs <= init.nowMs)
}

/** When something that waits for its time may be tried again. */
export function nextRetryMs(init: QueueInit): number | undefined {
  const times = init.rows
    .filter((row) => (row.state === 'held' ? !row.isRead : row.state !== 'damaged' && isWantedRow(row, init)))
    .map(({ retryAtMs }) => retryAtMs)
    .filter((atMs) => atMs > init.nowMs)
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b))
}

function jumpsFirst({ rows, isJump }: QueueInit): ArchiveRow[] {
  return [...rows.filter(isJump), ...rows.filter((row) => !isJump(row))]
}
