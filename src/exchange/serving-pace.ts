/**
 * How many answers share the way out.
 *
 *   making ──▶ made ──▶ taken by the transport ──▶ left this machine
 *   too many are being made or leaving ──▶ the next begins when one has left
 *
 * Answers that leave together all arrive late; one after another, each is whole, and can be passed on, as soon as the line
 * allows. So a few leave at a time where more gain nothing: that is tried, and more stay while they pay, as several slow
 * askers together take what one line can give. Where all are gone in a moment, and for a lone asker, there is no such bound.
 */
import type { Clock } from './clock.ts'
import {
  LATE_ANSWER_FACTOR,
  LEAVING_GAIN,
  LEAVING_LOOK_MS,
  LEAVING_TRIAL_MS,
  LEAVING_TRIAL_REST_MS,
  MIN_LATE_ANSWER_MS,
  MIN_LEAVING_ANSWERS,
  QUICK_ANSWER_MS,
} from './limits.ts'
import type { PeerKey } from './network-port.ts'
import { RecentRate } from './recent-rate.ts'

const RATE_SPAN_MS = 500
/** With so little of it left an answer counts as gone, so that the next is there before the line is idle. */
const MAX_REST_BYTES = 16 * 1024

export interface PacedAnswer {
  readonly peer: PeerKey
  /** As far as is known. */
  readonly sizeBytes: number
}

interface Leaving {
  /** Later than this something else than the shared line holds it back. */
  readonly dueAtMs: number
  readonly unsentBytes: () => number
}

export class ServingPace {
  readonly #clock: Clock
  readonly #onRoom: () => void
  readonly #making = new Set<PacedAnswer>()
  /** Until when each counts. */
  readonly #handing = new Map<PacedAnswer, number>()
  readonly #leaving = new Map<PacedAnswer, Leaving>()
  readonly #rate: RecentRate
  #atOnce = MIN_LEAVING_ANSWERS
  #trial: 'none' | 'warming' | 'judging' = 'none'
  #restsUntilMs = 0
  /** What left since the last judgement, and in the time before it. */
  #leftBytes = 0
  #leftBefore = 0
  /** An answer had to wait since the last judgement. */
  #wasFull = false
  #mostAtOnce = 0
  #lookTimer: unknown
  #trialTimer: unknown

  /** `onRoom` is called some time after `hasRoom` was false. */
  constructor(components: { clock: Clock }, handlers: { onRoom: () => void }) {
    this.#clock = components.clock
    this.#onRoom = handlers.onRoom
    this.#rate = new RecentRate(components, { spanMs: RATE_SPAN_MS })
  }

  /** An answer is being made. */
  making(answer: PacedAnswer): void {
    this.#making.add(answer)
  }

  /** It was made, and is handed to the transport, which takes a moment. */
  made(answer: PacedAnswer): void {
    this.#making.delete(answer)
    if (answer.sizeBytes > MAX_REST_BYTES) this.#handing.set(answer, this.#clock.now() + LEAVING_LOOK_MS)
  }

  /** The transport does not take it now: it waits for its own stream, in nobody’s way. */
  held(answer: PacedAnswer): void {
    this.#handing.delete(answer)
  }

  /** The transport took it, and has that much of it left to send; without `unsentBytes` it left, or never will. */
  end(answer: PacedAnswer, unsentBytes?: () => number): void {
    this.#making.delete(answer)
    this.#handing.delete(answer)
    if (unsentBytes === undefined) return
    const rate = this.#rate.bytesPerMs
    const expectedMs = rate > 0 ? sum([answer, ...this.#leaving.keys()]) / rate : 0
    const dueAtMs = this.#clock.now() + Math.max(MIN_LATE_ANSWER_MS, LATE_ANSWER_FACTOR * expectedMs)
    this.#leaving.set(answer, { dueAtMs, unsentBytes })
  }

  /** Whether one of these may begin now. */
  hasRoom(waiting: Iterable<{ readonly peer: PeerKey }>): boolean {
    const counted = this.#counted()
    this.#mostAtOnce = Math.max(this.#mostAtOnce, counted.length)
    if (counted.length < this.#atOnce) return true
    if (sum(counted) < QUICK_ANSWER_MS * this.#rate.bytesPerMs) return true
    if (isOnePeer([...counted, ...waiting])) return true
    this.#wasFull = true
    if (this.#lookTimer === undefined) this.#lookTimer = this.#clock.setTimeout(() => this.#look(), LEAVING_LOOK_MS)
    if (this.#trialTimer === undefined) this.#trialTimer = this.#clock.setTimeout(() => this.#judge(), LEAVING_TRIAL_MS)
    return false
  }

  stop(): void {
    this.#clock.clearTimeout(this.#lookTimer)
    this.#clock.clearTimeout(this.#trialTimer)
  }

  #look(): void {
    this.#lookTimer = undefined
    this.#onRoom()
  }

  /** Answers on their way out; those of peers that are held back by something else are not counted. */
  #counted(): PacedAnswer[] {
    const nowMs = this.#clock.now()
    const late = new Set<PeerKey>()
    for (const [answer, { dueAtMs, unsentBytes }] of this.#leaving) {
      if (unsentBytes() <= MAX_REST_BYTES) {
        this.#leaving.delete(answer)
        this.#rate.add(answer.sizeBytes)
        this.#leftBytes += answer.sizeBytes
      } else if (nowMs > dueAtMs) late.add(answer.peer)
    }
    const leaving = [...this.#leaving.keys()].filter(({ peer }) => !late.has(peer))
    return [...this.#making, ...this.#beingTaken(nowMs), ...leaving]
  }

  /** A stream takes them in turn, so of each peer the first alone. */
  #beingTaken(nowMs: number): Iterable<PacedAnswer> {
    const first = new Map<PeerKey, PacedAnswer>()
    for (const [answer, untilMs] of this.#handing) {
      if (nowMs >= untilMs) this.#handing.delete(answer)
      else if (!first.has(answer.peer)) first.set(answer.peer, answer)
    }
    return first.values()
  }

  /** Tries twice as many, and keeps them where more leaves in the same time. */
  #judge(): void {
    this.#counted()
    const [bytes, wasFull, mostAtOnce] = [this.#leftBytes, this.#wasFull, this.#mostAtOnce]
    this.#trialTimer = undefined
    this.#leftBytes = 0
    this.#wasFull = false
    this.#mostAtOnce = 0
    if (this.#trial === 'none') {
      if (!wasFull && 2 * mostAtOnce <= this.#atOnce) this.#atOnce = Math.max(MIN_LEAVING_ANSWERS, this.#atOnce / 2)
      else if (wasFull && this.#clock.now() >= this.#restsUntilMs) this.#try(bytes)
    } else if (this.#trial === 'warming') this.#trial = 'judging'
    else {
      this.#trial = 'none'
      if (bytes < LEAVING_GAIN * this.#leftBefore) {
        this.#atOnce /= 2
        this.#restsUntilMs = this.#clock.now() + LEAVING_TRIAL_REST_MS
      } else if (wasFull) this.#try(bytes)
    }
    if (wasFull || this.#atOnce > MIN_LEAVING_ANSWERS) {
      this.#trialTimer = this.#clock.setTimeout(() => this.#judge(), LEAVING_TRIAL_MS)
    }
  }

  #try(bytes: number): void {
    this.#atOnce *= 2
    this.#trial = 'warming'
    this.#leftBefore = bytes
  }
}

function sum(answers: readonly PacedAnswer[]): number {
  return answers.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)
}

function isOnePeer(all: readonly { readonly peer: PeerKey }[]): boolean {
  return all.every(({ peer }) => peer === all[0]?.peer)
}
