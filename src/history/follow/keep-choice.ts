/** Which archives of an index a member keeps. */
import type { SpanSeconds } from '../archive/archive-entry.ts'

const WEEK_SEC = 7 * 24 * 3600

export type KeepChoice =
  | { readonly kind: 'all' }
  | { readonly kind: 'weeks'; readonly weeks: number }
  | { readonly kind: 'viewed' }

/** Whether `choice` asks for an archive of this span by itself, without anybody looking at it. */
export function isWanted(choice: KeepChoice, span: SpanSeconds, nowMs: number): boolean {
  if (choice.kind === 'all') return true
  if (choice.kind === 'viewed') return false
  return span.toSeconds > nowMs / 1000 - choice.weeks * WEEK_SEC
}
