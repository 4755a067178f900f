import type { Holder } from './holder.ts'
import type { RequestLane } from './request-lane.ts'
import type { Use } from './request-window.ts'

/** Whom a request would go to, over what, and when its answer would be here. */
export interface Way {
  readonly holder: Holder
  readonly lane: RequestLane
  readonly expectedMs: number
  /** By how much answers on the lane came later than was expected of late, at most. */
  readonly lateMs: number
}

/** The lane to a peer that a request of at least so many bytes of content would leave on, none where every one is full. */
export function wayTo(holder: Holder, use: Use, leastBytes: number): Way[] {
  const lane = holder.link.lanes.withRoom(use, leastBytes)
  if (lane === undefined) return []
  const { window } = lane
  const { first } = holder.link.lanes
  // Of a new lane nothing is known but that its peer is as far away as over the others.
  const isNew = window.rateBytesPerMs === undefined && window.requests === 0
  const expectedMs = isNew ? (first.window.baseMs ?? 0) : window.expectedWaitMs()
  return [{ holder, lane, expectedMs, lateMs: Math.max(window.lateMs, isNew ? first.window.lateMs : 0) }]
}
