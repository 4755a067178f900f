/** Rows as the list draws them: with a line for each new day, and messages of one author gathered under one name. */
import type { GapView, MessageView, TimelineRow } from '../../../rpc/history-api.ts'

export type TimelineItem =
  | { readonly kind: 'day'; readonly id: string; readonly atMs: number }
  /** `isFirst`: shows the author; the others follow shortly after by the same hand. */
  | { readonly kind: 'message'; readonly id: string; readonly row: MessageView; readonly isFirst: boolean }
  | { readonly kind: 'gap'; readonly id: string; readonly row: GapView }

/** After so long the name stands there again. */
const GROUP_MS = 7 * 60_000

/** The items of rows, oldest first; days are those of the reader’s clock. */
export function itemsOf(rows: readonly TimelineRow[]): readonly TimelineItem[] {
  const items: TimelineItem[] = []
  let dayBefore: string | undefined
  let before: TimelineRow | undefined
  for (const row of rows) {
    if (row.kind === 'gap') {
      items.push({ kind: 'gap', id: row.id, row })
      before = row
      continue
    }
    const day = new Date(row.atMs).toDateString()
    if (day !== dayBefore) items.push({ kind: 'day', id: `day ${row.id}`, atMs: row.atMs })
    const isFirst = day !== dayBefore || before === undefined || !isGrouped(before, row)
    items.push({ kind: 'message', id: row.id, row, isFirst })
    dayBefore = day
    before = row
  }
  return items
}

function isGrouped(before: TimelineRow, row: MessageView): boolean {
  if (before.kind === 'gap' || row.replyTo !== undefined || before.isDeleted || row.isDeleted) return false
  return (
    before.author.key === row.author.key && before.author.name === row.author.name && row.atMs - before.atMs < GROUP_MS
  )
}
