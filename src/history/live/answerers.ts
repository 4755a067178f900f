/** Who may know of a community: looked for and asked at the start, soon after, and now and then while it runs. */
import type { PeerKey } from '../../codec/peer-key.ts'
import type { HistoryClock } from '../clock.ts'
import type { HistoryNetwork } from '../ports.ts'
import { catchUp, type CatchUpComponents } from './catch-up.ts'
import type { CommunitySyncInit, LiveState } from './live-types.ts'
import { Wakeable } from './wakeable.ts'

export interface AnswerersComponents extends Omit<CatchUpComponents, 'network' | 'nowMs'> {
  readonly network: Pick<HistoryNetwork, 'answerers' | 'ask'>
  readonly clock: HistoryClock
  readonly onState: (state: LiveState) => void
}

export interface AnswerersInit extends CommunitySyncInit {
  /** Called each time that somebody has answered. */
  readonly onAnswer: () => void
}

/** Asked at a time, and in one look: each may be all that there is, and more bring the same again. */
const MAX_PARALLEL = 3
const MAX_ASKED = 8
// A message that is said while two peers come together may pass neither over the topic nor in the first answer.
const AGAIN_MS = [10_000, 60_000]
const STEADY_MS = 10 * 60_000
const NOBODY_MS = [3_000, 6_000, 12_000, 30_000, 60_000, 5 * 60_000]

export class Answerers {
  readonly #components: AnswerersComponents
  readonly #init: AnswerersInit
  readonly #wakeable: Wakeable
  #state: LiveState = { state: 'looking', askedPeers: 0 }

  constructor(components: AnswerersComponents, init: AnswerersInit) {
    this.#components = components
    this.#init = init
    this.#wakeable = new Wakeable(components.clock)
  }

  get state(): LiveState {
    return this.#state
  }

  refresh(): void {
    this.#wakeable.wake()
  }

  /** Ends with the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#components
    for (let hits = 0, misses = 0; !signal.aborted;) {
      const answered = await this.#look(signal)
      misses = answered > 0 ? 0 : misses + 1
      const nextMs = answered > 0 ? (AGAIN_MS[hits++] ?? STEADY_MS) : (NOBODY_MS[misses - 1] ?? STEADY_MS)
      if (signal.aborted) return
      this.#tell(
        answered > 0
          ? { state: 'live', answeredPeers: answered, checkedAtMs: clock.nowMs() }
          : { state: 'nobody-answers', retryAtMs: clock.nowMs() + nextMs },
      )
      await this.#wakeable.pause(nextMs, signal)
    }
  }

  async #look(signal: AbortSignal): Promise<number> {
    const { network } = this.#components
    const { community, addresses = [] } = this.#init
    const asking = new Set<Promise<void>>()
    let asked = 0
    let answered = 0
    const isFirst = this.#state.state !== 'live'
    try {
      for await (const peer of network.answerers(community, { signal, addresses })) {
        asked++
        if (isFirst) this.#tell({ state: 'looking', askedPeers: asked })
        const one = this.#ask(peer, signal).then((hasAnswered) => {
          if (hasAnswered) answered++
          asking.delete(one)
        })
        asking.add(one)
        if (asking.size >= MAX_PARALLEL) await Promise.race(asking)
        if (asked >= MAX_ASKED) break
      }
    } catch {
      // Nobody is to be had now: the next look comes by itself. An abort ends the loop of `run`.
    }
    await Promise.all(asking)
    return answered
  }

  async #ask(peer: PeerKey, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#components
    try {
      const components = { ...this.#components, nowMs: () => clock.nowMs() }
      const hasAnswered = await catchUp(components, { community: this.#init.community, peer }, signal)
      if (hasAnswered) this.#init.onAnswer()
      return hasAnswered
    } catch {
      // It went, was silent, or sent what is none; whatever was right of it is kept.
      return false
    }
  }

  #tell(state: LiveState): void {
    this.#state = state
    this.#components.onState(state)
  }
}
