/** All keepers of a node, and what follows from their states. */
import { QuireError } from '../errors.ts'
import { parseAddress } from './addresses.ts'
import { KeeperLink, type KeeperLinkComponents } from './keeper-link.ts'
import type { KeeperState, RelayStatus } from './keeper-state.ts'
import type { BackoffInit } from './waiting.ts'

export interface KeepersComponents extends Omit<KeeperLinkComponents, 'onChange' | 'mayReserve'> {
  /** Called after every change of a keeper’s state. */
  readonly onChange: () => void
  /** Called when a keeper has given a reservation. */
  readonly onReserved: () => void
}

export interface KeepersInit {
  readonly addresses: readonly string[]
  readonly backoff?: BackoffInit | undefined
}

/**
 * Relays that this node waits behind at the same time: one may restart and another be overloaded; each more costs its owner a
 * connection, and everybody who dials this node an address to try.
 */
const MAX_RELAYS = 3

export class Keepers {
  readonly maxRelays = MAX_RELAYS

  readonly #components: KeepersComponents
  readonly #backoff: BackoffInit | undefined
  readonly #links = new Map<string, KeeperLink>()
  /** Of `#links`: those that are let go when they fail. */
  readonly #found = new Set<string>()
  readonly #waiting = new Set<() => void>()
  #isStarted = false

  /** Errors: `ERR_OPTION_INVALID` (an address that is none). */
  constructor(components: KeepersComponents, init: KeepersInit) {
    this.#components = components
    this.#backoff = init.backoff
    this.add(init.addresses)
  }

  start(): void {
    this.#isStarted = true
    for (const link of this.#links.values()) link.start()
  }

  /** Takes keepers that became known later; one that is known already stays as it is. Errors: `ERR_OPTION_INVALID`. */
  add(addresses: readonly string[]): void {
    for (const text of addresses) {
      if (this.#links.has(text)) continue
      this.#found.delete(text)
      const link = this.#linkTo(text)
      this.#links.set(text, link)
      if (this.#isStarted) link.start()
    }
  }

  /** Takes a relay that was found, until it refuses or goes. */
  takeFound(address: string): void {
    if (!this.#isStarted || this.#links.has(address)) return
    this.#found.add(address)
    const link = this.#linkTo(address)
    this.#links.set(address, link)
    link.start()
  }

  stop(): void {
    for (const link of this.#links.values()) link.stop()
    for (const check of this.#waiting) check()
    this.#waiting.clear()
  }

  states(): KeeperState[] {
    return Array.from(this.#links.values(), ({ state }) => state)
  }

  statuses(): RelayStatus[] {
    return Array.from(this.#links.values(), (link) => link.status())
  }

  /** Ends every pause. */
  retryNow(): void {
    for (const link of this.#links.values()) link.retryNow()
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

  #linkTo(text: string): KeeperLink {
    const address = parseAddress(text)
    if (address === undefined) {
      throw new QuireError('ERR_OPTION_INVALID', `“${text}” is no address of a keeper.`, { details: { address: text } })
    }
    const { onChange, onReserved, ...rest } = this.#components
    const mayReserve = (): boolean => this.#mayReserve(link)
    const backoff = this.#backoff === undefined ? {} : { backoff: this.#backoff }
    const onLinkChange = (): void => {
      const { state } = link.state
      if (state === 'down' || state === 'refused') this.#lost(text, link)
      onChange()
      if (link.state.state === 'reserved') onReserved()
      for (const check of this.#waiting) check()
    }
    const link: KeeperLink = new KeeperLink({ ...rest, mayReserve, onChange: onLinkChange }, { address, ...backoff })
    return link
  }

  // A keeper under two addresses is one relay.
  #mayReserve(link: KeeperLink): boolean {
    const others = [...this.#links.values()].filter((other) => other !== link)
    const held = others.filter(({ state }) => state.state === 'reserved' || state.state === 'reserving')
    return held.length < MAX_RELAYS && held.every(({ peer }) => peer !== link.peer)
  }

  #lost(text: string, link: KeeperLink): void {
    if (this.#found.delete(text)) {
      link.stop()
      this.#links.delete(text)
    }
    for (const other of this.#links.values()) other.reconsider()
  }
}

function isSettled({ state }: KeeperState): boolean {
  return state === 'reserved' || state === 'spare' || state === 'refused' || state === 'down'
}
