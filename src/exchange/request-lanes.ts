/**
 * The lanes to one peer: the first on the connection that is there, more on connections of their own.
 *
 *   bulk waits, every lane full, the peer far ──▶ four lanes ──▶ twice as many ──▶ faster: twice as many again
 *                                                                           ╰──▶ not faster: back, for a while
 *   a reader while bulk is on the first lane ──▶ a stream for readers alone, on the same connection
 *
 * A browser’s SCTP gives one connection about 2.7 MB/s at a round trip of 25 ms and 1 MB/s at 60 to 95 ms, four connections
 * two to three times that; so a far peer begins with four. What more give on a path is tried, and kept while it pays.
 */
import { QuireError } from '../errors.ts'
import type { Clock } from './clock.ts'
import type { LaneShares } from './lane-shares.ts'
import {
  FIRST_LANE_LOOK_MS,
  FIRST_LANES,
  IDLE_LANE_LOOKS,
  LANE_GAIN,
  LANE_LOOK_MS,
  LANE_REST_MS,
  MIN_LANE_ROUND_TRIP_MS,
} from './limits.ts'
import type { Reading } from './reading.ts'
import type { RequestLane } from './request-lane.ts'
import type { Use } from './request-window.ts'

export interface RequestLanesComponents {
  readonly clock: Clock
  readonly shares: LaneShares
  readonly reading: Reading
  /** The least round trip to the peer that was seen. */
  readonly roundTripMs: () => number | undefined
  readonly make: (connection: 'shared' | 'own') => RequestLane
  /** There are more lanes. */
  readonly onGrown: () => void
}

/** Lanes that were added, and what arrived between two looks before. */
interface Trial {
  /** The first look after opening sees connections that still gather speed. */
  readonly state: 'warming' | 'judging'
  readonly bytesBefore: number
  readonly added: readonly RequestLane[]
}

type Growth = { readonly state: 'settled' | 'opening' } | Trial

export class RequestLanes {
  readonly first: RequestLane
  readonly #parts: RequestLanesComponents
  #further: readonly RequestLane[] = []
  /** A stream beside the bulk’s, whose answers would wait behind what is asked for already. */
  #forReaders: RequestLane | undefined
  #growth: Growth = { state: 'settled' }
  #timer: unknown
  /** Since the last look bulk was ready, and no lane had room. */
  #wasFull = false
  #seenBytes = 0
  #goneBytes = 0
  #restsUntilMs = 0
  #idleLooks = 0
  #isClosed = false

  constructor(components: RequestLanesComponents) {
    this.#parts = components
    this.first = components.make('shared')
  }

  get count(): number {
    return 1 + this.#further.length
  }

  /** The lane that would answer soonest, of those with room. */
  withRoom(use: Use): RequestLane | undefined {
    if (use === 'next') this.#parts.reading.note()
    if (use === 'next' && this.first.window.requests > 0) {
      this.#forReaders ??= this.#parts.make('shared')
      return this.#forReaders.window.hasRoom('next') ? this.#forReaders : undefined
    }
    let best: RequestLane | undefined
    let bestMs = Number.POSITIVE_INFINITY
    for (const lane of this.#all()) {
      const waitMs = lane.window.hasRoom(use) ? lane.window.expectedWaitMs() : Number.POSITIVE_INFINITY
      if (waitMs < bestMs) [best, bestMs] = [lane, waitMs]
    }
    if (best === undefined && use !== 'next') this.#noteFull()
    return best
  }

  close(reason: QuireError): void {
    this.#isClosed = true
    this.#parts.clock.clearTimeout(this.#timer)
    this.#parts.shares.remove(this)
    for (const lane of this.#all()) lane.close(reason)
    this.#forReaders?.close(reason)
    this.#further = []
  }

  #all(): RequestLane[] {
    return [this.first, ...this.#further]
  }

  #noteFull(): void {
    this.#wasFull = true
    const isFar = (this.#parts.roundTripMs() ?? 0) >= MIN_LANE_ROUND_TRIP_MS
    if (!isFar || this.#isClosed) return
    this.#parts.shares.add(this)
    if (this.#timer === undefined) this.#scheduleLook(FIRST_LANE_LOOK_MS)
  }

  #scheduleLook(delayMs: number): void {
    this.#timer = this.#parts.clock.setTimeout(() => {
      this.#timer = undefined
      this.#look()
      if (!this.#isClosed && this.#idleLooks < IDLE_LANE_LOOKS) this.#scheduleLook(LANE_LOOK_MS)
    }, delayMs)
  }

  #look(): void {
    this.#drop(this.#further.filter((lane) => !lane.isOpen))
    const deliveredBytes = this.#all().reduce((sum, { window }) => sum + window.deliveredBytes, this.#goneBytes)
    const bytes = deliveredBytes - this.#seenBytes
    const wasFull = this.#wasFull
    this.#seenBytes = deliveredBytes
    this.#wasFull = false
    this.#idleLooks = bytes > 0 || wasFull ? 0 : this.#idleLooks + 1
    if (this.#idleLooks === 0) this.#advance(bytes, wasFull)
    if (this.#idleLooks < IDLE_LANE_LOOKS) return
    this.#parts.shares.remove(this)
    this.#drop(this.#further)
  }

  #advance(bytes: number, wasFull: boolean): void {
    const growth = this.#growth
    if (growth.state === 'opening') return
    if (growth.state === 'warming') {
      this.#growth = { ...growth, state: 'judging' }
      return
    }
    if (growth.state === 'judging') this.#judge(growth, bytes)
    if (!wasFull || this.#parts.clock.now() < this.#restsUntilMs) return
    // Four need no trial: below the distance at which that many pay, none is opened.
    if (this.count === 1) void this.#grow(FIRST_LANES, 0)
    else void this.#grow(2 * this.count, bytes)
  }

  #judge({ added, bytesBefore }: Trial, bytes: number): void {
    this.#growth = { state: 'settled' }
    if (bytes >= bytesBefore * LANE_GAIN) return
    this.#drop(added)
    this.#rest()
  }

  async #grow(wished: number, bytesBefore: number): Promise<void> {
    const length = Math.min(wished, this.#parts.shares.lanesEach) - this.count
    if (length <= 0) return
    this.#growth = { state: 'opening' }
    const lanes = Array.from({ length }, () => this.#parts.make('own'))
    const opened = await Promise.allSettled(lanes.map((lane) => lane.open()))
    const added = lanes.filter((_, i) => opened[i]?.status === 'fulfilled')
    if (this.#isClosed) return
    this.#further = [...this.#further, ...added]
    if (added.length === 0) this.#rest()
    this.#growth = added.length === 0 ? { state: 'settled' } : { state: 'warming', bytesBefore, added }
    this.#parts.onGrown()
  }

  #rest(): void {
    this.#restsUntilMs = this.#parts.clock.now() + LANE_REST_MS
  }

  #drop(lanes: readonly RequestLane[]): void {
    if (lanes.length === 0) return
    this.#further = this.#further.filter((lane) => !lanes.includes(lane))
    for (const lane of lanes) {
      this.#goneBytes += lane.window.deliveredBytes
      lane.close(new QuireError('ERR_PEER_NOT_CONNECTED', 'A further connection to the peer is no longer of use.'))
    }
  }
}
