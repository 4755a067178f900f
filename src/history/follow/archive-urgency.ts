/** Who goes before whom among the archives that are on their way. */
import { type ArchiveRow, isHere } from './archive-table.ts'
import type { QueueInit } from './follow-queue.ts'

/** An archive that is fetched or read. */
export interface Work {
  readonly row: ArchiveRow
  readonly controller: AbortController
  readonly beganAtMs: number
  end: Promise<void>
  /** There is no room for it any more. */
  isEvicted: boolean
}

/** After so long others join what comes alone: whoever has it may be slow. */
const ALONE_MS = 2_000

/**
 * Until when no other archive is begun: what somebody waits for, and the first of all, takes three times as long beside two
 * others. 0 where nobody waits.
 */
export function aloneUntilMs(works: readonly Work[], { rows, isJump }: QueueInit): number {
  const isFirst = works.length === 1 && !rows.some(isHere)
  const alone = works.filter(({ row }) => isFirst || isJump(row))
  return alone.reduce((untilMs, { beganAtMs }) => Math.max(untilMs, beganAtMs + ALONE_MS), 0)
}

/** The oldest that nobody waits for. */
export function leastUrgent(works: readonly Work[], { isJump }: QueueInit): Work | undefined {
  const others = works.filter(({ row }) => !isJump(row))
  return others.toSorted((a, b) => a.row.entry.toSeconds - b.row.entry.toSeconds)[0]
}
