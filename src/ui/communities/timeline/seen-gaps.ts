/**
 * Which of the gaps in sight is fetched:
 *
 *   a jump waits ─▶ the moment it leads to, nothing else        one scrolls towards a gap ─▶ its nearer end, one week for each movement
 */
import type { GapView, TimelineRow } from '../../../rpc/history-api.ts'
import { gapAt } from './placement.ts'
import type { Direction, ReaderMoves } from './reader-moves.ts'
import type { TimelineScope } from './timeline-scope.ts'

interface InSight {
  readonly rows: readonly TimelineRow[]
  readonly seen: readonly TimelineRow[]
  readonly moves: Pick<ReaderMoves, 'towards' | 'spend'>
}

export function fetchSeenGaps({ model, gaps }: Pick<TimelineScope, 'model' | 'gaps'>, inSight: InSight): void {
  const { rows, seen, moves } = inSight
  const awaited = model.awaited.peek()
  if (awaited !== undefined) {
    const gap = awaited.atMs === undefined ? undefined : gapAt(rows, awaited.atMs)
    if (gap !== undefined) gaps.seeMoment(gap, awaited)
    return
  }
  const { towards } = moves
  if (towards === undefined) return
  // The first that one comes to.
  for (const row of towards === 'older' ? seen.toReversed() : seen) {
    const end = row.kind === 'gap' ? endTowards(row, inSight, towards) : undefined
    if (row.kind === 'gap' && end !== undefined && gaps.see(row, end)) return moves.spend()
  }
}

/** The end at which one comes to a gap; undefined for one from which one scrolls away. */
function endTowards(gap: GapView, { rows, seen }: InSight, towards: Direction): 'newer' | 'older' | undefined {
  const at = rows.indexOf(gap)
  const isAlone = seen.every(({ kind }) => kind === 'gap')
  const isIn = (row: TimelineRow | undefined) => row === undefined || isAlone || seen.includes(row)
  if (towards === 'older') return isIn(rows[at + 1]) ? 'newer' : undefined
  if (rows[at - 1] === undefined && rows[at + 1] === undefined) return 'newer'
  return isIn(rows[at - 1]) ? 'older' : undefined
}
