import type { ManualClock } from '../../src/exchange/testing/manual-clock.ts'
import type { SeededRandom } from './seeded-random.ts'

/** What of one piece is to be carried; `bytes` 0 for the mere end of a stream. */
interface Piece {
  readonly bytes: number
  readonly deliver: () => void
  /** It has left the sender. */
  readonly onSent?: () => void
}

/** As in a browser (`network/`, `webrtc/`): with so much waiting nothing more is taken until only so much is left. */
const MAX_WAITING_BYTES = 512 * 1024
const REFILL_BYTES = 128 * 1024

/** One node’s way into the network. Pieces arrive one after another, at its rate. */
export class Downlink {
  readonly #clock: ManualClock
  readonly #bytesPerMs: number
  #freeAtMs = 0

  constructor(clock: ManualClock, mbitPerSecond: number) {
    this.#clock = clock
    this.#bytesPerMs = bytesPerMs(mbitPerSecond)
  }

  arrive({ bytes, deliver }: Piece): void {
    const nowMs = this.#clock.now()
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + bytes / this.#bytesPerMs
    this.#clock.setTimeout(deliver, this.#freeAtMs - nowMs)
  }
}

/** One node’s way out: a piece at a time, from its connections in turn, so that each gets the same share. */
export class Uplink {
  readonly #clock: ManualClock
  readonly #bytesPerMs: number
  readonly #waiting = new Set<Pipe>()
  #isBusy = false
  #sentBytes = 0

  constructor(clock: ManualClock, mbitPerSecond: number) {
    this.#clock = clock
    this.#bytesPerMs = bytesPerMs(mbitPerSecond)
  }

  /** All that has left it. */
  get sentBytes(): number {
    return this.#sentBytes
  }

  /** What it could carry in so long. */
  mayCarryBytes(spanMs: number): number {
    return spanMs * this.#bytesPerMs
  }

  /** A pipe has something to send. */
  wake(pipe: Pipe): void {
    this.#waiting.add(pipe)
    if (!this.#isBusy) this.#sendNext()
  }

  #sendNext(): void {
    const [pipe] = this.#waiting
    const piece = pipe?.take()
    if (pipe === undefined || piece === undefined) {
      if (pipe !== undefined) this.#waiting.delete(pipe)
      this.#isBusy = false
      return
    }
    // To the end of the round.
    this.#waiting.delete(pipe)
    if (pipe.isWaiting) this.#waiting.add(pipe)
    this.#isBusy = true
    this.#clock.setTimeout(() => {
      this.#sentBytes += piece.bytes
      pipe.sent(piece)
      this.#sendNext()
    }, piece.bytes / this.#bytesPerMs)
  }
}

export interface PipeInit {
  readonly latencyMs: number
  /** The part of the pieces that is lost once: it, and what follows on its connection, comes a round trip and a half later. */
  readonly loss: number
}

/** One direction of one connection: in order, and closed at once. */
export class Pipe {
  readonly #clock: ManualClock
  readonly #random: SeededRandom
  readonly #up: Uplink
  readonly #down: Downlink
  readonly #init: PipeInit
  readonly #onDrain = new Set<() => void>()
  #pieces: Piece[] = []
  #waitingBytes = 0
  #lastArrivalMs = 0
  #isClosed = false

  constructor(parts: { clock: ManualClock; random: SeededRandom; up: Uplink; down: Downlink }, init: PipeInit) {
    this.#clock = parts.clock
    this.#random = parts.random
    this.#up = parts.up
    this.#down = parts.down
    this.#init = init
  }

  get isWaiting(): boolean {
    return this.#pieces.length > 0
  }

  /** Takes a piece; false where the next should wait for `onDrain`, which is called once. */
  send(piece: Piece, onDrain: () => void): boolean {
    if (this.#isClosed) return true
    this.#pieces.push(piece)
    this.#waitingBytes += piece.bytes
    this.#up.wake(this)
    if (this.#waitingBytes < MAX_WAITING_BYTES) return true
    this.#onDrain.add(onDrain)
    return false
  }

  take(): Piece | undefined {
    return this.#pieces.shift()
  }

  /** The piece has left the uplink. */
  sent(piece: Piece): void {
    piece.onSent?.()
    if (this.#isClosed) return
    const { latencyMs, loss } = this.#init
    const lostMs = this.#random.next() < loss ? 3 * latencyMs : 0
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, this.#clock.now() + latencyMs + lostMs)
    this.#clock.setTimeout(() => {
      if (!this.#isClosed) this.#down.arrive(piece)
    }, this.#lastArrivalMs - this.#clock.now())
    this.#waitingBytes -= piece.bytes
    if (this.#waitingBytes > REFILL_BYTES) return
    const listeners = [...this.#onDrain]
    this.#onDrain.clear()
    for (const listener of listeners) listener()
  }

  close(): void {
    this.#isClosed = true
    this.#pieces = []
  }
}

function bytesPerMs(mbitPerSecond: number): number {
  return (mbitPerSecond * 1e6) / 8 / 1000
}
