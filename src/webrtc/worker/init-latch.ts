/** What to do with an event of the real channel, or with a local close. */
export type LatchVerdict =
  /** Dispatch it. */
  | 'pass'
  /** Dispatch `open` in its place. */
  | 'open-instead'
  /** Dispatch nothing. */
  | 'hide'

/**
 * Hides the remote's close of libp2p's `init` channel until it is closed here.
 *
 * In `@libp2p/webrtc` 6.0.33 the dialler waits for `open` on that channel after the connection is up, closes it and
 * waits for `close` (initiate-connection.ts), while the listener closes it as soon as it sees it (muxer.ts). Where the
 * listener is faster, the dialler waits for an `open` that has passed: 6 of 36 dials timed out, 0 of 75 with this.
 *
 * Only of a connection that stands: where no way was found, the channel closes, too, and the dialler, which does not look at
 * the connection again (util.js, `readCandidatesUntilConnected`), would take a closed channel that looks open for a success.
 */
export class InitLatch {
  #state: 'off' | 'watching' | 'opened' | 'undecided' | 'holding'
  #isConnected = false

  constructor(label: string) {
    this.#state = label === 'init' ? 'watching' : 'off'
  }

  /** True while the channel is closed in fact and must look open. */
  get isHolding(): boolean {
    return this.#state === 'holding'
  }

  /** The connection stands; a close that came before, on the shorter way, was the listener’s. */
  onConnected(): LatchVerdict {
    this.#isConnected = true
    if (this.#state !== 'undecided') {
      return 'hide'
    }
    this.#state = 'holding'
    return 'open-instead'
  }

  onRemote(type: 'open' | 'closing' | 'close'): LatchVerdict {
    if (this.#state === 'off') {
      return 'pass'
    }
    const isFirst = this.#state === 'watching'
    if (type !== 'open') {
      const isEarly = this.#state === 'undecided' || (isFirst && !this.#isConnected)
      this.#state = isEarly ? 'undecided' : 'holding'
      if (isEarly) {
        return 'hide'
      }
      return isFirst ? 'open-instead' : 'hide'
    }
    if (isFirst) {
      this.#state = 'opened'
    }
    return isFirst ? 'pass' : 'hide'
  }

  /** Ends the watch; `close` has to be dispatched here if it was hidden. */
  release(): 'nothing-hidden' | 'close-hidden' {
    const wasHolding = this.#state === 'holding' || this.#state === 'undecided'
    this.#state = 'off'
    return wasHolding ? 'close-hidden' : 'nothing-hidden'
  }
}
