import type { Holder } from './holder.ts'
import { QUICK_ANSWER_MS } from './limits.ts'
import type { PeerKey } from './network-port.ts'
import type { Pace } from './pace.ts'
import { type Way, wayTo } from './request-way.ts'
import type { Swarm } from './swarm.ts'

/** How bulk is asked for in one round. */
export interface Bulk {
  /** Whether other nodes that are connected fetch the same dataset. */
  readonly isShared: boolean
  /** The only peer that has any of it: nothing is shared out, so requests may be large. */
  readonly isLone?: boolean
  /** Leaves out blocks that more peers have. */
  readonly mostPeers?: number
}

export interface BulkRoundsComponents {
  readonly swarm: Pick<Swarm, 'usable'>
  readonly pace: Pace
  /** Whether other nodes that are connected fetch the same dataset. */
  readonly isShared: () => boolean
  /** The least round trip to a peer that was seen. */
  readonly roundTripMs: (peer: PeerKey) => number | undefined
}

/**
 * Which peer is asked next: round them, a request each, while their windows have room, so that each gives as much as it can.
 *
 * Where others fetch the same, no more is on its way than comes soon (`pace.ts`), and who would answer soonest is asked first:
 * what slow peers owe would take the room, while the lines of the others are idle. Whole peers are asked for what hardly
 * anybody else has, and for the rest only as far as there is still room once everybody was asked.
 */
export class BulkRounds {
  readonly #parts: BulkRoundsComponents
  readonly #blockSizeBytes: number
  /** The peer to begin with, so that a short budget does not always feed the same. */
  #turn = 0

  constructor(components: BulkRoundsComponents, init: { blockSizeBytes: number }) {
    this.#parts = components
    this.#blockSizeBytes = init.blockSizeBytes
  }

  /** `ask` is true where there was something to ask. */
  run(ask: (way: Way, bulk: Bulk) => boolean): void {
    const { swarm, isShared } = this.#parts
    const usable = swarm.usable()
    if (usable.length === 0) return
    const first = this.#turn++ % usable.length
    const inTurn = [...usable.slice(first), ...usable.slice(0, first)]
    if (!isShared()) {
      askRound(inTurn, (holder) =>
        wayTo(holder, 'bulk', this.#blockSizeBytes).some((way) =>
          ask(way, { isShared: false, isLone: usable.length === 1 }),
        ),
      )
      return
    }
    const soonestFirst = bySoonest(inTurn)
    const leastMs = this.#leastRoundTripMs(usable)
    const askShared = (holder: Holder, bulk: Bulk): boolean =>
      wayTo(holder, 'bulk', this.#blockSizeBytes).some((way) => this.#mayQueue(way, leastMs) && ask(way, bulk))
    const whole = soonestFirst.filter((holder) => holder.isWhole)
    const rare = { isShared: true, mostPeers: whole.length + 1 }
    askRound(soonestFirst, (holder) => askShared(holder, holder.isWhole ? rare : { isShared: true }))
    askRound(whole, (holder) => askShared(holder, { isShared: true }))
  }

  /** To the nearest peer; 0 where nothing is known. */
  #leastRoundTripMs(holders: readonly Holder[]): number {
    let leastMs = Number.POSITIVE_INFINITY
    for (const { link } of holders) leastMs = Math.min(leastMs, this.#parts.roundTripMs(link.peer) ?? leastMs)
    return Number.isFinite(leastMs) ? leastMs : 0
  }

  /** Whether a request that may have to wait at its peer, behind those of others, should leave now. */
  #mayQueue({ lane, expectedMs }: Way, leastMs: number): boolean {
    const { rateBytesPerMs, requests } = lane.window
    if (rateBytesPerMs !== undefined && expectedMs <= QUICK_ANSWER_MS) return true
    // Many ask a newcomer at once; one block each comes sooner, and can be passed on.
    if (rateBytesPerMs === undefined && requests > 0) return false
    return this.#parts.pace.hasRoom(leastMs)
  }
}

/** Those that would answer at the same time stay in their order. */
function bySoonest(holders: readonly Holder[]): Holder[] {
  const waits = holders.map((holder) => ({ holder, waitMs: holder.link.lanes.first.window.expectedWaitMs() }))
  return waits.toSorted((a, b) => a.waitMs - b.waitMs).map(({ holder }) => holder)
}

function askRound(holders: readonly Holder[], ask: (holder: Holder) => boolean): void {
  let open = holders
  while (open.length > 0) open = open.filter(ask)
}
