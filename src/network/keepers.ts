/** All keepers of a node, and what follows from their states. */
import { QuireError } from '../errors.ts'
import { parseAddress } from './addresses.ts'
import { KeeperLink, type KeeperLinkComponents, type KeeperState } from './keeper-link.ts'
import type { BackoffInit } from './waiting.ts'

export interface KeepersComponents extends Omit<KeeperLinkComponents, 'onChange'> {
  /** Called after every change of a keeper’s state. */
  readonly onChange: () => void
  /** Called when a keeper has given a reservation. */
  readonly onReserved: () => void
}

export interface KeepersInit {
  readonly addresses: readonly string[]
  readonly backoff?: BackoffInit | undefined
}

export class Keepers {
  readonly #links: readonly KeeperLink[]
  readonly #waiting = new Set<() => void>()

  /** Errors: `ERR_OPTION_INVALID` (an address that is none). */
  constructor(components: KeepersComponents, init: KeepersInit) {
    const { onChange, onReserved, ...rest } = components
    this.#links = init.addresses.map((text) => {
      const address = parseAddress(text)
      if (address === undefined) {
        throw new QuireError('ERR_OPTION_INVALID', `“${text}” is no address of a keeper.`, {
          details: { address: text },
        })
      }
      const backoff = init.backoff === undefined ? {} : { backoff: init.backoff }
      const link: KeeperLink = new KeeperLink(
        {
          ...rest,
          onChange: () => {
            onChange()
            if (link.state.state === 'reserved') onReserved()
            for (const check of this.#waiting) check()
          },
        },
        { address, ...backoff },
      )
      return link
    })
  }

  start(): void {
    for (const link of this.#links) link.start()
  }

  stop(): void {
    for (const link of this.#links) link.stop()
    for (const check of this.#waiting) check()
    this.#waiting.clear()
  }

  states(): KeeperState[] {
    return this.#links.map(({ state }) => state)
  }

  /** Ends every pause. */
  retryNow(): void {
    for (const link of this.#links) link.retryNow()
  }

  /** Resolves when no keeper is being tried: each is held, or waits for its next try. Rejects with the signal’s reason. */
  settled(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#waiting.delete(check)
        signal.removeEventListener('abort', onAbort)
      }
      const onAbort = (): void => {
        end()
        reject(signal.reason)
      }
      const check = (): void => {
        if (!this.states().every(isSettled)) return
        end()
        resolve()
      }
      if (signal.aborted) return reject(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiting.add(check)
      check()
    })
  }
}

function isSettled({ state }: KeeperState): boolean {
  return state === 'reserved' || state === 'refused' || state === 'down'
}
