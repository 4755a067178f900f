/**
 * Who is served next, and when.
 *
 *   take  waits for the peer’s turn: few answers are being made, the limits let bytes go, and there is room for one more
 *         answer beside those that are made and not taken yet
 *   made  the answer is made and its size known; the next may be made while it is sent. Under a limit it leaves once it is
 *         paid for: one that left on credit would make its peer think that more come as fast, and ask for them
 *   end   it was taken, or is lost
 *
 * Peers come in the order of bytes: each has a mark that its answers move on, and the lowest is served first, so that who
 * asks for much at a time gets no more than who asks for little (start-time fair queueing: P. Goyal et al., SIGCOMM 1996).
 */
import { QuireError } from '../errors.ts'
import type { Clock } from './clock.ts'
import {
  MAX_REMEMBERED_PEERS,
  MAX_SERVING_AT_ONCE,
  MAX_UNSENT_BYTES,
  MAX_UNSENT_PEER_BYTES,
  UNSENT_PATIENCE_MS,
} from './limits.ts'
import type { PeerKey } from './network-port.ts'
import { ServingPace } from './serving-pace.ts'
import { TokenBucket } from './token-bucket.ts'
import type { UploadLimits } from './upload-limits.ts'

/** What is saved up while nothing is sent, in seconds of the limit. */
const BURST_S = 0.25

export interface TurnRequest {
  /** Of the answer, at most. */
  readonly expectedBytes: number
  readonly signal: AbortSignal
  /** The answer is not taken and its room is needed: its sending is to be given up. */
  readonly giveUp: (reason: QuireError) => void
}

export interface Turn {
  /** Resolves when the answer may leave. After an abort of the request’s signal it rejects with its reason. */
  made(sizeBytes: number): Promise<void>
  /** The transport does not take it now. */
  readonly held: () => void
  /** `unsentBytes` tells what of it has not left this machine; without it, all has. */
  end(unsentBytes?: () => number): void
}

interface Share {
  /** Where the peer’s next answer begins, in bytes. */
  mark: number
  /** Of its answers that are being made or not taken. */
  heldBytes: number
  bucket: TokenBucket | undefined
}

interface Waiter extends TurnRequest {
  readonly peer: PeerKey
  readonly start: (turn: Turn) => void
}

interface Answer {
  readonly peer: PeerKey
  sizeBytes: number
  madeAtMs: number
  readonly share: Share
  readonly giveUp: (reason: QuireError) => void
}

export class ServingTurns {
  readonly #clock: Clock
  readonly #pace: ServingPace
  readonly #atOnce: number
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiter>()
  /** Last served, last forgotten. */
  readonly #shares = new Map<PeerKey, Share>()
  /** Made and not taken, the oldest first. */
  readonly #unsent = new Set<Answer>()
  /** Lets an answer go that waits to be paid for. */
  readonly #paying = new Set<() => void>()
  #limits: UploadLimits = {}
  #total: TokenBucket | undefined
  #making = 0
  /** Of what is being made or not taken. */
  #heldBytes = 0
  #mark = 0
  #timer: unknown

  constructor(components: { clock: Clock }, init: { atOnce?: number } = {}) {
    this.#clock = components.clock
    this.#pace = new ServingPace(components, { onRoom: () => this.#next() })
    this.#atOnce = init.atOnce ?? MAX_SERVING_AT_ONCE
  }

  get limits(): UploadLimits {
    return this.#limits
  }

  /** Holds from the next answer on; those that are made leave now. */
  setLimits(limits: UploadLimits): void {
    this.#limits = limits
    this.#total = this.#bucket(limits.totalBytesPerSecond)
    for (const share of this.#shares.values()) share.bucket = this.#bucket(limits.perPeerBytesPerSecond)
    for (const pay of this.#paying) pay()
    this.#next()
  }

  /** An abort rejects with `signal.reason` and leaves nothing behind. */
  take(peer: PeerKey, request: TurnRequest): Promise<Turn> {
    const { signal } = request
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason)
        return
      }
      const onAbort = (): void => {
        this.#waiting.delete(waiter)
        reject(signal.reason)
      }
      const start = (turn: Turn): void => {
        signal.removeEventListener('abort', onAbort)
        resolve(turn)
      }
      const waiter = { ...request, peer, start }
      this.#waiting.add(waiter)
      signal.addEventListener('abort', onAbort, { once: true })
      this.#next()
    })
  }

  /** No turn begins any more by itself; those who wait are told by their signals. */
  stop(): void {
    this.#clock.clearTimeout(this.#timer)
    this.#pace.stop()
  }

  #next(): void {
    this.#clock.clearTimeout(this.#timer)
    while (this.#waiting.size > 0 && this.#making < this.#atOnce && this.#pace.hasRoom(this.#waiting)) {
      const totalMs = this.#total?.waitMs() ?? 0
      const chosen = totalMs > 0 ? totalMs : this.#choose()
      const waitMs = typeof chosen === 'number' ? chosen : this.#roomInMs(chosen.expectedBytes)
      if (waitMs > 0) {
        if (waitMs === Number.POSITIVE_INFINITY) return
        this.#timer = this.#clock.setTimeout(() => this.#next(), waitMs)
        return
      }
      // Making room may have cost the chosen one its connection.
      if (typeof chosen !== 'number' && this.#waiting.has(chosen)) this.#start(chosen)
    }
  }

  /** The waiter of the lowest mark that its limit lets go; else the milliseconds until one may, `Infinity` for when another ends. */
  #choose(): Waiter | number {
    let first: Waiter | undefined
    let lowest = Number.POSITIVE_INFINITY
    let soonestMs = Number.POSITIVE_INFINITY
    for (const waiter of this.#waiting) {
      const share = this.#shares.get(waiter.peer)
      // It takes some of what it has first; the end of an answer looks again.
      if (share !== undefined && share.heldBytes > 0 && share.heldBytes + waiter.expectedBytes > MAX_UNSENT_PEER_BYTES)
        continue
      const waitMs = share?.bucket?.waitMs() ?? 0
      const mark = Math.max(share?.mark ?? 0, this.#mark)
      if (waitMs > 0) soonestMs = Math.min(soonestMs, waitMs)
      else if (mark < lowest) {
        first = waiter
        lowest = mark
      }
    }
    return first ?? soonestMs
  }

  /** Answers that nobody takes make room once they had their time; gives the milliseconds until then, 0 where there is room. */
  #roomInMs(sizeBytes: number): number {
    for (const oldest of this.#unsent) {
      if (this.#heldBytes + sizeBytes <= MAX_UNSENT_BYTES) return 0
      const leftMs = oldest.madeAtMs + UNSENT_PATIENCE_MS - this.#clock.now()
      if (leftMs > 0) return leftMs
      this.#forget(oldest)
      oldest.giveUp(new QuireError('ERR_PEER_TIMEOUT', 'The peer does not take what it asked for.'))
    }
    return 0
  }

  #start(waiter: Waiter): void {
    const { peer, expectedBytes, giveUp } = waiter
    const share = this.#share(peer)
    this.#waiting.delete(waiter)
    this.#mark = Math.max(share.mark, this.#mark)
    share.mark = this.#mark
    this.#making += 1
    this.#charge(share, expectedBytes)
    this.#hold(share, expectedBytes)
    const answer: Answer = { peer, sizeBytes: expectedBytes, madeAtMs: 0, share, giveUp }
    this.#pace.making(answer)
    waiter.start(this.#turn(answer, waiter.signal))
  }

  #turn(answer: Answer, signal: AbortSignal): Turn {
    const { share } = answer
    let state: 'making' | 'made' | 'ended' = 'making'
    const finish = (sizeBytes: number): void => {
      state = 'made'
      this.#making -= 1
      this.#pace.made(answer)
      this.#charge(share, sizeBytes - answer.sizeBytes)
      this.#hold(share, sizeBytes - answer.sizeBytes)
      answer.sizeBytes = sizeBytes
      this.#unsent.add(answer)
    }
    const made = async (sizeBytes: number): Promise<void> => {
      if (state !== 'making') return
      finish(sizeBytes)
      const waitMs = Math.max(this.#total?.waitMs() ?? 0, share.bucket?.waitMs() ?? 0)
      answer.madeAtMs = this.#clock.now() + waitMs
      this.#next()
      if (waitMs > 0) await this.#paid(waitMs, signal)
    }
    const end = (unsentBytes?: () => number): void => {
      if (state === 'ended') return
      // One that failed in the making was worth nothing.
      if (state === 'making') finish(0)
      state = 'ended'
      this.#pace.end(answer, unsentBytes)
      this.#forget(answer)
      this.#next()
    }
    const held = (): void => {
      this.#pace.held(answer)
      this.#next()
    }
    return { made, held, end }
  }

  #charge(share: Share, sizeBytes: number): void {
    share.mark += sizeBytes
    share.bucket?.spend(sizeBytes)
    this.#total?.spend(sizeBytes)
  }

  #forget(answer: Answer): void {
    if (this.#unsent.delete(answer)) this.#hold(answer.share, -answer.sizeBytes)
  }

  #hold(share: Share, bytes: number): void {
    share.heldBytes += bytes
    this.#heldBytes += bytes
  }

  #share(peer: PeerKey): Share {
    const share = this.#shares.get(peer) ?? {
      mark: 0,
      heldBytes: 0,
      bucket: this.#bucket(this.#limits.perPeerBytesPerSecond),
    }
    this.#shares.delete(peer)
    this.#shares.set(peer, share)
    const oldest = this.#shares.keys().next()
    if (this.#shares.size > MAX_REMEMBERED_PEERS && oldest.done !== true) this.#shares.delete(oldest.value)
    return share
  }

  #bucket(perSecond: number | undefined): TokenBucket | undefined {
    return perSecond === undefined ? undefined : new TokenBucket(this.#clock, { perSecond, burst: BURST_S * perSecond })
  }

  /** Until the debt is paid, or the limits change. */
  #paid(waitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        this.#clock.clearTimeout(timer)
        this.#paying.delete(pay)
        signal.removeEventListener('abort', onAbort)
        act()
      }
      const pay = (): void => settle(resolve)
      const onAbort = (): void => settle(() => reject(signal.reason))
      const timer = this.#clock.setTimeout(pay, waitMs)
      this.#paying.add(pay)
      signal.addEventListener('abort', onAbort, { once: true })
      if (signal.aborted) onAbort()
    })
  }
}
