/**
 * One circuit: two streams joined, within its limits.
 *
 *   dialler’s stream ◀──▶ listener’s stream
 *
 * A stream whose other side is slow, or whose turn has not come, is paused, and yamux lets its sender send no more than one
 * window: what a circuit holds here does not grow with what flows through it.
 */
import type { Stream } from '@libp2p/interface'
import type { Clock } from '../../exchange/clock.ts'
import type { RelayRate } from './relay-rate.ts'

export type CircuitEnd = 'closed' | 'bytes' | 'duration' | 'stopped'

export interface CircuitComponents {
  readonly dialer: Stream
  readonly listener: Stream
  readonly rate: RelayRate
  readonly clock: Clock
  /** Called for each piece that arrives. */
  readonly onBytes: (from: 'dialer' | 'listener', sizeBytes: number) => void
  /** Called once. */
  readonly onEnd: (reason: CircuitEnd) => void
}

export interface CircuitInit {
  /** Both directions together. */
  readonly limitBytes: number
  readonly durationMs: number
}

// The handshake and the signalling of a WebRTC connection, about 10 KiB, wait for nobody’s content.
const UNHINDERED_BYTES = 64 * 1024

export class Circuit {
  readonly #components: CircuitComponents
  readonly #limitBytes: number
  readonly #timer: unknown
  readonly #paused = new Map<Stream, () => void>()
  #resuming: Stream | undefined
  #movedBytes = 0
  #isOver = false

  constructor(components: CircuitComponents, init: CircuitInit) {
    const { dialer, listener, clock } = components
    this.#components = components
    this.#limitBytes = init.limitBytes
    this.#timer = clock.setTimeout(() => this.end('duration'), init.durationMs)
    this.#join(dialer, listener, 'dialer')
    this.#join(listener, dialer, 'listener')
  }

  /** Cuts both streams; nothing where the circuit is over. */
  end(reason: CircuitEnd): void {
    if (this.#isOver) return
    this.#isOver = true
    const { dialer, listener, clock, rate, onEnd } = this.#components
    clock.clearTimeout(this.#timer)
    for (const onTurn of this.#paused.values()) rate.leave(onTurn)
    this.#paused.clear()
    const error = new Error(MESSAGES[reason])
    for (const stream of [dialer, listener]) stream.abort(error)
    onEnd(reason)
  }

  #join(from: Stream, to: Stream, side: 'dialer' | 'listener'): void {
    const { onBytes } = this.#components
    const onEnd = (): void => {
      // What is still on its way to the other side goes first. A failure ends the circuit through “close”.
      to.close().catch(() => this.end('closed'))
    }
    from.addEventListener('end', onEnd, { once: true })
    from.addEventListener('close', ({ error }) => this.#closed(error), { once: true })
    to.addEventListener('drain', () => this.#resume(from, to))
    // Last: it starts the flow of what is here already.
    from.addEventListener('message', ({ data }) => {
      onBytes(side, data.byteLength)
      this.#carry(from, to, data)
    })
    if (from.readableEnded) onEnd()
  }

  #carry(from: Stream, to: Stream, data: Parameters<Stream['send']>[0]): void {
    if (this.#isOver) return
    const { rate } = this.#components
    this.#movedBytes += data.byteLength
    if (this.#movedBytes > this.#limitBytes) {
      this.end('bytes')
      return
    }
    rate.spend(data.byteLength)
    if (to.writeStatus !== 'writable') {
      this.end('closed')
      return
    }
    to.send(data)
    if (from !== this.#resuming) this.#pauseWhereNeeded(from, to)
  }

  #pauseWhereNeeded(from: Stream, to: Stream): void {
    if (to.writableNeedsDrain || this.#mustWait()) this.#pause(from, to)
  }

  #mustWait(): boolean {
    return this.#movedBytes > UNHINDERED_BYTES && this.#components.rate.isSpent()
  }

  #pause(from: Stream, to: Stream): void {
    if (this.#paused.has(from) || from.status !== 'open' || from.readStatus !== 'readable') return
    const onTurn = (): void => this.#resume(from, to)
    this.#paused.set(from, onTurn)
    from.pause()
    if (this.#mustWait()) this.#components.rate.wait(onTurn)
  }

  #resume(from: Stream, to: Stream): void {
    const onTurn = this.#paused.get(from)
    if (onTurn === undefined || to.writableNeedsDrain) return
    if (this.#mustWait()) {
      this.#components.rate.wait(onTurn)
      return
    }
    this.#components.rate.leave(onTurn)
    this.#paused.delete(from)
    if (from.readStatus !== 'paused') return
    // What waited comes out of `resume` itself, which then opens the window also of a stream that was paused again meanwhile:
    // its sender would send on, and libp2p resets a stream with 4 MiB unread.
    this.#resuming = from
    from.resume()
    this.#resuming = undefined
    this.#pauseWhereNeeded(from, to)
  }

  #closed(error: Error | undefined): void {
    const { dialer, listener } = this.#components
    const isOver = [dialer, listener].every(({ status }) => status !== 'open' && status !== 'closing')
    if (error !== undefined || isOver) this.end('closed')
  }
}

const MESSAGES: Readonly<Record<CircuitEnd, string>> = {
  closed: 'The other side of the circuit is gone.',
  bytes: 'The circuit has carried what this relay allows.',
  duration: 'The circuit is as old as this relay allows.',
  stopped: 'The relay stops.',
}
