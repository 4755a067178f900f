/** Follows which way a WebRTC connection goes: the browser knows it a moment after it opened, and may find a better one later. */
import type { Connection } from '@libp2p/interface'
import { type DirectWay, wayOf } from './direct-way.ts'
import type { NetworkLog } from './network-log.ts'

export interface WayWatchComponents {
  readonly connection: Connection
  readonly log: NetworkLog
  readonly onChange: () => void
}

// The pair of candidates is settled within some round trips; later changes are rare, as from a TURN server to holes.
const SOON_MS = [500, 1_500, 5_000]
const LATER_MS = 15_000

export class WayWatch {
  readonly #components: WayWatchComponents
  #way: DirectWay = 'direct'
  #timer: ReturnType<typeof setTimeout> | undefined
  #isStopped = false

  constructor(components: WayWatchComponents) {
    this.#components = components
  }

  /** “direct” while nothing else is known. */
  get way(): DirectWay {
    return this.#way
  }

  start(): void {
    this.#components.connection.addEventListener('close', () => this.stop(), { once: true })
    void this.#ask(0)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  async #ask(asked: number): Promise<void> {
    const { connection, log, onChange } = this.#components
    try {
      const way = await wayOf(connection)
      if (this.#isStopped) return
      const hasChanged = way !== this.#way
      this.#way = way
      if (hasChanged) onChange()
    } catch (error) {
      log('debug', 'a connection did not say which way it goes', { error })
    }
    if (this.#isStopped) return
    this.#timer = setTimeout(() => void this.#ask(asked + 1), SOON_MS[asked] ?? LATER_MS)
  }
}
