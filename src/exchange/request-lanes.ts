/**
 * The lanes to one peer: the first on the connection that is there, more on connections of their own.
 *
 *   bulk waits, every lane full, the peer far ──▶ one lane more at a time, to four ──▶ to eight ──▶ faster: they stay
 *                                                                                            ╰──▶ not faster: back, for a while
 *   a reader while bulk is on the first lane ──▶ a stream for readers alone, on the same connection
 *
 * A browser’s SCTP gives one connection about 2.7 MB/s at a round trip of 25 ms and 1 MB/s at 60 to 95 ms, four connections
 * two to three times that; so a far peer gets four. What more give on a path is tried, and kept while it pays.
 *
 * One at a time, since a connection’s first second decides about its rate: it doubles until a packet is lost, and from then on
 * gains a packet each round trip. Connections that begin together overflow the socket of the receiver (64 KiB in Chromium)
 * while each is slow yet, and stay so.
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
  LANE_LOOK_ROUND_TRIPS,
  LANE_REST_MS,
  MIN_LANE_ROUND_TRIP_MS,
  RELAYED_LAST_MS,
  RELAYED_OVERHEAD,
  RELAYED_RESERVE_BYTES,
} from './limits.ts'
import type { PathRoom } from './network-port.ts'
import type { Reading } from './reading.ts'
import type { RequestLane } from './request-lane.ts'
import type { Use } from './request-window.ts'

export interface RequestLanesComponents {
  readonly clock: Clock
  readonly shares: LaneShares
  readonly reading: Reading
  /** The least round trip to the peer that was seen. */
  readonly roundTripMs: () => number | undefined
  /** What the connection that is there can carry; undefined where the peer is gone. */
  readonly path: () => PathRoom | undefined
  /** The relay’s limit leaves no room for what is wanted. */
  readonly onUsedUp: () => void
  readonly make: (connection: 'shared' | 'own') => RequestLane
  /** There are more lanes. */
  readonly onGrown: () => void
}

/** Lanes beyond the first four, and what came between two looks before. */
interface Trial {
  readonly bytesBefore: number
  readonly added: RequestLane[]
}

export class RequestLanes {
  readonly first: RequestLane
  readonly #parts: RequestLanesComponents
  #further: readonly RequestLane[] = []
  /** A stream beside the bulk’s, whose answers would wait behind what is asked for already. */
  #forReaders: RequestLane | undefined
  #isOpening = false
  /** Since a lane was opened; the first look after it sees a connection that still gathers speed. */
  #looksSinceOpened = 0
  #trial: Trial | undefined
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

  /** The lane that would answer soonest, of those with room; none where a relay lets no `leastBytes` of content through. */
  withRoom(use: Use, leastBytes = 0): RequestLane | undefined {
    if (!this.#lets(leastBytes)) return undefined
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

  /** Whether the path lets so much content through; a path that is used up is given time to bring what it owes. */
  #lets(contentBytes: number): boolean {
    const path = this.#parts.path()
    if (path?.kind !== 'relayed') return true
    const owedBytes = this.first.window.inFlightBytes + (this.#forReaders?.window.inFlightBytes ?? 0)
    const isOver = path.leftMs < RELAYED_LAST_MS
    if (!isOver && relayedBytes(owedBytes + contentBytes) <= path.leftBytes) return true
    // A relay whose limit is less than a block is of no use, however often it is asked.
    if (owedBytes === 0 && relayedBytes(contentBytes) <= path.limitBytes) this.#parts.onUsedUp()
    return false
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
    if (!isFar || this.#isClosed || this.#parts.path()?.kind === 'relayed') return
    this.#parts.shares.add(this)
    if (this.#timer === undefined) this.#scheduleLook(FIRST_LANE_LOOK_MS + this.#parts.shares.lagMs(this))
  }

  #scheduleLook(delayMs: number): void {
    this.#timer = this.#parts.clock.setTimeout(() => {
      this.#timer = undefined
      this.#look()
      if (this.#isClosed || this.#idleLooks >= IDLE_LANE_LOOKS) return
      this.#scheduleLook(Math.max(LANE_LOOK_MS, LANE_LOOK_ROUND_TRIPS * (this.#parts.roundTripMs() ?? 0)))
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
    // Without its lanes it has nothing to judge; those that are opened next are not on trial.
    this.#trial = undefined
  }

  #advance(bytes: number, wasFull: boolean): void {
    if (this.#isOpening) return
    this.#looksSinceOpened += 1
    if (!wasFull) return
    const isSettled = this.#looksSinceOpened > 1
    const isResting = this.#parts.clock.now() < this.#restsUntilMs
    if (isResting || this.count >= this.#parts.shares.lanesEach) {
      if (this.#trial !== undefined && isSettled) this.#judge(this.#trial, bytes)
    } else if (this.count < FIRST_LANES || this.#trial !== undefined) {
      void this.#openLane()
    } else if (isSettled) {
      this.#trial = { bytesBefore: bytes, added: [] }
      void this.#openLane()
    }
  }

  #judge({ added, bytesBefore }: Trial, bytes: number): void {
    this.#trial = undefined
    if (bytes >= bytesBefore * LANE_GAIN) return
    this.#drop(added)
    this.#rest()
  }

  async #openLane(): Promise<void> {
    this.#isOpening = true
    const lane = this.#parts.make('own')
    try {
      await lane.open()
    } catch {
      // The peer may have no room for another, or be gone; both show elsewhere.
      this.#rest()
      return
    } finally {
      this.#isOpening = false
    }
    if (this.#isClosed) return
    this.#looksSinceOpened = 0
    this.#further = [...this.#further, lane]
    // One of the first four stands for one that was lost meanwhile.
    if (this.count > FIRST_LANES) this.#trial?.added.push(lane)
    this.#parts.onGrown()
  }

  #rest(): void {
    this.#restsUntilMs = this.#parts.clock.now() + LANE_REST_MS
  }

  #drop(lanes: readonly RequestLane[]): void {
    for (const lane of this.#further.filter((further) => lanes.includes(further))) {
      this.#goneBytes += lane.window.deliveredBytes
      lane.close(new QuireError('ERR_PEER_NOT_CONNECTED', 'A further connection to the peer is no longer of use.'))
    }
    this.#further = this.#further.filter((lane) => !lanes.includes(lane))
  }
}

/** What content takes of a relay’s limit, with what else goes beside it. */
function relayedBytes(contentBytes: number): number {
  return RELAYED_OVERHEAD * contentBytes + RELAYED_RESERVE_BYTES
}
