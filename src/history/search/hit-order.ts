/** The order of hits, and where a page of them goes on: the newest first, of one moment the greatest id first. */
import type { MessageId } from '../ids.ts'
import type { SearchHit } from '../timeline/types.ts'

/** The last hit of the page before; without an id, all of that moment were on it. */
interface Before {
  readonly beforeMs?: number | undefined
  /** Whole, or the beginning of one, as hits have it. */
  readonly beforeId?: MessageId | undefined
}

type Place = Pick<SearchHit, 'atMs' | 'messageId'>

/** Ids are compared as text, so a whole one and its beginning stand together. */
export function compareHits(a: Place, b: Place): number {
  return b.atMs - a.atMs || (a.messageId === b.messageId ? 0 : a.messageId < b.messageId ? 1 : -1)
}

export function isBehind({ atMs, messageId }: Place, { beforeMs = Infinity, beforeId }: Before): boolean {
  if (atMs !== beforeMs) return atMs < beforeMs
  // One that was told whole, as it is held, is not told again by its beginning.
  return beforeId !== undefined && messageId < beforeId && !beforeId.startsWith(messageId)
}
