import type { Holder } from './holder.ts'
import type { RequestLane } from './request-lane.ts'

export type Use = 'reader' | 'bulk'

/** Whom a request would go to, over what, and when its answer would be here. */
export interface Way {
  readonly holder: Holder
  readonly lane: RequestLane
  readonly expectedMs: number
}

/** The lane to a peer that a request would leave on, none where every one is full. */
export function wayTo(holder: Holder, use: Use): Way[] {
  const lane = holder.link.lanes.withRoom(use)
  return lane === undefined ? [] : [{ holder, lane, expectedMs: lane.window.expectedWaitMs() }]
}
