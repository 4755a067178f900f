import { Backoff, type BackoffInit, pause } from '../network/waiting.ts'
import type { NodeConfig } from './node-config.ts'
import type { NetworkLog } from './node-parts.ts'

interface LateKeepersComponents {
  /** Undefined where the server has no list; throws where another try may help. */
  readonly read: (signal: AbortSignal) => Promise<NodeConfig | undefined>
  readonly addKeepers: (addresses: readonly string[]) => void
  readonly log: NetworkLog
}

/**
 * Reads the list of keepers again while the node runs: until there is an answer where none came at the start, and
 * whenever a person asks to be connected. STUN servers that are new count from the next start on.
 */
export class LateKeepers {
  readonly #components: LateKeepersComponents
  readonly #backoff: Backoff
  readonly #stopped = new AbortController()
  #isAnswered = false

  constructor(components: LateKeepersComponents, init: { backoff?: BackoffInit } = {}) {
    this.#components = components
    this.#backoff = new Backoff(init.backoff)
  }

  /** Resolves when the server has answered, with a list or without, or after `stop`. */
  async follow(): Promise<void> {
    const { signal } = this.#stopped
    while (!this.#isAnswered && !signal.aborted) {
      await pause(this.#backoff.nextMs(), signal)
      if (!this.#isAnswered && !signal.aborted) await this.read()
    }
  }

  /** Reads the list now; a failure is only logged, as keepers that are known are tried all the same. */
  async read(): Promise<void> {
    const { signal } = this.#stopped
    if (signal.aborted) return
    try {
      const config = await this.#components.read(signal)
      this.#isAnswered = true
      if (!signal.aborted) this.#components.addKeepers(config?.keepers ?? [])
    } catch (error) {
      if (!signal.aborted) this.#components.log('warn', 'the list of keepers could not be loaded', { error })
    }
  }

  stop(): void {
    this.#stopped.abort()
  }
}
