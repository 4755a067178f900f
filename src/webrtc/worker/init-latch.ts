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
 */
export class InitLatch {
  #state: 'off' | 'watching' | 'opened' | 'holding'

  constructor(label: string) {
    this.#state = label === 'init' ? 'watching' : 'off'
  }

  /** True while the channel is closed in fact and must look open. */
  get isHolding(): boolean {
    return this.#state === 'holding'
  }

  onRemote(type: 'open' | 'closing' | 'close'): LatchVerdict {
    if (this.#state === 'off') {
      return 'pass'
    }
    const isFirst = this.#state === 'watching'
    if (type !== 'open') {
      this.#state = 'holding'
      return isFirst ? 'open-instead' : 'hide'
    }
    if (isFirst) {
      this.#state = 'opened'
    }
    return isFirst ? 'pass' : 'hide'
  }

  /** Ends the watch; `close` has to be dispatched here if it was hidden. */
  release(): 'nothing-hidden' | 'close-hidden' {
    const wasHolding = this.#state === 'holding'
    this.#state = 'off'
    return wasHolding ? 'close-hidden' : 'nothing-hidden'
  }
}
