/** Time between two pings, and between two looks whether the last one was answered. */
const INTERVAL_MS = 200
/** So many looks without an answer, and the node counts as mute. */
const MAX_MISSED = 3
/** A look that comes later than this says that this thread was held up, so nothing of the other. */
const LATE_MS = 2 * INTERVAL_MS
/** A node that has just begun is busy with that. */
const NEW_FOR_LOOKS = 25
const MAX_MISSED_NEW = 15
/** Each node that was taken over though it may have been only busy doubles the patience, up to eight times. */
const MAX_DOUBLINGS = 3

interface LeaderWatchComponents {
  /** Asks the node’s worker. */
  readonly ping: () => Promise<void>
  /** Asks the page of that worker; its answer comes to `hear`. A worker may be busy for a second, a frozen tab has neither. */
  readonly askPage: () => void
  /** Whether anybody would notice: a page is seen, or waits for an answer. */
  readonly isWanted: () => boolean
  readonly onMute: () => void
  readonly now?: (() => number) | undefined
}

/** Finds out within a second that the node of another tab answers nobody any more: browsers freeze tabs without a word. */
export class LeaderWatch {
  readonly #components: LeaderWatchComponents
  readonly #now: () => number
  #interval: ReturnType<typeof setInterval> | undefined
  #isAsking = false
  #missed = 0
  #looks = 0
  #doublings = 0
  #lookedAtMs = 0
  /** Answers that belong to a watch before this one do not count. */
  #round = 0

  constructor(components: LeaderWatchComponents) {
    this.#components = components
    this.#now = components.now ?? (() => performance.now())
  }

  start(): void {
    this.stop()
    this.#round++
    this.#isAsking = false
    this.#missed = 0
    this.#looks = 0
    this.#lookedAtMs = this.#now()
    this.#interval = setInterval(() => this.#look(), INTERVAL_MS)
  }

  /** The page whose worker runs the node gave a sign of life. */
  hear(): void {
    this.#missed = 0
  }

  stop(): void {
    clearInterval(this.#interval)
    this.#interval = undefined
  }

  #look(): void {
    const now = this.#now()
    const isLate = now - this.#lookedAtMs > LATE_MS
    this.#lookedAtMs = now
    this.#looks++
    if (isLate || !this.#components.isWanted()) this.#missed = 0
    else if (this.#isAsking) this.#missed++
    if (this.#missed >= this.#patience()) return this.#giveUp()
    if (!this.#components.isWanted()) return
    if (this.#isAsking) this.#components.askPage()
    else this.#ask()
  }

  #patience(): number {
    const fewest = this.#looks < NEW_FOR_LOOKS ? MAX_MISSED_NEW : MAX_MISSED
    return fewest * 2 ** this.#doublings
  }

  #ask(): void {
    const round = this.#round
    this.#isAsking = true
    const answered = (): void => {
      if (round !== this.#round) return
      this.#isAsking = false
      this.#missed = 0
    }
    // A ping that fails has no answer, which is what the count says.
    this.#components.ping().then(answered, () => undefined)
  }

  #giveUp(): void {
    this.stop()
    this.#doublings = Math.min(this.#doublings + 1, MAX_DOUBLINGS)
    this.#components.onMute()
  }
}
