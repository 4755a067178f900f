/** What a screen reader is told of a transfer: its turns and quarters, never every tick. */
import type { TransferView } from '../../rpc/api.ts'
import { percentOf } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import { sentenceOfTransfer } from '../format/words.ts'

/** The sentence to say when a transfer went from `before` (undefined: it is new) to `after`; undefined for silence. */
export function milestone(before: TransferView | undefined, after: TransferView): string | undefined {
  const name = displayName(after.name)
  if (before === undefined || before.phase.state !== after.phase.state) {
    return `${name}: ${sentenceOfTransfer(after).text}`
  }
  const quarter = quarterOf(after)
  return quarter > quarterOf(before) && quarter < 4 ? `${name}: ${quarter * 25} percent` : undefined
}

function quarterOf({ doneBytes, totalBytes }: TransferView): number {
  return Math.floor((percentOf(doneBytes, totalBytes) ?? 0) / 25)
}
